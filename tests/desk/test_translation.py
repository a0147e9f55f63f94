"""A story in another of the newsroom's languages."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from masthead.stories.founding import add_edition
from masthead.stories.models import Archive, Section, Story
from tests.desk.editing import HOST
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory, front_page

pytestmark = pytest.mark.django_db


def test_a_story_is_translated_below_the_other_languages_archive(client):
    add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())
    story = StoryFactory(title="Harbour opens")
    spanish = Locale.objects.get(language_code="es")
    client.force_login(UserFactory(role="Editor"))
    address = reverse("simple_translation:submit_page_translation", args=[story.pk])

    client.post(address, {"locales": [spanish.pk]}, **HOST)
    translated = Story.objects.get(locale=spanish)

    assert translated.is_child_of(Archive.objects.get(locale=spanish))
    assert not translated.live
    assert translated.address == ""
    assert translated.translation_key == story.translation_key


def test_a_translation_is_published_under_its_language(client):
    spanish = add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())
    story = StoryFactory(title="Harbour opens")

    translated = story.copy_for_translation(spanish.locale)
    newest = translated.get_latest_revision_as_object()
    newest.title, newest.slug = "Abre el puerto", "abre-el-puerto"
    newest.section = spanish.add_child(instance=Section(title="Puerto"))
    newest.save_revision().publish()
    translated.refresh_from_db()

    assert translated.address.startswith("/es/")
    assert translated.address.endswith("/abre-el-puerto/")
