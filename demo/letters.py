"""The demo's letters: what its sign-up box offers."""

from collections.abc import Mapping

from demo.files import Table
from masthead.newsletter.models import Invitation, LetterList
from masthead.stories.models import FrontPage


def make_letters(site: Table, fronts: Mapping[str, FrontPage]) -> None:
    """Offer letters in every language of the newsroom."""
    for code, front in fronts.items():
        words = site["editions"].get(code, site)
        texts = words["newsletter"]
        Invitation.objects.create(locale=front.locale, heading=texts["heading"], text=texts["text"])
        for position, letter in enumerate(texts["letters"]):
            LetterList.objects.create(locale=front.locale, position=position, **letter)
