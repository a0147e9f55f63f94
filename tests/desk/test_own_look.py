"""A newsroom's settings at the desk: looked at before readers see them."""

import pytest

from masthead.stories.founding import add_edition
from masthead.stories.models import Newsroom
from masthead.stories.queries import main_site
from tests.factories.people import UserFactory
from tests.factories.stories import front_page
from tests.stories.test_own_look import HOST, form, settings_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(client):
    client.force_login(UserFactory(role="Publisher"))
    return client


def preview(client, *, mode="en"):
    address = settings_address("preview/")
    kept = client.post(address, form(accent="#1f5d78", headline_face="slab"), **HOST).json()
    return kept, client.get(f"{address}?mode={mode}&in_preview_panel=true", **HOST).text


def test_a_look_is_seen_on_the_front_page_before_it_is_saved(publisher):
    kept, page = preview(publisher)

    assert kept == {"is_valid": True, "is_available": True}
    assert "/theme/slab.charter.1f5d78.css" in page
    assert "The Test Lantern" in page
    assert Newsroom.for_site(main_site()).accent == "#a3182e"


def test_each_language_has_a_preview_of_its_own(publisher):
    add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())

    _kept, page = preview(publisher, mode="es")

    assert '<html lang="es"' in page
    assert "La Linterna" in page


def test_the_settings_lead_to_the_front_page_of_each_language(publisher):
    spanish = add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())

    page = publisher.get(settings_address(), **HOST).text

    assert f'<a href="/desk/pages/{front_page().pk}/edit/">The Test Lantern</a>' in page
    assert f'<a href="/desk/pages/{spanish.pk}/edit/">La Linterna</a>' in page


def test_what_is_saved_is_what_readers_see(publisher):
    publisher.post(settings_address(), form(accent="#1F5D78"), **HOST)

    assert "/theme/1f5d78.css" in publisher.get("/", **HOST).text


@pytest.mark.parametrize("step", ["", "preview/"])
def test_a_reporter_sets_nothing_for_the_whole_site(client, step):
    client.force_login(UserFactory(role="Reporter"))

    client.post(settings_address(step), form(accent="#1f5d78"), **HOST)

    assert client.get(settings_address(step), **HOST).status_code in {302, 403}
    assert Newsroom.for_site(main_site()).accent == "#a3182e"
