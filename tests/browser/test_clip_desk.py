"""Clips at the desk, in a real browser: sent over a bad line, captioned, put into a story."""

import re

import pytest
from playwright.sync_api import expect

from masthead.media.models import Clip, Upload
from masthead.media.preparation import make_clip_playable
from tests.browser.desk import begin_story, colleague, open_chooser, sign_in
from tests.factories.films import film
from tests.factories.media import ClipFactory
from tests.media.test_preparation import finish, uploaded

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/desk/snippets/media/clip/add/"
DROPPED = ("Failed to load resource", "net::ERR")


@pytest.fixture
def heavy():
    """A clip of several pieces."""
    options = ("-c:v", "rawvideo", "-pix_fmt", "yuv420p")
    return film("heavy.mov", size="640x480", seconds=4, rate=12, options=options)


@pytest.fixture
def editor():
    return colleague("Editor")


def said(page):
    return page.locator(".clip-said")


def test_an_upload_outlives_a_dropped_line_and_a_closed_laptop(
    watched, newsroom_address, editor, heavy
):
    page = watched(allowed=DROPPED)
    sign_in(page, newsroom_address, editor)
    page.goto(newsroom_address + ADD)
    patches = []

    def bad_line(route):
        if route.request.method == "PATCH":
            patches.append(route)
        if route.request.method == "PATCH" and len(patches) != 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/clips/uploads/*/", bad_line)
    page.set_input_files("input[name=film]", heavy)
    expect(said(page)).to_contain_text("interrupted at 4.2 MB")

    page.unroute_all()
    page.reload()
    page.set_input_files("input[name=film]", heavy)
    with page.expect_request(lambda r: r.method == "PATCH") as first:
        expect(said(page)).to_have_text("All of the clip is here.")

    assert int(first.value.headers["upload-offset"]) > 0
    assert Upload.objects.get().is_complete


def test_a_form_that_is_sent_early_waits_for_its_clip(watched, newsroom_address, editor, heavy):
    page = watched()
    sign_in(page, newsroom_address, editor)
    page.goto(newsroom_address + ADD)
    held, is_free = [], []
    page.route("**/clips/uploads/*/", lambda r: r.continue_() if is_free else held.append(r))
    page.set_input_files("input[name=film]", heavy)
    page.locator("textarea[name=description]").fill("A kitchen.")
    page.locator("[name=credit]").fill("Video: Ada Brook")
    expect(page.locator("[name=title]")).to_have_value("heavy")

    page.get_by_role("button", name="Save").first.click()
    expect(said(page)).not_to_be_empty()
    is_free.append(True)
    with page.expect_event("domcontentloaded"):
        for route in held:
            route.continue_()

    assert Clip.objects.get().title == "heavy"
    assert Clip.objects.get().original.size == heavy.stat().st_size


def test_a_clip_that_is_too_large_is_refused_before_anything_is_sent(
    watched, newsroom_address, editor, settings, heavy
):
    settings.MEDIA_MAX_CLIP_BYTES = 1000
    page = watched()
    sign_in(page, newsroom_address, editor)
    page.goto(newsroom_address + ADD)

    page.set_input_files("input[name=film]", heavy)

    expect(said(page)).to_contain_text("larger than the")
    assert not Upload.objects.exists()


def test_a_reporter_drops_a_clip_into_a_story(watched, newsroom_address):
    page = watched()
    sign_in(page, newsroom_address, colleague("Reporter"))
    begin_story(page, "Kettles")
    dialogue = open_chooser(page, "id_lead_clip")
    dialogue.get_by_role("tab", name="Upload").click()
    page.set_input_files("input[name=film]", film())
    expect(said(page)).to_have_text("All of the clip is here.")
    dialogue.get_by_label("Title").fill("Kettles boil")
    dialogue.get_by_label("Description").fill("Two kettles.")
    dialogue.get_by_label("Credit").fill("Video: Ada Brook")

    dialogue.get_by_role("button", name="Put it into the story").click()

    expect(page.locator(".modal-dialog")).to_have_count(0)
    expect(page.locator("#id_lead_clip")).to_have_value(str(Clip.objects.get().pk))
    assert make_clip_playable()


def test_captions_are_written_beside_the_clip_and_stand_in_the_story(
    watched, newsroom_address, editor
):
    clip = finish(uploaded(film(size="640x360", seconds=6)))
    page = watched()
    sign_in(page, newsroom_address, editor)
    page.goto(f"{newsroom_address}/desk/snippets/media/clip/edit/{clip.pk}/")
    expect(page.locator(".clip-state")).to_contain_text("Readers can play it")
    add = page.get_by_role("button", name="Add a caption here")
    add.click()
    rows = page.locator(".captions-rows li")
    rows.nth(0).get_by_label("Begins").fill("0")
    rows.nth(0).get_by_label("Ends").fill("2.5")
    rows.nth(0).get_by_label("Text").fill("A kettle boils.")
    add.click()
    rows.nth(1).get_by_label("Text").fill("[It whistles]")
    page.locator("[name=captions_language]").select_option("en")

    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="Save").first.click()

    clip = Clip.objects.get()
    with clip.captions.open() as file:
        text = file.read().decode()
    assert text.startswith("WEBVTT\n\n00:00.000 --> 00:02.500\nA kettle boils.\n\n00:02.500 --> ")
    assert clip.transcript == "A kettle boils.\n[It whistles]"


def test_captions_with_more_than_text_and_times_are_edited_as_text(
    watched, newsroom_address, editor
):
    from django.core.files.base import ContentFile

    clip = ClipFactory(captions_language="en")
    text = "WEBVTT\n\nname\n00:01.000 --> 00:02.000 align:start\n<v Ada>Look.\n"
    clip.captions.save("c.vtt", ContentFile(text.encode()))
    page = watched(allowed=(re.compile("."),))
    sign_in(page, newsroom_address, editor)

    page.goto(f"{newsroom_address}/desk/snippets/media/clip/edit/{clip.pk}/")

    expect(page.locator("[name=captions_text]")).to_be_visible()
    expect(page.locator("[name=captions_text]")).to_have_value(text)
