"""The least that a story, a section or a person needs."""

import factory
from wagtail.models import Site

from masthead.stories.models import Archive, FrontPage, Person, PersonIndex, Section, Story


def front_page(language="en"):
    """Return the front page of the newsroom that every test lives in, in one language."""
    root = Site.objects.get(is_default_site=True).root_page
    fronts = FrontPage.objects.filter(translation_key=root.translation_key)
    return fronts.get(locale__language_code=language)


def below_front_page(kind):
    return kind.objects.child_of(front_page()).get()


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
        return below_front_page(PersonIndex)


class StoryFactory(PageFactory):
    """A published story; ``live=False`` makes a draft."""

    title = factory.Sequence(lambda number: f"Story {number}")
    section = factory.LazyFunction(lambda: Section.objects.first() or SectionFactory())

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
        return below_front_page(Archive)
