"""The demo's discussion: what Quillhaven says under the lead story."""

import re
from datetime import timedelta

from django.utils import timezone

from demo.files import HERE, Table
from masthead.discussion import actions, moderation, passages
from masthead.discussion.models import Comment, Commenter, Discussion, Mode, Notice, Passage
from masthead.discussion.text import clean_text
from masthead.readers.models import User
from masthead.stories.models import Story

#: Depth, name, likes, a mark, the text: ``>> Odile Farran +18 | My grandmother used to say …``;
#: ``=`` answers the question beside the text.
LINE = re.compile(r"(=|>*) ?(.+?)(?: \+(\d+))?(?: (author|staff|held|removed))? \| (.+)")
REASON = "Say what you know, not what everybody knows. See our house rules."
#: Minutes between two comments, at most.
PACE = 7
#: The newsroom picks one in so many threads, three at most.
PICKED = 5


def make_comments(*, story: Story, question: Table | None, moderator: User) -> None:
    """Put the comments of a demo file under its story, as if they had come one by one.

    A question stands beside a passage, and some of them answer it.
    """
    path = HERE / "comments" / f"{story.slug}.txt"
    if not path.is_file():
        return
    Discussion.objects.create(page=story.page_ptr, mode=Mode.OPEN)
    asked = question and passages.ask(
        story=story,
        marked=passages.Marked(question["passage"]),
        question=question["text"],
        by=moderator,
    )
    above: dict[int, Comment] = {}
    marks: dict[str, list[Comment]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        depth, name, likes, mark, text = LINE.fullmatch(line).groups()  # type: ignore[union-attr]
        level = depth.count(">")
        about = above.get(level - 1) or (asked if depth == "=" else None)
        comment = _post(story, number, about, name, mark, text)
        above[level] = comment
        marks.setdefault(mark or "", []).append(comment)
        Comment.objects.filter(pk=comment.pk).update(
            likes=int(likes or 0),
            likes_shown=int(likes or 0),
            is_staff=mark in {"author", "staff"},
            is_story_author=mark == "author",
        )
    _spread(story)
    _decide(story, marks, moderator)
    Commenter.objects.update(confirmed_at=story.published_at)
    # From here on the newsroom's rule holds; nobody is told of what is there already.
    Discussion.objects.all().delete()
    Notice.objects.all().delete()


def _post(
    story: Story, number: int, about: Comment | Passage | None, name: str, mark: str, text: str
) -> Comment:
    address = re.sub(r"[^a-z]+", ".", name.lower()).strip(".") or f"reader-{story.pk}-{number}"
    draft = actions.Draft(
        story=story,
        parent=about if isinstance(about, Comment) else None,
        passage=about if isinstance(about, Passage) else None,
        text=clean_text(text.replace("\\n", "\n")),
        name=name,
        email=f"{address}@quillhaven.example",
        visitor=f"demo-{story.pk}-{number}",
        network=f"demo {story.pk} {number}",
        is_trapped=mark == "held",
    )
    return actions.post(draft=draft)


def _spread(story: Story) -> None:
    """Let the comments have come since the story was published, in their order."""
    begin, end = story.published_at, timezone.now()
    assert begin is not None
    keys = list(Comment.objects.filter(story=story).order_by("pk").values_list("pk", flat=True))
    pace = min((end - begin) / (len(keys) + 1), timedelta(minutes=PACE))
    for number, key in enumerate(keys, 1):
        at = max(begin, begin + number * pace)
        comments = Comment.objects.filter(pk=key)
        comments.update(created_at=at)
        comments.exclude(published_at=None).update(published_at=at)


def _decide(story: Story, marks: dict[str, list[Comment]], moderator: User) -> None:
    for comment in marks.get("removed", []):
        verdict = moderation.Verdict.REMOVE
        moderation.decide(
            comment=comment.pk, version=0, verdict=verdict, by=moderator, reason=REASON
        )
    firsts = Comment.objects.filter(story=story, parent=None, is_staff=False)
    best = list(firsts.order_by("-likes"))
    for comment in best[: min(len(best) // PICKED, 3)]:
        moderation.decide(
            comment=comment.pk,
            version=comment.version,
            verdict=moderation.Verdict.PICK,
            by=moderator,
        )
