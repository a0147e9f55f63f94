"""What readers talk about most: ranked by the worker, shown on front pages and at the desk."""

from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from markupsafe import Markup

from masthead.discussion.models import Comment, CommentState, Mode, MostDiscussed, Tally
from masthead.discussion.rules import chosen, settings_for
from masthead.stories.models import FrontPage, PublicPage, Story
from masthead.stories.own_templates import fill
from masthead.stories.queries import public
from masthead.stories.render import Shell

#: What was said since then counts.
WINDOW = timedelta(days=7)
MOST = 5
#: Of so many with most comments, those whose discussion is off are left out.
CANDIDATES = 20
#: A count on a front page may be behind by a tenth: each new one bakes the page again.
BEHIND = 0.1
Counts = list[list[int]]


def rank_discussions() -> bool:
    """Note what is discussed most in each language, where it changed; return False: all is done."""
    known = MostDiscussed.objects.in_bulk()
    for front in FrontPage.objects.all():
        found = _counts([story for story, _said in discussed_most(front, within=WINDOW)[:MOST]])
        before = known[front.pk].counts if front.pk in known else []
        if not _is_good_enough(before, found):
            MostDiscussed.objects.update_or_create(front=front, defaults={"counts": found})
    return False


def discussed_most(front: FrontPage | None, *, within: timedelta) -> list[tuple[Story, int]]:
    """Return the public stories with most comments lately, of all languages or of one.

    Each comes with the number of what was said in that time.
    """
    stories = public().descendant_of(front) if front else public()
    lately = Comment.objects.filter(
        created_at__gte=timezone.now() - within, state=CommentState.PUBLISHED, story__in=stories
    )
    ranked = lately.order_by().values("story").annotate(count=Count("pk"))
    best = ranked.order_by("-count", "-story").values_list("story", "count")[:CANDIDATES]
    counts = dict(best)
    by_key = Story.objects.defer("body").in_bulk(counts)
    return [(by_key[key], counts[key]) for key in counts if _is_discussed(by_key[key])]


def _is_discussed(story: Story) -> bool:
    return chosen(story, settings_for(story)).mode != Mode.OFF


def _counts(stories: list[Story]) -> Counts:
    tallies = Tally.objects.in_bulk([story.pk for story in stories])
    return [[key, tallies[key].comments] for story in stories if (key := story.pk) in tallies]


def _is_good_enough(before: Counts, now: Counts) -> bool:
    """Return whether readers may go on seeing what they see."""
    if [key for key, _count in before] != [key for key, _count in now]:
        return False
    pairs = zip(before, now, strict=True)
    return all(abs(new - old) < max(1, BEHIND * old) for (_, old), (_, new) in pairs)


def on_front_page(shell: Shell, page: PublicPage) -> Markup:
    """Return the list that stands on a front page; nothing while nothing is said."""
    row = MostDiscussed.objects.filter(front=page.pk).first()
    if row is None or not row.counts:
        return Markup()
    counts = dict(row.counts)
    stories = public().select_related("locale").defer("body").in_bulk(counts)
    entries = [(stories[key], count) for key, count in counts.items() if key in stories]
    if not entries:
        return Markup()
    html = fill("discussion/most_discussed.html", {"shell": shell, "entries": entries})
    return Markup(html)  # noqa: S704 - a template's work
