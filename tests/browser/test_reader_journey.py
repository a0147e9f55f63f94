"""A reader's way through the whole site, in a real browser, with JavaScript and without."""

from pathlib import Path

import pytest
from django.core.files import File
from playwright.sync_api import expect

from masthead.stories.actions import correct_story
from masthead.stories.founding import add_edition
from masthead.stories.models import CorrectionKind, Section, Story
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory, front_page
from tests.stories.full_newsroom import full_newsroom

pytestmark = pytest.mark.django_db(transaction=True)
CLIP = Path(__file__).resolve().parents[2] / "demo/clips/glow.mp4"
#: Ends once the clip has moved; a page's policy forbids to wait by a text that is evaluated.
MOVED = """(video) => new Promise((done) => {
  video.addEventListener("timeupdate", () => video.currentTime > 0 && done());
})"""
PLAYER = "https://player.vimeo.com/video/123"


@pytest.fixture
def story(newsroom_address):
    arabic = add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    story = full_newsroom()
    with CLIP.open("rb") as film:
        story.lead_clip.file.save("clip.mp4", File(film))
    translate(story, arabic)
    return story


def translate(story, front):
    translated = story.copy_for_translation(front.locale).get_latest_revision_as_object()
    translated.title, translated.slug = "عبارة الليل", "ferry"
    translated.section = front.add_child(instance=Section(title="الميناء"))
    translated.save_revision().publish()
    discussed = open_to_all(translated)
    comment_on(discussed, "And so?", name="Bo", parent=comment_on(discussed, "نعم.", name="ليلى"))


@pytest.fixture
def retracted(newsroom_address):
    gone = StoryFactory(title="The monster")
    editor = UserFactory(role="Editor")
    kind = CorrectionKind.RETRACTION
    correct_story(story=gone, kind=kind, was_wrong="All of it.", is_right="A seal.", by=editor)
    return gone


@pytest.fixture(params=[True, False], ids=["with script", "without"])
def scripted(request):
    return request.param


@pytest.fixture
def reader(watched, scripted):
    return watched(java_script_enabled=scripted, allowed=["player.vimeo.com"])


def heading(page):
    return page.get_by_role("heading", level=1)


def test_a_reader_goes_from_the_front_page_through_the_story_to_all_other_pages(
    newsroom_address, story, reader
):
    page = reader
    page.goto(newsroom_address)
    page.get_by_role("link", name="The night ferry").first.click()
    expect(heading(page)).to_have_text("The night ferry")
    expect(page.locator(".gallery img")).to_have_count(2)
    page.get_by_role("link", name="Corrected on").click()
    expect(page.locator("#corrections")).to_contain_text("It said eight.")
    page.locator("footer").get_by_role("link", name="Corrections", exact=True).click()
    expect(page.locator("main")).to_contain_text("It said eight.")
    page.locator("main").get_by_role("link", name="The night ferry").first.click()
    page.locator(".story-head").get_by_role("link", name="Ada Brook").click()
    expect(heading(page)).to_have_text("Ada Brook")
    page.get_by_role("link", name="The night ferry").first.click()
    page.locator("nav.sections").get_by_role("link", name="Harbour").click()
    expect(heading(page)).to_have_text("Harbour")
    page.locator("footer").get_by_role("link", name="Archive").click()
    page.locator("main").locator("a[href*='/2026/07/']").first.click()
    expect(page.locator("main")).to_contain_text("The night ferry")


def test_a_reader_finds_the_other_edition_and_its_translation(newsroom_address, story, reader):
    page = reader
    page.goto(newsroom_address)
    page.locator("nav.editions a[hreflang=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("link", name="عبارة الليل").first).to_be_visible()

    page.goto(newsroom_address + story.address)
    page.locator("article a[hreflang=ar]").click()

    expect(heading(page)).to_have_text("عبارة الليل")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    first, reply = page.locator(".threads .initial").all()
    assert first.bounding_box()["x"] > reply.bounding_box()["x"], "threads go in from the right"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_and_a_retracted_address_say_so(newsroom_address, story, retracted, reader):
    missing = reader.goto(newsroom_address + "/nowhere/")
    expect(heading(reader)).to_be_visible()
    gone = reader.goto(newsroom_address + retracted.address)

    assert (missing.status, gone.status) == (404, 410)
    expect(reader.locator("main")).to_contain_text("A seal.")


def test_a_clip_plays(newsroom_address, story, reader, scripted):
    reader.goto(newsroom_address + story.address)
    clip = reader.locator("video").first
    assert clip.get_attribute("controls") is not None
    assert clip.locator("source").get_attribute("src") == story.lead_clip.file.url

    if scripted:
        clip.press("Space")
        clip.evaluate(MOVED)


def test_an_embeds_provider_learns_of_a_reader_who_pressed_the_button_and_of_no_other(
    newsroom_address, story, watched
):
    page, asked = watched(allowed=["player.vimeo.com"]), []
    page.route(
        "https://player.vimeo.com/**",
        lambda route: (asked.append(route.request.url), route.fulfill(body="the player")),
    )
    page.goto(newsroom_address + story.address, wait_until="networkidle")
    assert asked == []

    page.get_by_role("button", name="Play it here").click()

    page.frame_locator("iframe").get_by_text("the player").wait_for()
    assert asked == [PLAYER]


def test_every_page_is_opened_without_a_fault(newsroom_address, story, watched):
    page = watched()
    todo, seen = [newsroom_address + "/"], set()
    while todo:
        here = todo.pop()
        seen.add(here)
        answer = page.goto(here)
        assert answer.status == 200, here
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
        ours = {each.partition("#")[0] for each in links if each.startswith(newsroom_address)}
        todo += [each for each in ours if each not in seen | set(todo)]

    assert len(seen) > 30
    assert Story.objects.count() < len(seen)
    assert page.context.cookies() == []
