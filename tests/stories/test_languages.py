from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext

from masthead.stories import render
from masthead.stories.founding import add_edition
from masthead.stories.jinja import listed, running_time
from masthead.stories.models import CorrectionKind, WorkKind
from tests.factories.stories import front_page

FOLDER = Path(render.__file__).parent
LANGUAGES = ("ar", "de", "es", "fr")


def said_to_readers():
    templates = extract_from_dir(
        FOLDER / "jinja2", [("**.html", "jinja2")], {"**.html": {"newstyle_gettext": "true"}}
    )
    kinds = {str(kind.label) for kind in (*WorkKind, *CorrectionKind)}
    return {message for _file, _line, message, _comments, _context in templates} | kinds


def catalogue(language):
    with (FOLDER / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_reader_sees_is_translated(language):
    with translation.override("en"):
        said = said_to_readers()
    known = {message.id: message.string for message in catalogue(language)}

    missing = [text for text in said if not known.get(text)]

    assert len(said) > 80
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_places_for_names_and_numbers(language):
    faults = [error for message in catalogue(language) for error in message.check(None)]

    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_translations_are_those_of_the_source(language):
    own = catalogue(language)

    with translation.override(language):
        assert gettext("By our staff") == own.get("By our staff").string


def test_names_are_joined_as_the_language_does():
    with translation.override("en"):
        assert listed(["Ada", "Ben", "<Cleo>"]) == "Ada, Ben and &lt;Cleo&gt;"
    with translation.override("ar"):
        assert listed(["آدا", "بن"]) == "آدا وبن"
    assert listed(["Ada"]) == "Ada"


def test_a_clips_length_is_minutes_and_seconds():
    assert [running_time(seconds) for seconds in (5, 42.4, 134, 3600)] == [
        "0:05",
        "0:42",
        "2:14",
        "60:00",
    ]


@pytest.mark.django_db
def test_a_front_page_speaks_its_own_language(client):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())

    page = client.get("/ar/", HTTP_HOST="localhost:8000").text

    assert '<html lang="ar" dir="rtl">' in page
    assert "نكتب الآن موادّنا الأولى." in page
    assert ">الموضوعات</a>" in page
    assert 'lang="en" hreflang="en">English</a>' in page
