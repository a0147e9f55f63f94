"""The letters of a newsroom."""

import factory
from django.utils import timezone

from masthead.newsletter.models import Edition, LetterIndex, LetterList
from masthead.readers.models import Address, Subscription
from tests.factories.stories import front_page


class LetterListFactory(factory.django.DjangoModelFactory):
    """A letter that readers can ask for."""

    name = factory.Sequence(lambda number: f"Letter {number}")
    locale = factory.LazyFunction(lambda: front_page().locale)

    class Meta:
        model = LetterList


class EditionFactory(factory.django.DjangoModelFactory):
    """A letter as an editor saved it, not sent; ``body`` are its blocks."""

    title = factory.Sequence(lambda number: f"What happened on day {number}")
    letter = factory.LazyFunction(lambda: LetterList.objects.first() or LetterListFactory())
    preview_line = "And the tides."
    body = (("text", "<p>Good morning, Quillhaven.</p>"),)

    class Meta:
        model = Edition

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs["body"] = list(kwargs["body"])
        edition = model_class(*args, live=False, **kwargs)
        index = LetterIndex.objects.get(locale=edition.letter.locale)
        index.add_child(instance=edition)
        edition.save_revision()
        return edition


def reader(letter, email, **fields):
    """Return the confirmed subscription of an address to a letter."""
    address, _made = Address.objects.get_or_create(email=email, defaults={"language": "en"})
    return Subscription.objects.create(
        address=address,
        kind="letter",
        target=str(letter.pk),
        wording_language="en",
        page="/",
        **{"confirmed_at": timezone.now(), "wording": "[x]", **fields},
    )
