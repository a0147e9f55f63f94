"""The desk in the language of whoever works at it."""

import pytest

from tests.desk.editing import HOST
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_everybody_gets_the_menu_in_their_own_language(client):
    client.force_login(UserFactory(role="Publisher"))
    menus = {}

    for language in ("de", "es"):
        menus[language] = client.get("/desk/", headers={"accept-language": language}, **HOST).text

    assert "Korrekturen" in menus["de"]
    assert "Ressorts" in menus["de"]
    assert "Correcciones" in menus["es"]
    assert "Secciones" in menus["es"]
