"""The way into the desk, and the pages about what an address gets by mail."""

import json
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Site

from masthead.lib.network import network_hash
from masthead.readers import actions, links
from masthead.readers.errors import BadLink, OldLink
from masthead.readers.forms import AddressForm, ChoicesForm, PauseForm
from masthead.readers.models import Address
from masthead.readers.queries import active, choices, described, description, paused_until


@never_cache
@require_safe
def desk_entrance(request: HttpRequest) -> HttpResponse:
    """Lead to sign-in, to the desk, or say that the desk is not open to this account."""
    wanted = _wanted(request)
    if not request.user.is_authenticated:
        query = urlencode({"next": wanted})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
    if request.user.has_perm("wagtailadmin.access_admin"):
        return HttpResponseRedirect(wanted)
    return TemplateResponse(request, "readers/no_desk.html", status=403)


def _wanted(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("wagtailadmin_home")


def ask_for_my_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send it the link to its page; the answer is always the same."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.send_my_page(email=form.cleaned_data["email"], occasion=occasion(request))
        return _page(request, "readers/link_sent.html", {})
    return _page(request, "readers/ask_for_my_page.html", {"form": form})


@csrf_exempt  # whoever knows the link holds all the right that a token could prove
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a mail's link confirms, with a button; confirm it when that is pressed."""
    try:
        address, subscriptions = links.opened_confirm(token)
    except BadLink as fault:
        return _bad_link(request, fault)
    with translation.override(address.language):
        if request.method == "POST":
            actions.confirm(address=address, subscriptions=subscriptions)
        context = {
            "address": address,
            "asked": described(subscriptions),
            "my_page": links.my_page(address),
            "is_done": all(each.confirmed_at for each in subscriptions),
        }
        return _page(request, "readers/confirm.html", context)


@csrf_exempt  # mailbox providers post here, without a cookie: RFC 8058
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link ends, with a button; end it when that is pressed or a provider posts."""
    try:
        address, kind, target = links.opened_stop(token)
    except BadLink as fault:
        return _bad_link(request, fault)
    with translation.override(address.language):
        if request.method == "POST":
            actions.withdraw(address=address, kind=kind, target=target)
        chosen = active(address).filter(kind=kind, target=target)
        context = {
            "address": address,
            "what": description(kind, target),
            "my_page": links.my_page(address),
            "is_done": not chosen.exists(),
        }
        return _page(request, "readers/stop.html", context)


@csrf_exempt  # as above
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show everything that an address asked for, and change what its owner wants changed."""
    try:
        address, is_fresh = links.opened_my_page(token)
    except BadLink as fault:
        return _bad_link(request, fault)
    with translation.override(address.language):
        form = _choices_form(request, address)
        pause_form = PauseForm(request.POST if "pause" in request.POST else None)
        done: str | Promise = ""
        if request.method == "POST":
            done = _change(request, address, form, pause_form)
            address.refresh_from_db()
    with translation.override(address.language):
        context = {
            "address": address,
            "token": token,
            "is_fresh": is_fresh,
            "form": form if form.errors else _choices_form(request, address, is_new=True),
            "pause_form": pause_form,
            "paused_until": paused_until(address),
            "done": done,
        }
        return _page(request, "readers/my.html", context)


@never_cache
@require_safe
def export(request: HttpRequest, token: str) -> HttpResponse:
    """Give everything that is kept of an address as a file; the link must be a fresh one."""
    try:
        address, is_fresh = links.opened_my_page(token)
    except BadLink as fault:
        return _bad_link(request, fault)
    if not is_fresh:
        return HttpResponseRedirect(reverse("my_page", args=[token]))
    content = json.dumps(actions.export(address=address), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@csrf_exempt  # as above
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, then erase an address; the link must be a fresh one."""
    try:
        address, is_fresh = links.opened_my_page(token)
    except BadLink as fault:
        return _bad_link(request, fault)
    if not is_fresh:
        return HttpResponseRedirect(reverse("my_page", args=[token]))
    with translation.override(address.language):
        if request.method == "POST":
            actions.erase(address=address)
            return _page(request, "readers/erased.html", {})
        return _page(request, "readers/erase.html", {"address": address, "token": token})


def occasion(request: HttpRequest) -> actions.Occasion:
    """Return where a request was made, as evidence and limits need it."""
    return actions.Occasion(
        site=Site.find_for_request(request),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        page=request.path,
        network=network_hash(request.META.get("REMOTE_ADDR", "")),
    )


def _change(
    request: HttpRequest, address: Address, form: ChoicesForm, pause_form: PauseForm
) -> str | Promise:
    """Do what the pressed button says; return what to tell, "" when the form has a fault."""
    match request.POST.get("do"):
        case "choose" if form.is_valid():
            wishes = [
                actions.Wish(each.kind, each.target, each.description.title, often)
                for each, often in form.chosen()
            ]
            language = form.cleaned_data.get("language") or address.language
            at = replace(occasion(request), page=reverse("my_ask"))
            actions.choose(address=address, wishes=wishes, occasion=at)
            actions.speak(address=address, language=language)
            return gettext_lazy("Your choices are saved.")
        case "pause" if pause_form.is_valid():
            actions.pause(address=address, until=timezone.now() + pause_form.duration)
            return gettext_lazy("Nothing comes until then.")
        case "resume":
            actions.pause(address=address, until=None)
            return gettext_lazy("Your mails come again.")
        case "stop":
            actions.withdraw_all(address=address)
            return gettext_lazy("Everything is stopped.")
        case "link":
            actions.send_my_page(email=address.email, occasion=occasion(request))
            return gettext_lazy("The link is on its way to you.")
    return ""


def _choices_form(request: HttpRequest, address: Address, *, is_new: bool = False) -> ChoicesForm:
    is_sent = request.POST.get("do") == "choose" and not is_new
    site = Site.find_for_request(request)
    groups = choices(address, site=site, language=address.language)
    return ChoicesForm(request.POST if is_sent else None, groups=groups, language=address.language)


def _bad_link(request: HttpRequest, fault: BadLink) -> HttpResponse:
    is_old = isinstance(fault, OldLink)
    return _page(request, "readers/bad_link.html", {"is_old": is_old}, status=404)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    # Rendered at once: the language is the address's, while it is active.
    return render(request, template, context, status=status)
