"""What a comment is written about, and where and how it is sent."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from masthead.discussion.forms import CommentForm, RemarkForm
from masthead.discussion.models import Comment, Passage
from masthead.discussion.visitors import Visitor
from masthead.stories.models import Story


@dataclass(frozen=True)
class Target:
    """What somebody writes about: a story, a comment on it, or a passage of its text."""

    story: Story
    parent: Comment | None = None
    passage: Passage | None = None
    #: Whether the author marks the passage with the comment.
    is_marking: bool = False

    @property
    def address(self) -> str:
        """The path to which it is sent."""
        if self.parent:
            return reverse("discussion_reply", args=[self.parent.name])
        if self.passage:
            return reverse("discussion_passage", args=[self.passage.name])
        name = "discussion_remark" if self.is_marking else "discussion_post"
        return reverse(name, args=[self.story.public_id])

    def form(
        self, data: Any, visitor: Visitor, initial: MutableMapping[str, Any] | None = None
    ) -> CommentForm:
        """Return the form in which it is written, filled in with what was sent."""
        kind = RemarkForm if self.is_marking else CommentForm
        return kind(data, is_known=visitor.is_known, initial=initial)
