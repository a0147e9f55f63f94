"""Letters as something that an address can ask for."""

from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Site

from masthead.mail.campaigns import cancel, forget
from masthead.newsletter.actions import welcome
from masthead.newsletter.models import LetterList, SubscriberImport
from masthead.newsletter.queries import NAME, key_prefix, open_letters
from masthead.readers.kinds import Description, Kind
from masthead.readers.models import Address


def _describe(target: str) -> Description | None:
    letter = LetterList.objects.filter(pk=int(target)).first() if target.isdecimal() else None
    return _description(letter) if letter else None


def _description(letter: LetterList) -> Description:
    return Description(letter.name, note=letter.rhythm)


def _offered(site: Site, language: str) -> Iterator[tuple[str, Description]]:
    locale = Locale.objects.filter(language_code=language).first()
    if locale:
        for letter in open_letters(site=site, locale=locale):
            yield str(letter.pk), _description(letter)


def _cancel(address: Address, target: str) -> None:
    answer = gettext("The reader stopped it.")
    cancel(email=address.email, key_prefix=key_prefix(target), answer=answer)


def _erase(address: Address) -> None:
    forget(email=address.email)
    # They hold addresses, and are kept for some days only.
    SubscriberImport.objects.exclude(report=b"").update(report=b"")


LETTER = Kind(
    NAME,
    _("Letters"),
    _describe,
    offered=_offered,
    on_confirm=lambda subscription: welcome(subscription=subscription),
    on_withdraw=_cancel,
    on_erase=_erase,
)
