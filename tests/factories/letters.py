"""The letters of a newsroom."""

import factory

from masthead.newsletter.models import LetterList
from tests.factories.stories import front_page


class LetterListFactory(factory.django.DjangoModelFactory):
    """A letter that readers can ask for."""

    name = factory.Sequence(lambda number: f"Letter {number}")
    locale = factory.LazyFunction(lambda: front_page().locale)

    class Meta:
        model = LetterList
