"""Asking to be told of what is new."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from masthead.discussion.follow import ANSWERS, COMMENTS, REPLIES, UPDATES, wording_of
from masthead.discussion.forms import FollowForm
from masthead.discussion.models import Comment
from masthead.discussion.views.asked import on_a_comment, shown, story_of
from masthead.discussion.visitors import Visitor
from masthead.lib.network import network_hash
from masthead.lib.posted_from_our_pages import posted_from_our_pages
from masthead.readers.actions import Occasion, Wish, ask
from masthead.stories.models import Story


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, story: str) -> HttpResponse:
    """Ask by mail whether an address shall be told of comments on a story."""
    found = story_of(story)
    with translation.override(found.locale.language_code):
        return _follow(request, found, found.public_id, None)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@on_a_comment
def follow_comment(request: HttpRequest, comment: Comment, _visitor: Visitor) -> HttpResponse:
    """Ask by mail whether an address shall be told of answers to a comment."""
    return _follow(request, comment.story, comment.name, comment)


def _follow(
    request: HttpRequest, story: Story, target: str, comment: Comment | None
) -> HttpResponse:
    form = FollowForm(request.POST if request.method == "POST" else None)
    kinds = [ANSWERS] if comment else [COMMENTS, REPLIES, UPDATES]
    if not form.is_valid() or form.cleaned_data["what"] not in kinds:
        choices = [(kind, wording_of(kind)) for kind in kinds]
        context = {"form": form, "choices": choices, "comment": comment}
        return shown(story, "follow.html", context, 422 if form.is_bound else 200)
    kind = form.cleaned_data["what"]
    try:
        ask(
            email=form.cleaned_data["email"],
            wishes=[Wish(kind, target, wording_of(kind))],
            occasion=Occasion(
                site=story.site,
                language=story.locale.language_code,
                page=story.full_url or "",
                network=network_hash(request.META.get("REMOTE_ADDR", "")),
            ),
            by=request.user if request.user.is_authenticated else None,
        )
    except ValidationError as error:
        form.add_error("email", error)
        context = {"form": form, "choices": [(kind, wording_of(kind))], "comment": comment}
        return shown(story, "follow.html", context, 422)
    return shown(story, "following.html", {})
