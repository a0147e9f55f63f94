"""What the views of a discussion share: who asks about what, and how they are answered."""

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _

from masthead.discussion.errors import NotTaken
from masthead.discussion.models import Comment, CommentState
from masthead.discussion.on_pages import page_below
from masthead.discussion.visitors import Visitor, visitor_of
from masthead.stories.models import Story
from masthead.stories.queries import public

View = Any


def story_of(name: str) -> Story:
    """Return a story that readers see. Raises Http404."""
    found: Story = get_object_or_404(public().select_related("locale", "site"), public_id=name)
    return found


def on_a_comment(view: View) -> View:
    """Let a view be asked with the comment that an address names, in its story's language."""

    @wraps(view)
    def asked(request: HttpRequest, name: str) -> HttpResponse:
        found = Comment.objects.select_related(
            *("story__locale", "story__site", "parent", "root", "page", "passage"),
            "commenter__address",
        )
        comment = get_object_or_404(found, name=name, story__in=public())
        visitor = visitor_of(request)
        if not comment.is_visible and not visitor.wrote(comment):
            raise Http404
        with translation.override(comment.story.locale.language_code):
            response: HttpResponse = view(request, comment, visitor)
        return response

    return asked


def check_own(comment: Comment, visitor: Visitor) -> None:
    """Raise Http404 unless a comment is the visitor's own."""
    if not visitor.wrote(comment):
        raise Http404


def wants_json(request: HttpRequest) -> bool:
    """Return whether a script asks, which shows the answer in its place."""
    return request.headers.get("Accept") == "application/json"


def sorry(request: HttpRequest, comment: Comment, error: NotTaken) -> HttpResponse:
    """Answer that something was not taken, and why."""
    if wants_json(request):
        return JsonResponse({"errors": {"__all__": [str(error)]}}, status=429)
    return shown(comment.story, "sorry.html", {"message": str(error)}, status=429)


def shown(story: Story, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer with a page below a story, which is for one person alone."""
    response = HttpResponse(page_below(story, (), template, context), status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def state_in_words(comment: Comment) -> str:
    """Return what the author of a comment is told about it."""
    texts = {
        CommentState.UNCONFIRMED: _(
            "We sent you a mail. Open the link in it: then readers see your comment."
        ),
        CommentState.HELD: _("Thank you. A moderator looks at it before readers see it."),
        CommentState.PUBLISHED: _("Thank you. Readers see your comment."),
        CommentState.REJECTED: _("A moderator decided against it."),
        CommentState.REMOVED: _("A moderator took it away."),
        CommentState.DELETED: _("You deleted it."),
    }
    return texts[CommentState(comment.state)]
