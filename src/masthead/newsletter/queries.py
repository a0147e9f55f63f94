"""The letters that readers can ask for, and what they are told of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Locale, Site

from masthead.mail.models import Campaign
from masthead.newsletter.models import Dispatch, Edition, Invitation, LetterIndex, LetterList
from masthead.readers.models import Subscription
from masthead.readers.queries import subscribed
from masthead.stories.models import FrontPage

#: How subscriptions name this kind. The target is a letter's number.
NAME = "letter"
_KEY = re.compile(r"letter-\d+-(\d+)(-offers)?")


@dataclass(frozen=True)
class Offered:
    """One letter in the box."""

    key: int
    name: str
    rhythm: str
    is_offers: bool


@dataclass(frozen=True)
class Box:
    """What the sign-up box shows: the invitation and the letters to choose."""

    heading: str
    text: str
    letters: list[Offered]

    def wording(self, letter: Offered) -> str:
        """Return, as evidence, what somebody read who asked for a letter here."""
        line = f"[x] {letter.name}"
        if letter.rhythm:
            line += f" \N{EN DASH} {letter.rhythm}"
        return f"{self.heading}\n{self.text}\n{line}\n{small_print()}"


def small_print() -> str:
    """Return what stands under the box's button."""
    return _("We write once to confirm. Every letter has a link that ends it with one click.")


def box(*, site: Site, locale: Locale) -> Box | None:
    """Return the sign-up box of one language; None when no letter can be asked for there."""
    letters = [
        Offered(each.pk, each.name, each.rhythm, each.is_offers)
        for each in open_letters(site=site, locale=locale)
    ]
    if not letters:
        return None
    own = Invitation.objects.filter(site=site, locale=locale).first()
    if own:
        return Box(own.heading, own.text, letters)
    text = _("Our letters, delivered directly to your inbox.")
    return Box(_("Subscribe to our newsletter"), text, letters)


def open_letters(*, site: Site, locale: Locale) -> Iterable[LetterList]:
    """Return the letters that readers can ask for in a language: the offers come last."""
    found = LetterList.objects.filter(locale=locale, site=site, is_open=True)
    return sorted(found, key=lambda each: (each.is_offers, each.position, each.pk))


def audience(letter: LetterList) -> QuerySet[Subscription]:
    """Return the subscriptions of those who get a letter now."""
    return subscribed(NAME, str(letter.pk))


def audience_of(edition: Edition) -> QuerySet[Subscription]:
    """Return the subscriptions of those who get an edition now: all readers of its letter, or some.

    Some are those who care for a section, or who read a language.
    """
    found = audience(edition.letter)
    if edition.only_section_id:
        about = LetterList.objects.filter(section=edition.only_section_id)
        found = found.filter(_has_one_of(about))
    if edition.only_locale:
        found = found.filter(address__language=edition.only_locale.language_code)
    return found


def wants_offers(site: Site) -> Q:
    """Return the condition on subscriptions that whoever has one consented to offers too."""
    return _has_one_of(LetterList.objects.filter(site=site, is_offers=True))


def _has_one_of(letters: QuerySet[LetterList]) -> Q:
    wishes = Subscription.objects.filter(
        address=OuterRef("address"),
        kind=NAME,
        target__in=[str(pk) for pk in letters.values_list("pk", flat=True)],
        withdrawn_at=None,
        confirmed_at__isnull=False,
    )
    return Q(Exists(wishes))


def key_of(edition: Edition, *, has_offers: bool = False) -> str:
    """Return the name under which a letter is sent, which begins with ``key_prefix``."""
    return f"{key_prefix(str(edition.letter_id))}{edition.pk}{'-offers' if has_offers else ''}"


def key_prefix(letter: str) -> str:
    """Return how the names of all sendings of a letter begin."""
    return f"letter-{letter}-"


def campaigns_of(edition: Edition) -> list[Campaign]:
    """Return how a letter is being sent: once, or apart for readers with and without offers."""
    keys = [key_of(edition), key_of(edition, has_offers=True)]
    return list(Campaign.objects.filter(key__in=keys).order_by("pk"))


def dispatch_of(campaign: Campaign) -> Dispatch | None:
    """Return the sending that a campaign belongs to; None for what is no letter of ours."""
    found = _KEY.fullmatch(campaign.key)
    rows = Dispatch.objects.select_related("revision", "by")
    return rows.filter(edition=int(found[1])).first() if found else None


def left_since(edition: Edition) -> int:
    """Count who stopped a letter after it went out, until the next one of its kind did."""
    sent = Dispatch.objects.filter(edition__letter=edition.letter_id, started_at__isnull=False)
    own = sent.filter(edition=edition).first()
    if own is None:
        return 0
    left = Subscription.objects.filter(
        kind=NAME,
        target=str(edition.letter_id),
        confirmed_at__lt=own.send_at,
        withdrawn_at__gte=own.send_at,
    )
    following = sent.filter(send_at__gt=own.send_at).order_by("send_at").first()
    if following:
        left = left.filter(withdrawn_at__lt=following.send_at)
    return left.count()


def front_of_letter(letter: LetterList) -> FrontPage | None:
    """Return the front page of the edition whose readers get a letter."""
    root = letter.site.root_page
    fronts = FrontPage.objects.filter(translation_key=root.translation_key)
    found: FrontPage | None = fronts.filter(locale=letter.locale_id).first()
    return found


def index_of(letter: LetterList) -> LetterIndex | None:
    """Return the place where a letter is composed and kept; None when somebody deleted it."""
    front = front_of_letter(letter)
    return LetterIndex.objects.child_of(front).first() if front else None
