"""Comments on their way in: on a story, on a comment, on a passage."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from masthead.discussion import actions
from masthead.discussion.errors import NotTaken, NotThere
from masthead.discussion.forms import CommentForm, EditForm, RemarkForm
from masthead.discussion.models import Comment, Passage
from masthead.discussion.rules import chosen, settings_for
from masthead.discussion.targets import Target
from masthead.discussion.text import html_of, quoted
from masthead.discussion.views.asked import (
    on_a_comment,
    shown,
    state_in_words,
    story_of,
    wants_json,
)
from masthead.discussion.visitors import Visitor, remember, visitor_of
from masthead.lib.posted_from_our_pages import posted_from_our_pages
from masthead.stories.queries import public

#: What a comment needs of its story; a page that is shown fetches the rest.
TO_COMMENT_ON = ("public_id", "title", "section_id", "site_id", "locale__language_code")


@posted_from_our_pages
@require_POST
def post(request: HttpRequest, story: str) -> HttpResponse:
    """Take a comment on a story."""
    found = get_object_or_404(
        public().select_related("locale").only(*TO_COMMENT_ON), public_id=story
    )
    with translation.override(found.locale.language_code):
        return _take(request, Target(found), visitor_of(request))


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@on_a_comment
def reply(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Show the form for an answer to a comment, and take it."""
    return _show_or_take(request, Target(comment.story, parent=comment), visitor)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def passage(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form for an answer to a question beside a passage, and take it."""
    rows = Passage.objects.select_related("story__locale", "story__site")
    found = get_object_or_404(rows, name=name, story__in=public())
    with translation.override(found.story.locale.language_code):
        return _show_or_take(request, Target(found.story, passage=found), visitor_of(request))


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: HttpRequest, story: str) -> HttpResponse:
    """Show the form for a remark on words of a story, and take it."""
    found = story_of(story)
    if not chosen(found, settings_for(found)).may_remark:
        raise Http404
    with translation.override(found.locale.language_code):
        return _show_or_take(request, Target(found, is_marking=True), visitor_of(request))


def _show_or_take(request: HttpRequest, target: Target, visitor: Visitor) -> HttpResponse:
    if request.method == "POST":
        return _take(request, target, visitor)
    is_quoting = target.parent and "quote" in request.GET
    initial = {"text": quoted(target.parent.text)} if target.parent and is_quoting else None
    return _writing(target, target.form(None, visitor, initial), visitor)


def _take(request: HttpRequest, target: Target, visitor: Visitor) -> HttpResponse:
    if request.POST.get("preview"):
        return _preview(request, target, visitor)
    form = target.form(request.POST, visitor)
    try:
        if not form.is_valid():
            return _refused(request, target, form, visitor)
        comment = actions.post(draft=_draft(form, target, visitor))
    except NotTaken as error:
        form.add_error("exact" if isinstance(error, NotThere) else None, str(error))
        return _refused(request, target, form, visitor)
    address = reverse("discussion_comment", args=[comment.name])
    response: HttpResponse = (
        JsonResponse(_told(comment, address))
        if wants_json(request)
        else HttpResponseRedirect(address, status=303)
    )
    if not comment.commenter.user_id:
        remember(request, response, comment.commenter.public_id)
    return response


def _preview(request: HttpRequest, target: Target, visitor: Visitor) -> HttpResponse:
    """Show what somebody is writing as readers would see it, and store nothing."""
    text = EditForm(request.POST)
    html = html_of(text.cleaned_data["text"]) if text.is_valid() else ""
    if wants_json(request):
        errors = {"errors": text.errors}
        return JsonResponse({"html": html} if html else errors, status=200 if html else 422)
    # What is still missing is nothing to complain about, except for the text itself.
    form = target.form(None if html else request.POST, visitor, request.POST.dict())
    context = {"form": form, "target": target, "visitor": visitor, "preview": html}
    return shown(target.story, "write.html", context)


def _draft(form: CommentForm, target: Target, visitor: Visitor) -> actions.Draft:
    values = form.cleaned_data
    return actions.Draft(
        story=target.story,
        parent=target.parent,
        passage=target.passage,
        marked=form.marked if isinstance(form, RemarkForm) else None,
        text=values["text"],
        name=values["name"],
        email=values["email"],
        visitor=visitor.name if visitor.is_remembered else "",
        network=visitor.network,
        user=visitor.user,
        is_trapped=bool(values["homepage"]),
        seconds=values["seconds"],
    )


def _told(comment: Comment, address: str) -> dict[str, Any]:
    return {
        "state": comment.state,
        "message": state_in_words(comment),
        "name": comment.author_name,
        "html": comment.html,
        "address": address,
    }


def _refused(
    request: HttpRequest, target: Target, form: CommentForm, visitor: Visitor
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"errors": form.errors}, status=422)
    return _writing(target, form, visitor, status=422)


def _writing(
    target: Target, form: CommentForm, visitor: Visitor, status: int = 200
) -> HttpResponse:
    context = {"form": form, "target": target, "visitor": visitor}
    return shown(story_of(target.story.public_id), "write.html", context, status)
