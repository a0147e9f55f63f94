"""The queue at the desk, its decisions, people, and how open a story's discussion is."""

from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.log_actions import registry
from wagtail.models import Page

from masthead.discussion import moderation, passages
from masthead.discussion.desk.forms import (
    LONGEST_REASON,
    DecisionForm,
    DiscussionForm,
    MarkedForm,
    QuestionChangeForm,
    QuestionForm,
)
from masthead.discussion.desk.queue import Which, cards, history_in_words, queue, waiting
from masthead.discussion.errors import Decided, NotThere
from masthead.discussion.inline import questions_on
from masthead.discussion.models import (
    BanKind,
    Comment,
    Commenter,
    CommentState,
    Discussion,
    Mode,
    Passage,
    Standing,
)
from masthead.discussion.moderation import Decision, Verdict
from masthead.discussion.rules import mode_of, settings_for
from masthead.discussion.waiting import waiting_comments
from masthead.lib.marked_html import paragraphs
from masthead.readers.models import User
from masthead.stories.models import Section, Story

ON_PAGE = 25
SALT = "masthead.discussion.undo"
#: Seconds for which the button is believed that takes a decision back.
UNDO_WITHIN = 3600


def _moderator(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not moderation.may_moderate(user):
        raise PermissionDenied
    return user


@require_safe
def show_queue(request: HttpRequest) -> HttpResponse:
    """Show what waits, or another list, with what a decision needs."""
    _moderator(request)
    asked = request.GET.get("list", "")
    which = Which(asked) if asked in set(Which) else Which.WAITING
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    story = request.GET.get("story", "")
    number = int(story) if story.isascii() and story.isdecimal() and len(story) < 18 else None
    page = Paginator(queue(which, words=words, story=number), ON_PAGE).get_page(
        request.GET.get("p")
    )
    context = {
        "which": which,
        "lists": [(each, _link(request, each)) for each in Which],
        "words": words,
        "story": Story.objects.filter(pk=number).first() if number else None,
        "page_obj": page,
        "cards": cards(page.object_list),  # type: ignore[arg-type]  # a slice of the queryset
        "waiting": waiting(),
        "header_title": _("Comments"),
        "header_icon": "comment",
        "breadcrumbs_items": _breadcrumbs(),
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "discussion/queue.html", context)


@never_cache
@require_safe
def in_place(request: HttpRequest) -> HttpResponse:
    """Show one comment, or what waits under one story, as a piece of the story's own page."""
    _moderator(request)
    name, public_id = (request.GET.get(each, "").replace("\0", "") for each in ("comment", "story"))
    story = Story.objects.filter(public_id=public_id).first() if public_id else None
    rows = waiting_comments().filter(story=story) if story else Comment.objects.filter(name=name)
    rows = rows.exclude(state=CommentState.DELETED).order_by("created_at", "pk")
    context = {
        "cards": cards(rows[:ON_PAGE]),
        "story": story,
        "waiting": rows.count(),
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "discussion/in_place.html", context)


def _link(request: HttpRequest, which: Which) -> str:
    query = QueryDict(mutable=True)
    query["list"] = which.value
    for name in ("q", "story"):
        if request.GET.get(name):
            query[name] = request.GET[name]
    return f"?{query.urlencode()}"


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Decide about one comment or many, and offer to take it back."""
    by = _moderator(request)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose at least one comment and what shall become of it."))
        return _back(request)
    verdict, reason = Verdict(form.cleaned_data["verdict"]), form.cleaned_data["reason"]
    done: list[Decision] = []
    for comment, version in form.chosen:
        try:
            done.append(
                moderation.decide(
                    comment=comment, version=version, verdict=verdict, by=by, reason=reason
                )
            )
        except Decided:
            messages.warning(request, _decided(comment))
    if done:
        _tell(request, done, can_be_undone=verdict in moderation.ABOUT_STATE)
    return _back(request)


def _decided(pk: int) -> str:
    """Return who decided about a comment meanwhile, and what."""
    comment = Comment.objects.filter(pk=pk).first()
    last = registry.get_logs_for_instance(comment).first() if comment else None
    # A version that no decision made is its author's, a reader's report or a scorer's.
    if comment is None or last is None or last.data.get("version") != comment.version:
        return _("A comment changed meanwhile: look at it again.")
    return _("%(who)s decided about “%(comment)s” meanwhile: %(what)s. Nothing was changed.") % {
        "who": last.user_display_name,
        "comment": comment,
        "what": comment.get_state_display(),
    }


def _tell(request: HttpRequest, done: list[Decision], *, can_be_undone: bool) -> None:
    told = ngettext("%(count)d comment decided.", "%(count)d comments decided.", len(done)) % {
        "count": len(done)
    }
    if not can_be_undone:
        messages.success(request, told)
        return
    token = signing.dumps([[each.comment, each.version, each.before] for each in done], salt=SALT)
    button = format_html(
        '<button class="button button-small button-secondary" form="undo" name="token" '
        'value="{}" data-undo>{}</button>',
        token,
        _("Undo"),
    )
    messages.success(request, format_html("{} {}", told, button))


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take a decision back."""
    by = _moderator(request)
    try:
        rows = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=UNDO_WITHIN)
    except signing.BadSignature:
        messages.error(request, _("It is too late to take that back here. Look it up under “All”."))
        return _back(request)
    for row in rows:
        try:
            moderation.undo(decision=Decision(*row), by=by)
        except Decided:
            messages.warning(request, _decided(row[0]))
    messages.success(request, _("Taken back."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if is_ours else reverse("discussion_queue"))


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show somebody with all that they wrote, and decide about them."""
    by = _moderator(request)
    commenter = get_object_or_404(Commenter.objects.select_related("address", "user"), pk=pk)
    if request.method == "POST":
        _decide_about(request, commenter, by)
        return HttpResponseRedirect(reverse("discussion_person", args=[pk]))
    rows = Comment.objects.filter(commenter__in=moderation.same_person(commenter))
    bans = moderation.bans_of(commenter)
    states: dict[str, int] = {}
    for state in rows.values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    context = {
        "commenter": commenter,
        "history": history_in_words(states.items()),
        "bans": bans,
        "banned": {each.kind for each in bans},
        "seen": moderation.seen_of(commenter, bans),
        "cards": cards(rows.order_by("-created_at")[:ON_PAGE]),
        "header_title": commenter.name,
        "header_icon": "user",
        "breadcrumbs_items": [*_breadcrumbs(), {"url": "", "label": commenter.name}],
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "discussion/person.html", context)


def _decide_about(request: HttpRequest, commenter: Commenter, by: User) -> None:
    what = request.POST.get("what", "")
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    if request.POST.get("seen") != moderation.seen_of(commenter):
        messages.warning(
            request, _("Somebody else decided about this person meanwhile. Nothing was changed.")
        )
        return
    if what in {"trusted", "muted", ""}:
        moderation.set_standing(commenter=commenter, standing=Standing(what), by=by, reason=reason)
    elif what in {"suspend", "resume"}:
        moderation.suspend(commenter=commenter, by=by, is_over=what == "resume", reason=reason)
    elif what in set(BanKind):
        if not moderation.ban(commenter=commenter, kind=BanKind(what), by=by, reason=reason):
            messages.error(request, _("That is not known of this person any more."))
            return
    elif what == "unban":
        moderation.lift_bans(commenter=commenter, by=by, reason=reason)
    messages.success(request, _("Done, and on record."))


@require_http_methods(["GET", "HEAD", "POST"])
def page_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose how open the discussion of a story or a section is."""
    if not request.user.has_perm("discussion.change_discussion"):
        raise PermissionDenied
    page = get_object_or_404(Page, pk=pk).specific
    if not isinstance(page, Story | Section):
        raise PermissionDenied
    row = Discussion.objects.filter(page=page.page_ptr).first() or Discussion(page=page.page_ptr)
    form = DiscussionForm(request.POST or None, instance=row)
    form.fields["closes_at"].widget = AdminDateTimeInput()
    if form.is_valid():
        form.save()
        messages.success(request, _("The discussion is set."))
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[pk]))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "header_title": _("Discussion"),
        "header_icon": "comment",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_pages:edit", args=[pk]), "label": page.title},
            {"url": "", "label": _("Discussion")},
        ],
    }
    return TemplateResponse(request, "discussion/page_rules.html", context)


def _asked_by(request: HttpRequest, story: Story) -> User:
    user = request.user
    if not isinstance(user, User) or not passages.may_ask(story=story, by=user):
        raise PermissionDenied
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def show_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a story's text with what is asked about it, and ask something."""
    story = get_object_or_404(Story, pk=pk)
    by = _asked_by(request, story)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _asks(form, story, by):
        messages.success(request, _("Asked. Readers see it where the passage stands."))
        return HttpResponseRedirect(reverse("discussion_questions", args=[pk]))
    context = {
        "story": story,
        "form": form,
        "blocks": _blocks(story.get_latest_revision_as_object()),
        "questions": questions_on(story),
        "is_off": mode_of(story, settings_for(story)) == Mode.OFF,
        "header_title": _("Ask readers about a passage"),
        "header_icon": "help",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_pages:edit", args=[pk]), "label": story.title},
            {"url": "", "label": _("Ask readers about a passage")},
        ],
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "discussion/questions.html", context, status=status)


def _asks(form: QuestionForm, story: Story, by: User) -> bool:
    try:
        question = form.cleaned_data["question"]
        passages.ask(story=story, marked=form.marked, question=question, by=by)
    except NotThere as error:
        form.add_error("exact", str(error))
        return False
    return True


def _blocks(story: Story) -> list[list[str]]:
    """Return the paragraphs of each text of a story."""
    texts = (block.value.source for block in story.body if block.block_type == "text")
    return [[each.text for each in paragraphs(text)] for text in texts]


@require_POST
def change_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Reword a question, open or close it, put it beside other words, or take it away."""
    passage = get_object_or_404(Passage.objects.select_related("story"), pk=pk)
    by = _asked_by(request, passage.story)
    back = HttpResponseRedirect(reverse("discussion_questions", args=[passage.story_id]))
    if request.POST.get("what") == "mark":
        _mark_anew(request, passage, by)
        return back
    form = QuestionChangeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the question."))
        return back
    _change(passage, form.cleaned_data, by)
    messages.success(request, _("Done, and on record."))
    return back


def _change(passage: Passage, values: dict[str, Any], by: User) -> None:
    if values["what"] == "withdraw":
        passages.withdraw(passage=passage, by=by)
        return
    is_open = {"open": True, "stop": False}.get(values["what"], passage.is_open)
    passages.reword(passage=passage, question=values["question"], is_open=is_open, by=by)


def _mark_anew(request: HttpRequest, passage: Passage, by: User) -> None:
    form = MarkedForm(request.POST)
    try:
        if form.is_valid():
            passages.mark_anew(passage=passage, marked=form.marked, by=by)
            messages.success(request, _("Done, and on record."))
        else:
            messages.error(request, _("Mark words of the story, or copy them here."))
    except NotThere as error:
        messages.error(request, str(error))


def _breadcrumbs() -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("discussion_queue"), "label": _("Comments")},
    ]
