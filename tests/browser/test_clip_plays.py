"""A clip on a story's page, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.factories.films import film
from tests.factories.media import ClipFactory
from tests.factories.stories import StoryFactory
from tests.media.test_preparation import finish, uploaded

pytestmark = pytest.mark.django_db(transaction=True)
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:05.000\nA kettle boils.\n"
KNOWS_NO_LISTS = """
const canPlayType = HTMLMediaElement.prototype.canPlayType;
HTMLMediaElement.prototype.canPlayType = function (type) {
  return type.includes("mpegurl") ? "" : canPlayType.call(this, type);
};
"""


@pytest.fixture
def story(newsroom_address):
    from django.core.files.base import ContentFile

    clip = uploaded(film(size="1280x720", seconds=6), captions_language="en")
    clip.captions.save("c.vtt", ContentFile(CAPTIONS.encode()))
    finish(clip)
    return StoryFactory(lead_clip=clip)


def asked_for(page, what):
    found = []
    page.on("request", lambda request: found.append(request.url) if what in request.url else None)
    return found


def play(page):
    """Press play with the keyboard, as the controls of the browser take it."""
    video = page.locator(".clip video")
    video.focus()
    page.keyboard.press("Space")
    return video


def playing(video):
    page = video.page
    page.wait_for_function("() => document.querySelector('.clip video').currentTime > 1")
    return video.evaluate("video => [video.currentSrc, video.videoHeight]")


def test_nothing_of_a_clip_is_asked_for_before_a_reader_presses_play(
    watched, newsroom_address, story
):
    page = watched()
    clips, versions = asked_for(page, "/media/clip/"), asked_for(page, "/media/rung/")
    scripts = asked_for(page, "hls.light")

    page.goto(newsroom_address + story.address, wait_until="networkidle")

    assert clips + versions + scripts == []
    expect(page.locator(".story-head .video-mark")).to_have_text("VIDEO")


def test_a_clip_plays_from_its_list_with_captions(watched, newsroom_address, story):
    page = watched()
    page.goto(newsroom_address + story.address)

    source, height = playing(play(page))
    page.locator(".clip video").evaluate("video => { video.textTracks[0].mode = 'showing' }")
    page.wait_for_function("() => document.querySelector('video').textTracks[0].activeCues?.length")
    said = page.locator(".clip video").evaluate("v => v.textTracks[0].activeCues[0].text")

    assert source.endswith(".m3u8")
    assert height in {360, 720}
    assert said == "A kettle boils."


def test_a_browser_that_knows_no_lists_gets_a_player_when_play_is_pressed(
    watched, newsroom_address, story
):
    page = watched()
    page.add_init_script(KNOWS_NO_LISTS)
    scripts, parts = asked_for(page, "hls.light"), asked_for(page, "/media/rung/")
    page.goto(newsroom_address + story.address)
    assert scripts == []

    source, height = playing(play(page))

    assert len(scripts) == 1
    assert source.startswith("blob:")
    assert height in {360, 720}
    assert parts


def test_a_player_that_cannot_be_had_is_no_reason_not_to_play(watched, newsroom_address, story):
    page = watched(allowed=("hls.light", "Failed to load resource"))
    page.add_init_script(KNOWS_NO_LISTS)
    page.route("**/*hls.light*", lambda route: route.abort())
    page.goto(newsroom_address + story.address)

    source, _height = playing(play(page))

    assert source.endswith(".mp4")


def test_a_clip_plays_without_javascript(new_context, newsroom_address, story):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(newsroom_address + story.address)
    with page.expect_request(lambda request: "/media/clip/" in request.url):
        play(page)


def test_a_story_of_a_portrait_clip_without_a_list_plays_its_file(watched, newsroom_address):
    story = StoryFactory(lead_clip=ClipFactory())
    page = watched()

    page.goto(newsroom_address + story.address)

    expect(page.locator(".clip source")).to_have_count(1)
    expect(page.locator("script[src*=clip]")).to_have_count(1)
