"""What its author sees of a comment and may do with it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.discussion import actions
from masthead.discussion.errors import NotTaken
from masthead.discussion.forms import AnswerForm, EditForm
from masthead.discussion.mails import commenter_of
from masthead.discussion.models import Comment, CommentState, Like
from masthead.discussion.moderation import same_person
from masthead.discussion.queries import threads_of
from masthead.discussion.views.asked import (
    check_own,
    on_a_comment,
    shown,
    sorry,
    state_in_words,
    story_of,
)
from masthead.discussion.visitors import Visitor, remember, visitor_of
from masthead.lib.posted_from_our_pages import posted_from_our_pages
from masthead.stories.queries import public

#: Comments of one's own that wait, and are shown.
MOST_WAITING = 20


@posted_from_our_pages
@require_safe
@on_a_comment
def comment(_request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Show one comment to whoever may see it: what became of it, and what can be done."""
    is_own = visitor.wrote(comment)
    likes = Like.objects.filter(comment=comment, voter=visitor.name)
    context = {
        "comment": comment,
        "is_own": is_own,
        "state": state_in_words(comment) if is_own else "",
        "may_change": is_own and actions.may_change(comment),
        "is_liked": likes.exists(),
        "may_answer": is_own and actions.may_answer(comment),
    }
    return shown(comment.story, "comment.html", context)


@posted_from_our_pages
@require_safe
def mine(request: HttpRequest, story: str) -> HttpResponse:
    """Show somebody the threads in which they take part, and what of theirs waits."""
    found, visitor = story_of(story), visitor_of(request)
    who = same_person(visitor.commenter) if visitor.commenter else []
    waiting = Comment.objects.filter(
        story=found,
        commenter__in=who,
        state__in=[CommentState.UNCONFIRMED, CommentState.HELD],
    )
    context = {
        "threads": threads_of(found, who),
        "waiting": waiting.order_by("-pk")[:MOST_WAITING],
        "state_in_words": state_in_words,
    }
    with translation.override(found.locale.language_code):
        return shown(found, "mine.html", context)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose comment a mail's link confirms, with a button; confirm it when that is pressed."""
    commenter = commenter_of(token)
    found = Comment.objects.select_related("story__locale", "story__site", "page").filter(
        commenter=commenter, story__in=public()
    )
    newest = found.order_by("-pk").first() if commenter else None
    if commenter is None or newest is None:
        raise Http404
    with translation.override(newest.story.locale.language_code):
        if request.method != "POST":
            return shown(newest.story, "confirm.html", {"comment": newest})
        actions.confirm(commenter=commenter)
        response = HttpResponseRedirect(
            reverse("discussion_comment", args=[newest.name]), status=303
        )
        # Whoever reads the mail of the address is the commenter, in this browser too.
        remember(request, response, commenter.public_id)
        return response


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@on_a_comment
def edit(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Let the author of a comment give it another text."""
    check_own(comment, visitor)
    form = EditForm(
        request.POST if request.method == "POST" else None, initial={"text": comment.text}
    )
    if form.is_valid():
        try:
            actions.change(comment=comment, text=form.cleaned_data["text"])
        except NotTaken as error:
            form.add_error(None, str(error))
        else:
            address = reverse("discussion_comment", args=[comment.name])
            return HttpResponseRedirect(address, status=303)
    status = 422 if form.is_bound else 200
    return shown(comment.story, "edit.html", {"form": form, "comment": comment}, status)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@on_a_comment
def delete(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Let the author of a comment take it away."""
    check_own(comment, visitor)
    if request.method != "POST":
        return shown(comment.story, "delete.html", {"comment": comment})
    try:
        actions.delete(comment=comment)
    except NotTaken as error:
        return sorry(request, comment, error)
    return HttpResponseRedirect(reverse("discussion_comment", args=[comment.name]), status=303)


@posted_from_our_pages
@require_POST
@on_a_comment
def answer(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Let the author of a comment answer the desk's decision."""
    check_own(comment, visitor)
    form = AnswerForm(request.POST)
    if form.is_valid():
        actions.answer(comment=comment, text=form.cleaned_data["answer"])
    return HttpResponseRedirect(reverse("discussion_comment", args=[comment.name]), status=303)
