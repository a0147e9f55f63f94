"""What search engines are told of: every public page once, and the news of two days."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from masthead.stories import site_index
from masthead.stories.answers import answer
from masthead.stories.founding import add_edition
from masthead.stories.jobs import age_stories
from masthead.stories.models import Correction, Section, Story
from masthead.stories.queries import main_site
from masthead.stories.sitemaps import NewsItem, Place, Video, news_sitemap, sitemap
from tests.factories.stories import SectionFactory, StoryFactory, front_page
from tests.proof import effort
from tests.stories.full_newsroom import NOON, addresses, full_newsroom

HOST = "http://localhost:8000"
NAMES = {
    "": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "video": "http://www.google.com/schemas/sitemap-video/1.1",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
#: In this order, and no others: sitemap.xsd, and Google's extensions of it.
ALLOWED = {
    "url": ["loc", "lastmod", "link", "image", "video", "news"],
    "image": ["loc"],
    "video": [
        "thumbnail_loc",
        "title",
        "description",
        "content_loc",
        "duration",
        "publication_date",
    ],
    "news": ["publication", "publication_date", "title"],
    "publication": ["name", "language"],
}


def read(client, path):
    response = client.get(path, HTTP_HOST="localhost:8000")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return check(ElementTree.fromstring(response.content))


def check(element):
    """Check that each element of a sitemap holds what its schema allows, in that order."""
    for each in element.iter():
        name = each.tag.partition("}")[2]
        if name in ALLOWED and len(each):
            inside = [child.tag.partition("}")[2] for child in each]
            assert set(inside) <= set(ALLOWED[name])
            assert inside == sorted(inside, key=ALLOWED[name].index)
    return element


def locations(element):
    return [each.text.removeprefix(HOST) for each in element.findall("*/loc", NAMES)]


def everything(client):
    files = [path for path in locations(read(client, "/sitemap.xml")) if "news" not in path]
    return [place for path in files for place in locations(read(client, path))]


@pytest.mark.django_db
def test_every_public_page_stands_in_one_sitemap(client):
    full_newsroom()
    StoryFactory(title="Draft", live=False)
    StoryFactory(title="Theirs", slug="theirs", canonical_url="https://first.example/1/")
    embargoed = StoryFactory(title="Later", embargo_until=timezone.now() + timedelta(days=1))

    found = everything(client)

    parts = {"/archive/2026/07/", "/no/"}
    theirs = Story.objects.get(slug="theirs").address
    assert len(found) == len(set(found))
    assert set(addresses()) - parts - {embargoed.address, theirs} <= set(found)
    assert not {embargoed.address, theirs} & set(found)


@pytest.mark.django_db
def test_a_new_or_older_story_leaves_full_sitemaps_as_they_are(client, monkeypatch):
    monkeypatch.setattr(site_index, "BLOCK", 5)
    for _number in range(6):
        StoryFactory(published_at=NOON)
    files = locations(read(client, "/sitemap.xml"))
    before = {path: client.get(path, HTTP_HOST="localhost:8000").content for path in files}

    for years in (0, 20):
        StoryFactory(published_at=NOON - timedelta(days=365 * years))
    after = {path: client.get(path, HTTP_HOST="localhost:8000").content for path in files}

    assert len(files) > 4
    changed = [path for path in files if before[path] != after[path]]
    assert changed == [path for path in files[-2:] if path in changed]


@pytest.mark.django_db
def test_a_story_in_a_sitemap_names_its_picture_its_clip_and_its_last_change(client):
    story = full_newsroom()
    corrected_at = NOON + timedelta(days=2)
    Correction.objects.create(story=story, is_right="At ten.", kind="update", made_at=corrected_at)

    urls = [url for number in (0,) for url in read(client, f"/sitemaps/{number}.xml")]
    url = next(each for each in urls if each.findtext("loc", None, NAMES) == HOST + story.address)

    assert datetime.fromisoformat(url.findtext("lastmod", None, NAMES)) == corrected_at
    picture = url.findtext("image:image/image:loc", None, NAMES)
    assert storages["public"].exists(picture.removeprefix(f"{HOST}/media/"))
    video = url.find("video:video", NAMES)
    assert video.findtext("video:content_loc", None, NAMES) == HOST + story.lead_clip.file.url
    assert video.findtext("video:title", None, NAMES) == story.lead_clip.title


@pytest.mark.django_db
def test_translations_of_a_page_name_each_other(client):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())

    urls = read(client, "/sitemaps/0.xml").findall("url", NAMES)
    archive = [url for url in urls if url.findtext("loc", None, NAMES).endswith("/archive/")]

    assert [
        {link.get("hreflang"): link.get("href") for link in url.findall("xhtml:link", NAMES)}
        for url in archive
    ] == [{"en": f"{HOST}/archive/", "ar": f"{HOST}/ar/archive/"}] * 2


@pytest.mark.django_db
def test_news_is_news_for_two_days(client, time_machine):
    time_machine.move_to(NOON)
    story = StoryFactory(title="Bridge opens", published_at=NOON)
    StoryFactory(title="Old", published_at=NOON - timedelta(hours=49))
    StoryFactory(title="Paid for", kind="sponsored")

    item = read(client, "/sitemaps/news.xml").find("url/news:news", NAMES)
    time_machine.move_to(NOON + timedelta(hours=47, minutes=59))
    assert not age_stories()
    time_machine.move_to(NOON + timedelta(hours=48))
    before = locations(read(client, "/sitemaps/news.xml"))
    assert age_stories()

    assert item.findtext("news:title", None, NAMES) == "Bridge opens"
    assert item.findtext("news:publication/news:name", None, NAMES) == "The Test Lantern"
    assert item.findtext("news:publication/news:language", None, NAMES) == "en"
    assert before == [story.address]  # no clock decides what is read, the worker does
    assert locations(read(client, "/sitemaps/news.xml")) == []


@pytest.mark.django_db
def test_a_story_dated_back_or_published_again_is_no_fresher(client, time_machine):
    time_machine.move_to(NOON)
    story = StoryFactory()
    time_machine.move_to(NOON + timedelta(hours=49))
    age_stories()

    story.refresh_from_db()
    story.title = "Bridge opens late"
    story.save_revision().publish()

    assert locations(read(client, "/sitemaps/news.xml")) == []


@pytest.mark.django_db
def test_news_names_each_story_in_its_own_language(client):
    front = add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    section = front.add_child(instance=Section(title="ميناء", locale=front.locale))
    story = Story(title="عبارة الليل", locale=front.locale, section=section)
    front.get_children().get(slug="archive").add_child(instance=story)
    story.save_revision().publish()

    item = read(client, "/sitemaps/news.xml").find("url/news:news", NAMES)

    assert item.findtext("news:publication/news:name", None, NAMES) == "الفانوس"
    assert item.findtext("news:publication/news:language", None, NAMES) == "ar"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/sitemaps/99.xml", "/sitemaps/00.xml", "/sitemaps/1.xml/", "/sitemaps/99999999.xml"]
)
def test_there_is_no_sitemap_without_pages(client, path):
    assert client.get(path, HTTP_HOST="localhost:8000").status_code in {301, 404}


@pytest.mark.django_db
def test_whoever_keeps_pages_finds_every_sitemap_from_the_front_page():
    SectionFactory()

    front = answer(site=main_site(), path="/")
    index = answer(site=main_site(), path="/sitemap.xml")

    assert {"/sitemap.xml", "/robots.txt", "/.well-known/security.txt"} <= set(front.parts)
    assert index.parts == ("/sitemaps/0.xml", "/sitemaps/news.xml")


@pytest.mark.django_db
def test_no_answer_writes_anything():
    story = full_newsroom()
    site = main_site()
    front = answer(site=site, path="/")

    with CaptureQueriesContext(connection) as queries:
        for path in (*front.parts, "/sitemaps/0.xml", story.address, "/people/ada-brook/"):
            answer(site=site, path=path)

    said = {each["sql"].split()[0] for each in queries}
    assert said == {"SELECT"}


@pytest.mark.django_db
def test_a_longer_sitemap_asks_no_more_questions(client, django_assert_max_num_queries):
    full_newsroom()
    read(client, "/sitemaps/0.xml")

    with django_assert_max_num_queries(25):
        read(client, "/sitemaps/0.xml")


@pytest.mark.proof
@effort(50)
@given(st.text(), st.text())
def test_any_words_make_a_sitemap_that_parsers_read(title, words):
    now = datetime(2026, 7, 1, tzinfo=UTC)
    video = Video("http://a.example/é.mp4", f"http://a.example/{words}", title, words, 9e9, now)
    place = Place(f"http://a.example/{words}/", now, {"en": words}, [words], [video])
    item = NewsItem(f"http://a.example/{words}/", title, words, "en", now)

    check(ElementTree.fromstring(sitemap([place])))
    check(ElementTree.fromstring(news_sitemap([item])))
