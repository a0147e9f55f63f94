"""What readers say, on the first page of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import Truncator
from wagtail.admin.ui.components import Component

from masthead.discussion.desk.queue import waiting
from masthead.discussion.models import Comment, CommentState
from masthead.discussion.most_discussed import discussed_most
from masthead.stories.addresses import path_of
from masthead.stories.models import Story
from masthead.stories.queries import public

NEWEST, MOST = 5, 3
#: Characters of a comment; the page that it leads to has them all.
LENGTH = 140
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """One comment that readers see, in a few words."""

    name: str
    words: str
    url: str
    story: Story
    at: datetime | None


class ReadersPanel(Component):
    """The newest comments, what is talked about, and what waits for whoever decides about it."""

    name = "readers_say"
    order = 25
    template_name = "discussion/first_page.html"

    def __init__(self, *, may_decide: bool) -> None:
        self.may_decide = may_decide

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - the interface
        return {
            "may_decide": self.may_decide,
            "waiting": waiting() if self.may_decide else 0,
            "newest": newest_said(),
            "discussed": [
                (f"{path_of(story)}#discussion", story.title, count)
                for story, count in discussed_most(None, within=DAY)[:MOST]
            ],
        }


def newest_said() -> list[Said]:
    """Return what readers said last and all readers see."""
    seen = Comment.objects.filter(state=CommentState.PUBLISHED, story__in=public())
    rows = seen.select_related("story", "page").defer("story__body").order_by("-created_at", "-pk")
    return [_said(each) for each in rows[:NEWEST]]


def _said(comment: Comment) -> Said:
    words = Truncator(" ".join(comment.text.split())).chars(LENGTH)
    below = f"comments/{comment.page.number}/" if comment.page else ""
    url = f"{path_of(comment.story)}{below}#c-{comment.name}"
    return Said(comment.author_name, words, url, comment.story, comment.published_at)
