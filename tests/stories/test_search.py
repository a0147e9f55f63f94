"""What readers find, and that nothing they type does harm."""

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from masthead.lib.words import folded, marked, passage
from masthead.stories.founding import add_edition
from masthead.stories.models import Byline, Section, Story
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory, front_page
from tests.proof import effort
from tests.stories.full_newsroom import NOON, picture
from tests.stories.test_budget import Checker

pytestmark = pytest.mark.django_db


def page(client, status=200, **asked):
    response = client.get(f"/search/?{urlencode(asked)}", HTTP_HOST="localhost:8000")
    assert response.status_code == status
    return response.text


def found(client, **asked):
    text = page(client, **asked)
    titles = re.findall(r'<h2 class="headline"><a [^>]*>(.*?)</a>', text)
    return [re.sub("</?mark>", "", each) for each in titles]


def told(title, text, **fields):
    return StoryFactory(title=title, body=[("text", f"<p>{text}</p>")], **fields)


def test_a_story_is_found_by_any_of_its_words(client):
    told("Bridge opens", "The ferry waits.", standfirst="A long night.", kicker="Harbour")
    told("Clock stops", "Nobody heard it.")

    for word in ("bridge", "FERRY", "night", "harbour", "ferr", "opens ferry"):
        assert found(client, q=word) == ["Bridge opens"], word
    assert found(client, q="ferry clock") == []


def test_a_picture_is_found_by_its_words_and_not_by_their_lack(client):
    gallery = {"title": "Lamps", "pictures": [{"image": picture(), "caption": "At dusk"}] * 2}
    shown = {"image": picture(), "caption": "A gull", "width": "text"}
    StoryFactory(title="Harbour", body=[("gallery", gallery), ("picture", shown)])

    assert found(client, q="dusk") == found(client, q="gull") == ["Harbour"]
    assert found(client, q="None") == []


def test_what_is_in_the_headline_comes_first_and_newest_first_when_asked(client):
    told("Ferry sails", "Tide.", published_at=NOON)
    told(
        "Tide turns",
        "The ferry waits for a long time at the quay.",
        published_at=NOON.replace(day=2),
    )

    assert found(client, q="ferry") == ["Ferry sails", "Tide turns"]
    assert found(client, q="ferry", newest="on") == ["Tide turns", "Ferry sails"]


def test_what_was_looked_for_is_marked_where_it_stands(client):
    before = "Nothing to see here. " * 40
    told("Ferries of the coast", f"{before}At last the <b>ferry</b> came & went.")

    text = page(client, q="ferr")

    assert "<mark>Ferries</mark> of the coast" in text
    assert "At last the <mark>ferry</mark> came &amp; went." in text
    assert text.count("Nothing to see here") < 10


def test_results_are_held_back_by_section_person_and_day(client):
    harbour, culture = SectionFactory(title="Harbour"), SectionFactory(title="Culture")
    ada = PersonFactory(title="Ada Brook")
    first = told(
        "Ferry one", "x", section=harbour, published_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    )
    told("Ferry two", "x", section=culture, published_at=datetime(2026, 7, 2, 23, 30, tzinfo=UTC))
    first.bylines = [Byline(person=ada)]
    first.save()

    assert found(client, q="ferry", section="harbour") == ["Ferry one"]
    assert found(client, q="ferry", person="ada-brook") == ["Ferry one"]
    assert found(client, person="ada-brook") == ["Ferry one"]
    # In Lisbon the first was published on the second of July, the other on the third.
    assert found(client, q="ferry", since="2026-07-02", until="2026-07-02") == ["Ferry one"]
    assert found(client, q="ferry", since="2026-07-03") == ["Ferry two"]
    assert found(client, until="2026-07-02") == ["Ferry one"]
    assert found(client, until="9999-12-31", section="culture") == ["Ferry two"]


def test_only_what_readers_may_see_is_found(client):
    told("Ferry draft", "x", live=False)
    told("Ferry later", "x", embargo_until=datetime(2030, 1, 1, tzinfo=UTC))
    gone = told("Ferry gone", "x")
    gone.unpublish()
    told("Ferry here", "x")

    assert found(client, q="ferry") == ["Ferry here"]


def test_a_published_story_is_not_found_by_the_words_of_its_draft(client):
    story = told("Ferry here", "Old words.")
    story.body = [("text", "<p>Secret words.</p>")]
    story.save_revision()

    assert found(client, q="secret") == []


def test_each_edition_searches_its_own_stories_or_all(client):
    front = add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    section = front.add_child(instance=Section(title="ميناء", locale=front.locale))
    story = Story(title="عبّارة ferry", locale=front.locale, section=section)
    front.get_children().get(slug="archive").add_child(instance=story)
    story.save_revision().publish()
    StoryFactory(title="Ferry sails", section=SectionFactory())

    text = page(client, q="ferry", language="ar")

    assert '<html lang="ar" dir="rtl">' in text
    assert found(client, q="ferry", language="ar") == ["عبّارة ferry"]
    assert found(client, q="عبّارة", language="ar") == ["عبّارة ferry"]
    assert found(client, q="ferry") == ["Ferry sails"]
    assert set(found(client, q="ferry", everywhere="on")) == {"Ferry sails", "عبّارة ferry"}
    assert found(client, q="ferry", language="no\x00pe") == ["Ferry sails"]


def test_results_go_on_on_further_pages(client):
    for number in range(25):
        StoryFactory(title=f"Ferry {number}", published_at=NOON.replace(minute=number))

    first, second = (found(client, q="ferry", newest="on", page=number) for number in (1, 2))

    assert (len(first), len(second)) == (20, 5)
    assert not set(first) & set(second)
    assert 'rel="next" href="/search/?q=ferry&amp;page=2"' in page(client, q="ferry")
    assert found(client, q="ferry", page=50) == []


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"q": "x" * 10_000}, "at most 200 characters"),
        ({"q": "a\x00b"}, "Null characters are not allowed"),
        ({"since": "yesterday"}, "Enter a valid date"),
        ({"section": "nowhere"}, "Select a valid choice"),
        ({"since": "2026-07-02", "until": "2026-07-01"}, "comes before the other one"),
    ],
)
def test_what_makes_no_sense_is_named_at_its_field(client, asked, message):
    assert message in page(client, **asked)


HOSTILE = [
    '"', "'", 'ferry"', "NEAR(a b)", "a AND", "OR", "title:x", "*", "^a", "-a", "a*b", "(", "{a}:b",
    "%s %d %", "\\", "'; DROP TABLE stories_story; --", "a & b | !c <-> d:*", "<script>",
    "\u202e", "💥", "\ud7ff", "a" * 200, " ".join("abcdefghijklmnopqrstuvwxyz"), "\u02bc", "١٢",
    "ﷺ", "½",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_is_typed_is_an_order(client, words):
    StoryFactory(title="Ferry sails")

    text = page(client, q=words)

    assert "<script>" not in text
    assert page(client, q=f"ferry {words}"[:200])
    assert Story.objects.exists()


@pytest.mark.proof
@effort(100)
@given(st.text(max_size=150))
def test_any_question_is_answered(words):
    page(Client(), q=words)


def test_a_search_without_results_helps_on(client):
    SectionFactory(title="Harbour")
    StoryFactory(title="Clock stops")

    text = page(client, q="ferry", section="harbour")

    assert "We found no story that holds all of this." in text
    assert 'href="/search/?q=ferry"' in text
    assert 'href="/archive/"' in text
    assert "Clock stops" in text


def test_the_page_has_no_fault_that_a_machine_can_see(client):
    told("Ferry sails", "x", lead_picture=picture())

    for asked in ({}, {"q": "ferry"}, {"q": "none"}, {"since": "x"}):
        checker = Checker(str(asked))
        checker.feed(page(client, **asked))
        assert not checker.open
        assert len(checker.ids) == len(set(checker.ids))
        assert len(checker.headings) == 1


def test_machines_are_asked_not_to_keep_results(client):
    response = client.get("/search/", HTTP_HOST="localhost:8000")

    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.text
    assert "set-cookie" not in {name.lower() for name in response.headers}


def test_every_page_leads_to_the_search_of_its_language(client):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    story = StoryFactory()

    for address in ("/", story.address, "/archive/", "/no/"):
        assert 'href="/search/"' in client.get(address, HTTP_HOST="localhost:8000").text
    assert 'href="/search/?language=ar"' in client.get("/ar/", HTTP_HOST="localhost:8000").text


def test_a_search_asks_the_database_as_much_for_many_stories_as_for_few(
    client, django_assert_max_num_queries
):
    for number in range(12):
        told(f"Ferry {number}", "x", section=SectionFactory())

    with django_assert_max_num_queries(40):
        page(client, q="ferry")


@pytest.mark.proof
@effort(50)
@given(st.text(), st.text(min_size=1))
def test_marking_changes_nothing_but_the_marks(text, word):
    wanted = [folded(word)]

    assert re.sub("</?mark>", "", marked(text, wanted)) == marked(text, ["\0"])
    assert len(passage(text, wanted)) <= len(text) + 4
