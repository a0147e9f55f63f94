"""The least that a story, a section or a person needs."""

import factory
from wagtail.models import Locale

from masthead.stories.models import Archive, FrontPage, Person, PersonIndex, Section, Story


def front_page(language="en"):
    return FrontPage.objects.get(locale=Locale.objects.get(language_code=language))


class PageFactory(factory.django.DjangoModelFactory):
    """Adds a page below its parent, as the desk does."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        page = model_class(*args, **kwargs)
        cls.parent().add_child(instance=page)
        return page


class SectionFactory(PageFactory):
    title = factory.Sequence(lambda number: f"Section {number}")

    class Meta:
        model = Section

    @staticmethod
    def parent():
        return front_page()


class PersonFactory(PageFactory):
    title = factory.Sequence(lambda number: f"Person {number}")

    class Meta:
        model = Person

    @staticmethod
    def parent():
        return PersonIndex.objects.get(locale__language_code="en")


class StoryFactory(PageFactory):
    """A published story; ``live=False`` makes a draft."""

    title = factory.Sequence(lambda number: f"Story {number}")
    section = factory.SubFactory(SectionFactory)

    class Meta:
        model = Story

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        live = kwargs.pop("live", True)
        story = super()._create(model_class, *args, live=False, **kwargs)
        revision = story.save_revision()
        if live:
            revision.publish()
            story.refresh_from_db()
        return story

    @staticmethod
    def parent():
        return Archive.objects.get(locale__language_code="en")
