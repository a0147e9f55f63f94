"""What readers may see: every page, list and feed gets its stories here."""

from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Prefetch
from wagtail.models import Page, PageQuerySet, PageViewRestriction, Site

from masthead.bake.memory import shared, shared_row
from masthead.media.models import Image, Rendition
from masthead.media.queries import load_renditions
from masthead.stories.models import (
    Archive,
    Byline,
    Correction,
    CorrectionKind,
    FrontPage,
    Person,
    PublicPage,
    Section,
    StandingPage,
    Story,
    Topic,
    WorkKind,
)

LATEST = 12
RELATED_STORIES = 4
P = TypeVar("P", bound=Page)


def public(model: type[P] = Story) -> PageQuerySet[P]:
    """Return what readers may see: live, past its embargo, no restriction on it or above it.

    The worker lifts an embargo when its time has come, so that nothing here asks a clock.
    """
    pages = _unrestricted(model.objects.live())
    if model is Story:
        pages = pages.filter(embargo_until=None)
    elif model is Page:
        pages = pages.filter(as_story__embargo_until=None)
    return pages


def _unrestricted(pages: PageQuerySet[P]) -> PageQuerySet[P]:
    """Leave out the pages on which, or above which, a restriction stands."""
    # Restrictions wake the pages that they hide and who lists those, not all that asked for them.
    for path in shared("restricted paths", _restricted_paths, lasts=False):
        pages = pages.exclude(path__startswith=path)
    return pages


def _restricted_paths() -> list[str]:
    return sorted(set(PageViewRestriction.objects.values_list("page__path", flat=True)))


def retracted() -> PageQuerySet[Story]:
    """Return the stories of which readers may know the retraction and the headline alone."""
    unpublished = _unrestricted(Story.objects.not_live())
    return unpublished.filter(corrections__kind=CorrectionKind.RETRACTION).distinct()


def cards() -> PageQuerySet[Story]:
    """Return public stories, newest first, with all that a card shows."""
    return unsigned_cards().prefetch_related(
        Prefetch("bylines", Byline.objects.select_related("person__portrait")),
        Prefetch("bylines__person__portrait__renditions", Rendition.objects.all()),
    )


def unsigned_cards() -> PageQuerySet[Story]:
    """Return public stories, newest first, with all that a card without names shows."""
    return (
        public()
        .select_related("section", "lead_picture", "lead_clip__poster", "locale")
        .defer("body")
        .prefetch_related(
            Prefetch("lead_picture__renditions", Rendition.objects.all()),
            Prefetch("lead_clip__poster__renditions", Rendition.objects.all()),
        )
        .order_by("-published_at", "-pk")
    )


def latest_stories(front: FrontPage) -> list[Story]:
    """Return the newest stories in the language of a front page."""
    return list(stories_in(front)[:LATEST])


def people(page: Page) -> PageQuerySet[Person]:
    """Return the people below a list of them, with their portraits."""
    return _with_portraits(children(Person, page))


def _with_portraits(people: PageQuerySet[Person]) -> PageQuerySet[Person]:
    renditions = Prefetch("portrait__renditions", Rendition.objects.all())
    return people.select_related("portrait").prefetch_related(renditions)


def children(model: type[P], parent: Page) -> PageQuerySet[P]:
    """Return the public pages of one kind below a page, in the desk's order."""
    return public(model).child_of(parent).order_by("path")


def sections(front: FrontPage) -> PageQuerySet[Section]:
    """Return the sections of a newsroom in the language of its front page."""
    return children(Section, front)


def front_of(page: Page) -> FrontPage:
    """Return the front page above a page, in the page's own language."""
    if isinstance(page, FrontPage):
        return page
    # A page that was never saved has no place yet: its parent is known to Wagtail's preview.
    above = page if page.path else page.get_parent()
    path = above.path[: 2 * Page.steplen]  # front pages stand right below the root

    def find() -> FrontPage:
        found: FrontPage = FrontPage.objects.select_related("locale").get(path=path)
        return found

    return shared_row(f"front page at {path}", find)


def stories_in(page: PublicPage) -> PageQuerySet[Story]:
    """Return the stories of a section, topic or person, of an archive or of a front page."""
    if isinstance(page, Section):
        return cards().filter(section=page)
    if isinstance(page, Topic):
        return cards().filter(topics=page)
    if isinstance(page, Person):
        return cards().filter(bylines__person=page)
    # By its parent: what happens in another language's archive is no concern of this one.
    return cards().child_of(_archive_of(page) if isinstance(page, FrontPage) else page)


def _archive_of(front: FrontPage) -> Archive:
    def find() -> Archive:
        found: Archive = Archive.objects.child_of(front).get()
        return found

    return shared_row(f"archive of {front.pk}", find)


def story_context(story: Story) -> dict[str, Any]:
    """Return what a story's page shows besides the story itself."""
    load_renditions(pictures_in(story))
    return {
        "bylines": _bylines_of(story),
        "topics": _topics_of(story),
        "related": related(story),
        "in_text": stories_in_text(story),
        "corrections": list(story.corrections.all()) if story.pk else [],
    }


def _bylines_of(story: Story) -> list[Byline]:
    """Return a story's bylines with their people, who stand over many stories."""
    bylines = list(story.bylines.all())
    for byline in bylines:
        if byline.person_id:
            byline.person, byline.has_profile = _person(byline.person_id)
    return bylines


def _person(pk: int) -> tuple[Person, bool]:
    """Return a person, and whether readers may open the person's page."""

    def find() -> tuple[Person, bool]:
        person = _with_portraits(Person.objects.all()).get(pk=pk)
        return person, public(Person).filter(pk=pk).exists()

    return shared_row(f"person {pk}", find)


def _topics_of(story: Story) -> list[Topic]:
    """Return the public topics of a story, in the desk's order."""
    found = [_topic(pk) for pk in story.topics.order_by().values_list("page_ptr_id", flat=True)]
    return sorted((topic for topic in found if topic), key=attrgetter("path"))


def _topic(pk: int) -> Topic | None:
    def find() -> Topic | None:
        topic: Topic | None = public(Topic).filter(pk=pk).first()
        return topic

    return shared_row(f"topic {pk}", find)


def with_profiles(bylines: list[Byline]) -> list[Byline]:
    """Let each byline know whether readers may open the page of its person."""
    names = [byline.person_id for byline in bylines if byline.person_id]
    open_pages = set(public(Person).filter(pk__in=names).values_list("pk", flat=True))
    for byline in bylines:
        byline.has_profile = byline.person_id in open_pages
    return bylines


def pictures_in(story: Story) -> list[Image]:
    """Return every picture that a story's page shows, but for those of other stories."""
    clips = [
        story.lead_clip,
        *(block.value["clip"] for block in story.body if block.block_type == "clip"),
    ]
    found = [story.lead_picture, *(clip.poster for clip in clips if clip and clip.is_shown)]
    for block in story.body:
        if block.block_type == "picture":
            found.append(block.value["image"])
        elif block.block_type == "embed":
            found.append(block.value["poster"])
        elif block.block_type == "gallery":
            found += [picture["image"] for picture in block.value["pictures"]]
    return [image for image in found if image]


def stories_in_text(story: Story) -> dict[int, Story]:
    """Return the public stories among those that an editor set into a story's text."""
    blocks = [block.value["stories"] for block in story.body if block.block_type == "related"]
    picked = [other.pk for stories in blocks for other in stories if other]
    return _cards_of(picked) if picked else {}


def related(story: Story) -> list[Story]:
    """Return the stories that were chosen to stand under a story when it was published."""
    if not story.pk:
        return []
    order = list(story.related.values_list("other", flat=True))
    found = _cards_of(order)
    return [found[pk] for pk in order if pk in found]


def _cards_of(keys: list[int]) -> dict[int, Story]:
    return dict(unsigned_cards().order_by().in_bulk(keys))


def stories_like(story: Story) -> list[Story]:
    """Return the newest stories that share topics with a story, then those of its section."""
    others = cards().filter(locale=story.locale_id).exclude(pk=story.pk)
    others = others.exclude(kind=WorkKind.SPONSORED)
    by_topic = others.filter(topics__in=story.topics.all()).distinct()[:RELATED_STORIES]
    by_section = others.filter(section=story.section_id)[: RELATED_STORIES * 2]
    return list({each.pk: each for each in (*by_topic, *by_section)}.values())[:RELATED_STORIES]


def corrections(page: StandingPage) -> list[Correction]:
    """Return all corrections of the newsroom in the language of a page, newest first.

    A retracted story is named although readers may not see it any more.
    """
    front = front_of(page)
    made = list(Correction.objects.select_related("story", "story__section"))
    on_record = {each.story_id for each in made}
    seen = set(public().descendant_of(front).filter(pk__in=on_record).values_list("pk", flat=True))
    gone = set(
        retracted().descendant_of(front).filter(pk__in=on_record).values_list("pk", flat=True)
    )
    return [
        each
        for each in made
        if each.story_id in seen
        or (each.story_id in gone and each.kind == CorrectionKind.RETRACTION)
    ]


def edition(*, site: Site, language: str) -> FrontPage:
    """Return a site's front page in a language, or in its main one."""
    fronts = public(FrontPage).filter(translation_key=site.root_page.translation_key)
    asked = [language] if "\0" not in language else []
    found: FrontPage | None = fronts.filter(locale__language_code__in=asked).first()
    return found or FrontPage.objects.get(pk=site.root_page_id)


def main_site() -> Site:
    """Return the site that stands at the installation's own address."""
    site: Site = Site.objects.get(is_default_site=True)
    return site
