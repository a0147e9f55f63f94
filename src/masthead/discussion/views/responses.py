"""What readers do with other people's comments: like, report."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from masthead.discussion import actions
from masthead.discussion.errors import NotTaken
from masthead.discussion.forms import ReportForm
from masthead.discussion.models import Comment, ReportReason
from masthead.discussion.views.asked import on_a_comment, shown, sorry, wants_json
from masthead.discussion.visitors import Visitor, remember
from masthead.lib.posted_from_our_pages import posted_from_our_pages


@posted_from_our_pages
@require_POST
@on_a_comment
def like(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Like a comment, or take that back."""
    if not comment.is_visible:
        raise Http404
    try:
        is_liked = actions.like(
            comment=comment,
            visitor=visitor.name,
            network=visitor.network,
            is_known=bool(visitor.commenter and visitor.commenter.confirmed_at),
        )
    except NotTaken as error:
        return sorry(request, comment, error)
    comment.refresh_from_db(fields=["likes"])
    response: HttpResponse = (
        JsonResponse({"likes": comment.likes, "is_liked": is_liked})
        if wants_json(request)
        else HttpResponseRedirect(reverse("discussion_comment", args=[comment.name]), status=303)
    )
    if not visitor.user:
        remember(request, response, visitor.name)
    return response


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@on_a_comment
def report(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Ask why the desk should look at a comment, and tell it."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return shown(comment.story, "report.html", {"form": form, "comment": comment})
    try:
        actions.report(
            comment=comment,
            visitor=visitor.name,
            network=visitor.network,
            reason=ReportReason(form.cleaned_data["reason"]),
            words=form.cleaned_data["words"],
        )
    except NotTaken as error:
        return sorry(request, comment, error)
    response = shown(comment.story, "reported.html", {"comment": comment})
    if not visitor.user:
        remember(request, response, visitor.name)
    return response
