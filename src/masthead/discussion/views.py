"""What one person sends to a discussion, and what they alone are answered."""

from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.discussion import actions
from masthead.discussion.errors import NotTaken, NotThere
from masthead.discussion.follow import ANSWERS, COMMENTS, REPLIES, UPDATES, wording_of
from masthead.discussion.forms import (
    AnswerForm,
    CommentForm,
    EditForm,
    FollowForm,
    RemarkForm,
    ReportForm,
)
from masthead.discussion.mails import commenter_of
from masthead.discussion.models import Comment, CommentState, Like, Passage, ReportReason
from masthead.discussion.moderation import same_person
from masthead.discussion.on_pages import page_below
from masthead.discussion.queries import threads_of
from masthead.discussion.rules import chosen, settings_for
from masthead.discussion.targets import Target
from masthead.discussion.text import html_of, quoted
from masthead.discussion.visitors import Visitor, remember, visitor_of
from masthead.lib.network import network_hash
from masthead.lib.posted_from_our_pages import posted_from_our_pages
from masthead.readers.actions import Occasion, Wish, ask
from masthead.stories.models import Story
from masthead.stories.queries import public

View = Any
#: Comments of one's own that wait, and are shown.
MOST_WAITING = 20
#: What a comment needs of its story; a page that is shown fetches the rest.
TO_COMMENT_ON = ("public_id", "title", "section_id", "site_id", "locale__language_code")


def _story(name: str) -> Story:
    found: Story = get_object_or_404(public().select_related("locale", "site"), public_id=name)
    return found


def _on_a_comment(view: View) -> View:
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
@_on_a_comment
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
    found = _story(story)
    if not chosen(found, settings_for(found)).may_remark:
        raise Http404
    with translation.override(found.locale.language_code):
        return _show_or_take(request, Target(found, is_marking=True), visitor_of(request))


@posted_from_our_pages
@require_safe
def mine(request: HttpRequest, story: str) -> HttpResponse:
    """Show somebody the threads in which they take part, and what of theirs waits."""
    found, visitor = _story(story), visitor_of(request)
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
        return _page(found, "mine.html", context)


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
        if _wants_json(request)
        else HttpResponseRedirect(address, status=303)
    )
    if not comment.commenter.user_id:
        remember(request, response, comment.commenter.public_id)
    return response


def _preview(request: HttpRequest, target: Target, visitor: Visitor) -> HttpResponse:
    """Show what somebody is writing as readers would see it, and store nothing."""
    text = EditForm(request.POST)
    html = html_of(text.cleaned_data["text"]) if text.is_valid() else ""
    if _wants_json(request):
        errors = {"errors": text.errors}
        return JsonResponse({"html": html} if html else errors, status=200 if html else 422)
    # What is still missing is nothing to complain about, except for the text itself.
    form = target.form(None if html else request.POST, visitor, request.POST.dict())
    context = {"form": form, "target": target, "visitor": visitor, "preview": html}
    return _page(target.story, "write.html", context)


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


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


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
    if _wants_json(request):
        return JsonResponse({"errors": form.errors}, status=422)
    return _writing(target, form, visitor, status=422)


def _writing(
    target: Target, form: CommentForm, visitor: Visitor, status: int = 200
) -> HttpResponse:
    context = {"form": form, "target": target, "visitor": visitor}
    return _page(_story(target.story.public_id), "write.html", context, status)


def _page(story: Story, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(page_below(story, (), template, context), status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@posted_from_our_pages
@require_safe
@_on_a_comment
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
    return _page(comment.story, "comment.html", context)


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
            return _page(newest.story, "confirm.html", {"comment": newest})
        actions.confirm(commenter=commenter)
        response = HttpResponseRedirect(
            reverse("discussion_comment", args=[newest.name]), status=303
        )
        # Whoever reads the mail of the address is the commenter, in this browser too.
        remember(request, response, commenter.public_id)
        return response


@posted_from_our_pages
@require_POST
@_on_a_comment
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
        return _sorry(request, comment, error)
    comment.refresh_from_db(fields=["likes"])
    response: HttpResponse = (
        JsonResponse({"likes": comment.likes, "is_liked": is_liked})
        if _wants_json(request)
        else HttpResponseRedirect(reverse("discussion_comment", args=[comment.name]), status=303)
    )
    if not visitor.user:
        remember(request, response, visitor.name)
    return response


def _sorry(request: HttpRequest, comment: Comment, error: NotTaken) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"errors": {"__all__": [str(error)]}}, status=429)
    return _page(comment.story, "sorry.html", {"message": str(error)}, status=429)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@_on_a_comment
def report(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Ask why the desk should look at a comment, and tell it."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(comment.story, "report.html", {"form": form, "comment": comment})
    try:
        actions.report(
            comment=comment,
            visitor=visitor.name,
            network=visitor.network,
            reason=ReportReason(form.cleaned_data["reason"]),
            words=form.cleaned_data["words"],
        )
    except NotTaken as error:
        return _sorry(request, comment, error)
    response = _page(comment.story, "reported.html", {"comment": comment})
    if not visitor.user:
        remember(request, response, visitor.name)
    return response


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@_on_a_comment
def edit(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Let the author of a comment give it another text."""
    _check_own(comment, visitor)
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
    return _page(comment.story, "edit.html", {"form": form, "comment": comment}, status)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@_on_a_comment
def delete(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Let the author of a comment take it away."""
    _check_own(comment, visitor)
    if request.method != "POST":
        return _page(comment.story, "delete.html", {"comment": comment})
    try:
        actions.delete(comment=comment)
    except NotTaken as error:
        return _sorry(request, comment, error)
    return HttpResponseRedirect(reverse("discussion_comment", args=[comment.name]), status=303)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, story: str) -> HttpResponse:
    """Ask by mail whether an address shall be told of comments on a story."""
    found = _story(story)
    with translation.override(found.locale.language_code):
        return _follow(request, found, found.public_id, None)


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
@_on_a_comment
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
        return _page(story, "follow.html", context, 422 if form.is_bound else 200)
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
        return _page(story, "follow.html", context, 422)
    return _page(story, "following.html", {})


@posted_from_our_pages
@require_POST
@_on_a_comment
def answer(request: HttpRequest, comment: Comment, visitor: Visitor) -> HttpResponse:
    """Let the author of a comment answer the desk's decision."""
    _check_own(comment, visitor)
    form = AnswerForm(request.POST)
    if form.is_valid():
        actions.answer(comment=comment, text=form.cleaned_data["answer"])
    return HttpResponseRedirect(reverse("discussion_comment", args=[comment.name]), status=303)


def _check_own(comment: Comment, visitor: Visitor) -> None:
    if not visitor.wrote(comment):
        raise Http404
