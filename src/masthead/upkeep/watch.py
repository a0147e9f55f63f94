"""Tells operators by mail when something needs a hand, and when it is well again.

What they were told stands in a file: a database that is away must not make it forgotten.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from masthead.mail.actions import write_mail
from masthead.readers.models import User
from masthead.upkeep.conditions import Condition, conditions

FILE_NAME = "watch.json"
#: What is so at this many looks in a row is told; what mends itself meanwhile is not.
LOOKS = 3


@dataclass(frozen=True)
class Note:
    """Whether operators were told that something is wrong, and at how many looks it was not so."""

    is_told: bool = False
    looks: int = 0


def watch() -> bool:
    """Look once, and tell what has changed for good; return False: there is never more."""
    known, notes = _known(), {}
    changed = set()
    for each in conditions():
        note = known.get(each.name, Note())
        looks = note.looks + 1 if each.is_well is note.is_told else 0
        if looks == LOOKS:
            changed.add(each.name)
            note, looks = Note(is_told=not each.is_well), 0
        notes[each.name] = Note(note.is_told, looks)
    if changed:
        _tell(changed)
    if notes != known:
        _path().write_text(
            json.dumps({name: asdict(note) for name, note in notes.items()}), "utf-8"
        )
    return False


def _tell(changed: set[str]) -> None:
    site = Site.objects.filter(is_default_site=True).first()
    for user in _operators():
        profile = getattr(user, "wagtail_userprofile", None)
        language = profile.get_preferred_language() if profile else settings.LANGUAGE_CODE
        with translation.override(language):
            found = [each for each in conditions() if each.name in changed]
            write_mail(message=_message(user, site, found), site=site)


def _operators() -> QuerySet[User]:
    # Whoever may look after the newsroom's mail; “is superuser” is whoever may do everything.
    may = Q(
        groups__permissions__codename="view_outgoingmail",
        groups__permissions__content_type__app_label="mail",
    )
    return User.objects.filter(may | Q(is_superuser=True), is_active=True).distinct()


def _message(user: User, site: Site | None, found: list[Condition]) -> EmailMessage:
    name = site.site_name if site else ""
    if all(each.is_well for each in found):
        subject = _("Well again at %(newsroom)s: %(what)s")
    else:
        subject = _("Something needs a hand at %(newsroom)s: %(what)s")
    what = ", ".join(each.title for each in found)
    link = f"{settings.SITE_ADDRESS}{reverse('upkeep_status')}"
    return EmailMessage(
        subject=subject % {"newsroom": name, "what": what},
        body=render_to_string("upkeep/told.txt", {"found": found, "link": link}),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _path() -> Path:
    home: Path = settings.HOME
    return home / FILE_NAME


def _known() -> dict[str, Note]:
    with suppress(OSError, ValueError, TypeError, AttributeError):
        found = json.loads(_path().read_text("utf-8"))
        return {str(name): Note(**note) for name, note in found.items()}
    return {}
