"""One letter's way out, in the desk."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from masthead.mail import campaigns
from masthead.mail.queries import unknown_deliveries
from masthead.newsletter import actions
from masthead.newsletter.desk.forms import SendForm, TestForm
from masthead.newsletter.desk.status import status_of
from masthead.newsletter.errors import NotReady
from masthead.newsletter.models import Dispatch, Edition
from masthead.newsletter.preflight import check
from masthead.newsletter.queries import audience_of, campaigns_of, wants_offers
from masthead.readers.models import User
from masthead.stories.models import Newsroom

#: So many recipients are decided about at once.
MOST_IN_DOUBT = 500


def one_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what stands in a letter's way, and its way once it is decided."""
    edition = _edition(request, pk)
    return _page(request, edition, TestForm(initial={"email": _user(request).email}), SendForm())


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test of a letter to one address."""
    edition = _edition(request, pk)
    form = TestForm(request.POST)
    if not form.is_valid():
        return _page(request, edition, form, SendForm())
    actions.send_test(edition=edition, email=form.cleaned_data["email"])
    text = _("A test is on its way to %(address)s.") % {"address": form.cleaned_data["email"]}
    messages.success(request, text)
    return _back(edition)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that a letter goes out."""
    edition = _edition(request, pk)
    with timezone.override(_zone(edition)):
        form = SendForm(request.POST)
        is_valid = form.is_valid()
    if not is_valid:
        return _page(request, edition, TestForm(initial={"email": _user(request).email}), form)
    try:
        actions.send(edition=edition, by=_user(request), send_at=form.cleaned_data["at"])
    except NotReady as fault:
        for reason in fault.reasons:
            messages.error(request, reason)
    return _back(edition)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the decision to send a letter."""
    edition = _edition(request, pk)
    dispatch = get_object_or_404(Dispatch, edition=edition)
    if actions.take_back(dispatch=dispatch, by=_user(request)):
        messages.success(request, _("It is not sent. Nobody has been written to."))
    else:
        messages.error(request, _("It is too late: the letter is on its way."))
    return _back(edition)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a letter that is being sent, go on with it, or stop it for good."""
    edition = _edition(request, pk)
    verbs = {"pause": campaigns.pause, "resume": campaigns.resume, "stop": campaigns.stop}
    verb = verbs.get(request.POST.get("do", ""))
    for campaign in campaigns_of(edition) if verb else ():
        verb(campaign=campaign)  # type: ignore[misc]  # there is one: see above
    return _back(edition)


def in_doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the recipients of whom nobody knows whether they got a letter, and decide about them."""
    edition = _edition(request, pk)
    doubtful = unknown_deliveries(campaigns_of(edition))
    if request.method == "POST":
        chosen = set(request.POST.getlist("number"))
        numbers = [pk for pk in doubtful.values_list("pk", flat=True) if str(pk) in chosen]
        again = request.POST.get("do") == "again"
        actions.decide(edition=edition, numbers=numbers, again=again, by=_user(request))
        return _back(edition)
    context = {
        "edition": edition,
        "doubtful": doubtful.order_by("email")[:MOST_IN_DOUBT],
        "header_title": _("In doubt"),
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("letter_send", args=[edition.pk]), "label": edition.title},
            {"url": "", "label": _("In doubt")},
        ],
    }
    return TemplateResponse(request, "newsletter/in_doubt.html", context)


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return how far a letter has come, as the part of its page that changes."""
    edition = _edition(request, pk)
    with timezone.override(_zone(edition)):
        context = {"edition": edition, "status": status_of(edition)}
        return TemplateResponse(request, "newsletter/progress.html", context).render()


def _page(request: HttpRequest, edition: Edition, test: TestForm, send: SendForm) -> HttpResponse:
    newest = actions.newest_version(edition)
    status = status_of(edition)
    readers = audience_of(newest)
    context = {
        "edition": edition,
        "letter": newest.letter,
        "status": status,
        "findings": [] if status else check(newest),
        "readers": readers.count(),
        "with_offers": readers.filter(wants_offers(edition.get_site())).count(),
        "test_form": test,
        "send_form": send,
        "zone": _zone(edition).key,
        "header_title": newest.title,
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("letters_to_send:index"), "label": _("Letters")},
            {"url": "", "label": newest.title},
        ],
    }
    with timezone.override(_zone(edition)):
        return TemplateResponse(request, "newsletter/send.html", context).render()


def _edition(request: HttpRequest, pk: int) -> Edition:
    edition = get_object_or_404(Edition, pk=pk)
    if not edition.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    return edition


def _zone(edition: Edition) -> Any:
    return Newsroom.for_site(edition.get_site()).zone


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _back(edition: Edition) -> HttpResponse:
    return HttpResponseRedirect(reverse("letter_send", args=[edition.pk]))
