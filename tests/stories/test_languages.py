from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from masthead.stories.founding import add_edition
from masthead.stories.jinja import listed, moment, running_time
from masthead.stories.models import CorrectionKind, WorkKind
from tests.factories.stories import front_page
from tests.texts import catalogue, texts

LANGUAGES = ("ar", "de", "es", "fr")
#: Where texts stand that somebody without a role in the newsroom can meet: folder and files.
SAID_TO_READERS = (
    ("stories/jinja2", "**.html"),
    ("stories", "standing.py"),
    ("stories", "founding.py"),
    ("stories", "middleware.py"),
    ("conf", "views.py"),
    ("readers/templates", "**.*"),
    ("readers", "**.py"),
)


def is_complete(message):
    if message is None or message.fuzzy:
        return False
    return all([message.string] if isinstance(message.string, str) else message.string)


def said_to_readers():
    kinds = {str(kind.label) for kind in (*WorkKind, *CorrectionKind)}
    return kinds.union(*(texts(folder=folder, pattern=files) for folder, files in SAID_TO_READERS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_reader_sees_is_translated(language):
    with translation.override("en"):
        said = said_to_readers()
    translated = catalogue(language)

    missing = [text for text in said if not is_complete(translated.get(text))]

    assert len(said) > 150
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


def test_a_moment_is_told_in_each_newsrooms_own_zone_and_language():
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    told = []
    for zone, language in (("UTC", "en"), ("Asia/Tokyo", "en"), ("Asia/Tokyo", "de")):
        with timezone.override(zone), translation.override(language):
            told.append(moment(noon))

    assert told == ["Nov. 23, 2026, noon", "Nov. 23, 2026, 9 p.m.", "23. November 2026 21:00"]
