"""What feed readers get, read with a parser of their kind and against each format's own rules."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import feedparser
import pytest
from django.test.utils import CaptureQueriesContext
from django.utils.encoding import iri_to_uri
from hypothesis import given
from hypothesis import strategies as st

from masthead.lib.xml_text import writable
from masthead.media.models import Clip
from masthead.stories.actions import lift_embargo
from masthead.stories.answers import answer
from masthead.stories.feeds import FORMATS, Author, Entry, Feed, Medium
from masthead.stories.founding import add_edition
from masthead.stories.models import Byline, Correction, Distribution, Section, Story
from masthead.stories.queries import main_site
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory, front_page
from tests.proof import effort
from tests.stories.feed_rules import CONTENT, DUBLIN_CORE, MEDIA, check
from tests.stories.full_newsroom import NOON, full_newsroom

HOST = "http://localhost:8000"
HOSTILE = "</title><script>alert(1)</script>]]>&amp;\x08\x0b\u202e\ufffe"


def get(client, address, status=200):
    response = client.get(address, HTTP_HOST="localhost:8000")
    assert response.status_code == status
    return response


def parsed(client, address):
    found = feedparser.parse(get(client, address).content)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMATS)
def test_each_page_has_a_feed_of_its_own_stories(client, name):
    harbour, person = SectionFactory(title="Harbour"), PersonFactory(title="Ada Brook")
    opens = StoryFactory(title="Bridge opens", section=harbour, published_at=NOON)
    StoryFactory(title="Elsewhere", section=SectionFactory(title="Culture"))
    opens.bylines = [Byline(person=person)]
    opens.save()

    titles = {}
    for page in ("/", "/harbour/", "/people/ada-brook/", "/culture/"):
        text = get(client, page + name).text
        titles[page] = re.findall("Bridge opens|Elsewhere", re.sub(r"(?s)<a .*?</a>", "", text))

    assert set(titles["/"]) == {"Bridge opens", "Elsewhere"}
    assert set(titles["/harbour/"]) == set(titles["/people/ada-brook/"]) == {"Bridge opens"}
    assert set(titles["/culture/"]) == {"Elsewhere"}


@pytest.mark.django_db
def test_rss_tells_everything_of_a_story(client):
    story = full_newsroom()

    response = get(client, "/feed.rss")
    item = next(each for each in items(response.content) if each.findtext("link") == url(story))

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert item.findtext("title") == "VIDEO: The night ferry"
    assert item.findtext("description") == "She leaves when the sea says so."
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("guid").startswith("urn:uuid:")
    assert parsedate_to_datetime(item.findtext("pubDate")) == NOON
    creators = [each.text for each in item.findall(f"{DUBLIN_CORE}creator")]
    assert creators == ["Ada Brook", "Coast Press"]
    assert {each.text for each in item.findall("category")} == {"Harbour", "Tides"}
    enclosure = item.find("enclosure")
    assert enclosure.get("url") == HOST + story.lead_clip.file.url
    assert enclosure.get("type") == "video/mp4"
    assert int(enclosure.get("length")) == story.lead_clip.file.size
    media = item.findall(f"{MEDIA}content")
    assert [each.get("medium") for each in media] == ["video", "image"]
    assert media[0].findtext(f"{MEDIA}credit") == "Video: Ada Brook"


@pytest.mark.django_db
def test_a_full_text_is_whole_and_harmless(client):
    story = full_newsroom()

    item = next(each for each in items(get(client, "/feed.rss").content) if is_of(each, story))
    html = item.findtext(f"{CONTENT}encoded")

    for text in ("It was late", "She opens at nine.", "Hamo Trevick", "On foot.", "It is nine."):
        assert text in html
    assert not re.findall(r"<(?:script|button|form|iframe)|\sclass=|\sstyle=|\son\w+=", html)
    addresses = re.findall(r'(?:src|href|poster)="([^"]*)"', html)
    assert addresses
    assert [each for each in addresses if not each.startswith(("https://", HOST))] == []


@pytest.mark.django_db
def test_a_newsroom_may_give_its_summaries_alone(client):
    Distribution.objects.create(site=main_site(), feeds_are_full=False)
    full_newsroom()

    written = [get(client, f"/{name}").text for name in FORMATS]

    assert ["She leaves when the sea says so." in text for text in written] == [True] * 3
    assert ["It was late" in text for text in written] == [False] * 3
    assert all("content_text" in each for each in json.loads(written[2])["items"])


@pytest.mark.django_db
def test_every_feed_keeps_the_rules_of_its_format(client):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    front = front_page("ar")
    section = front.add_child(instance=Section(title="ميناء", locale=front.locale))
    story = Story(title="عبارة الليل", locale=front.locale, section=section, kind="opinion")
    front.get_children().get(slug="archive").add_child(instance=story)
    story.save_revision().publish()
    full_newsroom()
    StoryFactory(title=HOSTILE, slug="hostile", standfirst=HOSTILE, body=[("text", HOSTILE)])

    for page in ("/", "/ar/", section.url, "/harbour/", "/topics/tides/", "/people/ada-brook/"):
        for name, format_ in FORMATS.items():
            response = get(client, page + name)
            assert response["Content-Type"] == f"{format_.content_type}; charset=utf-8"
            check(name, response.content, iri_to_uri(f"{HOST}{page}{name}"))


@pytest.mark.django_db
def test_a_feed_without_a_story_keeps_the_rules_too(client):
    for name in FORMATS:
        check(name, get(client, f"/{name}").content, f"{HOST}/{name}")


@pytest.mark.django_db
def test_json_tells_everything_of_a_story(client):
    story = full_newsroom()
    Clip.objects.update(duration=12.5)

    feed = json.loads(get(client, "/feed.json").content)

    item = next(each for each in feed["items"] if each["url"] == url(story))
    assert item["authors"][0] == {"name": "Ada Brook", "url": f"{HOST}/people/ada-brook/"}
    assert item["attachments"][0]["duration_in_seconds"] == 12.5
    assert item["image"].startswith(f"{HOST}/media/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["feed.rss", "feed.atom"])
def test_a_parser_finds_no_fault_in_hostile_words(client, name):
    clean = writable(" ".join(HOSTILE.split()))
    body = [("text", f"<p>{writable(HOSTILE)}</p>"), ("pull_quote", {"text": HOSTILE})]
    story = StoryFactory(title=HOSTILE, slug="hostile", standfirst=HOSTILE, body=body)
    story.bylines = [Byline(organisation=HOSTILE)]
    story.save()

    found = parsed(client, f"/{name}")

    assert found.entries[0].title == clean or "alert(1)" in found.entries[0].title
    assert "<script" not in found.entries[0].content[0].value


@pytest.mark.django_db
def test_an_edition_has_a_feed_in_its_own_language(client):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    front = front_page("ar")
    section = front.add_child(instance=Section(title="ميناء", locale=front.locale))
    archive = front.get_children().get(slug="archive")
    story = Story(title="عبارة الليل", locale=front.locale, section=section, kind="opinion")
    archive.add_child(instance=story)
    story.save_revision().publish()
    StoryFactory(title="In English", section=SectionFactory())

    found = parsed(client, "/ar/feed.rss")

    assert found.feed.language == "ar"
    assert [each.title for each in found.entries] == ["رأي: عبارة الليل"]
    assert found.entries[0].link.startswith(f"{HOST}/ar/")


@pytest.mark.django_db
def test_an_item_stays_the_same_when_its_headline_and_address_change(client):
    story = StoryFactory(title="Bridge opens", slug="bridge")
    before = parsed(client, "/feed.rss").entries[0]
    story.title, story.slug = "Bridge opens late", "bridge-late"
    story.save_revision().publish()

    after = parsed(client, "/feed.rss").entries[0]

    assert after.id == before.id
    assert after.link != before.link


@pytest.mark.django_db
def test_a_correction_is_a_change_that_readers_of_feeds_are_told_of(client):
    story = StoryFactory(title="Bridge opens", published_at=NOON)
    made_at = NOON + timedelta(days=1)
    Correction.objects.create(story=story, is_right="At nine.", kind="correction", made_at=made_at)

    feed = json.loads(get(client, "/feed.json").content)

    assert datetime.fromisoformat(feed["items"][0]["date_modified"]) == made_at
    assert "At nine." in feed["items"][0]["content_html"]


@pytest.mark.django_db
def test_a_feed_tells_nothing_that_readers_may_not_see(client):
    StoryFactory(title="Draft", live=False)
    embargo = datetime.now(UTC) + timedelta(hours=1)
    story = StoryFactory(title="Embargoed", embargo_until=embargo)
    before = get(client, "/feed.rss").text
    lift_embargo(pk=story.pk, now=embargo)

    after = get(client, "/feed.rss").text

    assert "Draft" not in after
    assert "Embargoed" not in before
    assert "Embargoed" in after


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_feed_is_a_feed_that_never_changes(client, name):
    first = get(client, f"/{name}").content

    assert get(client, f"/{name}").content == first
    assert b"2000" in first or name == "feed.json"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/feed.xml", "/archive/feed.rss", "/no/feed.rss", "/topics/feed.rss", "/feed.rss/"],
)
def test_there_is_no_feed_where_no_list_of_stories_stands(client, path):
    story = StoryFactory()

    assert client.get(path, HTTP_HOST="localhost:8000").status_code in {301, 404}
    assert client.get(f"{story.address}feed.rss", HTTP_HOST="localhost:8000").status_code == 404


@pytest.mark.django_db
def test_a_page_names_its_feeds_to_readers_and_to_whoever_keeps_it(client):
    StoryFactory(section=SectionFactory(title="Harbour"))

    page = get(client, "/harbour/").text
    named = re.findall(r'<link rel="alternate" type="[^"]+" title="([^"]+)" href="([^"]+)">', page)

    assert dict(named)["Harbour – The Test Lantern (RSS)"] == "/harbour/feed.rss"  # noqa: RUF001 - as it is written
    assert dict(named)["The Test Lantern (Atom)"] == "/feed.atom"
    parts = answer(site=main_site(), path="/harbour/").parts
    assert {"/harbour/feed.rss", "/harbour/feed.atom", "/harbour/feed.json"} <= set(parts)


@pytest.mark.django_db
def test_a_longer_feed_asks_no_more_questions(client, django_assert_max_num_queries):
    from django.db import connection

    full_newsroom()
    get(client, "/feed.rss")
    with CaptureQueriesContext(connection) as few:
        get(client, "/feed.rss")
    for number in range(5):
        StoryFactory(title=f"Another {number}", body=[("text", "<p>More.</p>")])

    with django_assert_max_num_queries(len(few)):
        get(client, "/feed.rss")


@pytest.mark.proof
@effort(50)
@given(st.text(), st.text(), st.text())
def test_any_words_make_a_feed_that_parsers_read(title, words, html):
    medium = Medium("http://a.example/é.jpg", "image/jpeg", 1, 2, 3, title, words)
    entry = Entry(
        id="urn:uuid:1",
        address="http://a.example/ü/",
        title=title,
        summary=title,
        html=html,
        published_at=NOON,
        changed_at=NOON,
        authors=[Author(words, "http://a.example/ß/")],
        categories=[title],
        media=[medium],
    )
    feed = Feed("urn:uuid:2", title, words, words, "http://a.example/", "en", NOON, [entry])

    written = {name: each.write(feed, "http://a.example/feed") for name, each in FORMATS.items()}

    for name in ("feed.rss", "feed.atom"):
        ElementTree.fromstring(written[name])
    assert items(written["feed.rss"])[0].findtext("title") == line_ends(writable(title))
    json.loads(written["feed.json"])


def line_ends(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


def items(xml):
    return ElementTree.fromstring(xml).findall("channel/item")


def url(story):
    return HOST + story.address


def is_of(item, story):
    return item.findtext("link") == url(story)
