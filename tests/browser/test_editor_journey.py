"""A story from the first word to its correction, by two people in real browsers."""

import re
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from masthead.bake.baker import Baker
from masthead.bake.models import Change
from masthead.bake.tree import Tree
from masthead.mail.models import OutgoingMail
from masthead.media.actions import make_missing_renditions
from masthead.media.models import Document
from masthead.stories.baking import PublicPages
from masthead.stories.jobs import publish_due
from masthead.stories.models import Correction, Story
from tests.browser.desk import (
    act,
    add_block,
    begin_story,
    choose,
    colleague,
    fill,
    preview,
    publish_with_picture,
    sign_in,
    upload_picture,
    write,
)
from tests.factories.media import ClipFactory, ImageFactory, encoded
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory
from tests.proof import IS_FULL
from tests.until import until

pytestmark = pytest.mark.django_db(transaction=True)
#: A minute where proofs run at full size.
SECONDS_OF_TYPING = 60 if IS_FULL else 6
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def address(newsroom_address):
    SectionFactory(title="Harbour")
    return newsroom_address


@pytest.fixture
def reporter():
    user = colleague("Reporter", first_name="Rui", email="rui@lantern.example")
    PersonFactory(title="Rui Costa", user=user)
    return user


@pytest.fixture
def editor():
    return colleague("Editor", first_name="Ada", email="ada@lantern.example")


@pytest.fixture
def desk(watched, address):
    """Opens the desk for somebody, in a browser of their own."""

    def open_desk(user, **options):
        page = watched(**options)
        sign_in(page, address, user)
        return page

    return open_desk


def test_a_minute_of_typing_bakes_nothing(desk, editor, tmp_path):
    story = StoryFactory(title="Harbour opens", body=[("text", "<p>Tide.</p>")])
    baker = Baker(PublicPages(), Tree(tmp_path), is_patient=False)
    baker.run_until_idle()
    baker.renders = 0
    noted = list(Change.objects.all())
    page = desk(editor)
    page.goto(page.url.replace("/desk/", f"/desk/pages/{story.pk}/edit/"))
    text = page.locator(".public-DraftEditor-content").first
    text.click()

    until_typed = time.monotonic() + SECONDS_OF_TYPING
    while time.monotonic() < until_typed:
        page.keyboard.type("Another word. ", delay=60)
    until(lambda: "Another word" in str(Story.objects.get().get_latest_revision_as_object().body))
    baker.run_until_idle()

    assert story.revisions.count() > 1
    assert baker.renders == 0
    assert list(Change.objects.all()) == noted

    Story.objects.get().get_latest_revision().publish()
    baker.run_until_idle()
    assert baker.renders > 0


def mails_to(user):
    rows = OutgoingMail.objects.filter(recipient=user.email).order_by("pk")
    return [
        message_from_bytes(bytes(row.message), policy=default).get_body().get_content()
        for row in rows
    ]


def make_renditions():
    """Do what the worker does."""
    while make_missing_renditions():
        pass


def text_of(page, selector):
    return page.locator(selector).inner_text().split()


@pytest.fixture
def kept():
    """What the newsroom has already."""
    picture = ImageFactory(title="The quay", description="A quay")
    ClipFactory(title="The bridge opens", poster=picture)
    Document.objects.create(title="The timetable", file=ContentFile(b"6.00", name="times.txt"))
    StoryFactory(title="The tide comes")
    make_renditions()


def write_every_block(page):
    write(page, "body-0-value", "It opened at six.", "## Who paid", "The port did.", "- One boat")
    quote = add_block(page, "Quote")
    fill(page, quote, text="At last.", speaker="Hamo Trevick", role="Bridge master")
    fill(page, add_block(page, "Pull quote"), text="She needs 2.4 metres.")
    picture = add_block(page, "Picture")
    upload_picture(
        page,
        f"{picture}-image-image",
        content=encoded(),
        title="The bench",
        credit="Photo: Rui Costa",
        description="A red bench",
    )
    expect(page.locator(f"[name={picture}-image-alt_text]")).to_have_value("A red bench")
    fill(page, picture, caption="The bench on Monday.")
    gallery = add_block(page, "Gallery")
    for number, caption in enumerate(["By day.", "By night."]):
        child = f"{gallery}-pictures-{number}-value"
        if number:
            page.locator("[data-contentpath=pictures] .c-sf-add-button").last.click()
        choose(page, f"{child}-image-image", "The quay")
        fill(page, child, caption=caption)
    clip = add_block(page, "Clip")
    choose(page, f"{clip}-clip", "The bridge opens")
    fill(page, add_block(page, "Embed"), url="https://vimeo.com/123", title="The race")
    box = add_block(page, "Fact box")
    fill(page, box, title="How to cross")
    write(page, f"{box}-text", "On foot.")
    write_table(page, add_block(page, "Table"))
    choose(page, f"{add_block(page, 'Related stories')}-stories-0-value", "The tide comes")
    document = add_block(page, "Document")
    choose(page, f"{document}-document", "The timetable")


def write_table(page, block):
    fill(page, block, caption="One week", source="The Trust")
    page.locator(f"[id={block}-table-table-header-choice]").select_option("row")
    cells = page.locator(f"[id={block}-table-handsontable-container] .ht_master td")
    for number, text in [(0, "Day"), (1, "Height"), (3, "Monday"), (4, "6.0")]:
        cells.nth(number).click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.locator(f"[name={block}-table]")).to_have_value(re.compile("6\\.0"))


def add_link(page):
    text = page.locator("[data-contentpath=body] .public-DraftEditor-content").first
    text.get_by_text("It opened at six.").dblclick()
    page.keyboard.press("Control+k")
    dialogue = page.locator(".modal-dialog")
    dialogue.get_by_role("link", name="External link").click()
    dialogue.get_by_label("URL").fill("https://port.example/")
    dialogue.get_by_role("button", name="Insert link").click()
    expect(text.locator("a, .TooltipEntity")).to_have_count(1)


EVERYTHING = [
    "It opened at six.",
    "Who paid",
    "One boat",
    "At last.",
    "Hamo Trevick",
    "She needs 2.4 metres.",
    "The bench on Monday.",
    "Photo: Rui Costa",
    "By day.",
    "By night.",
    "Video: Ada Brook",
    "The race",
    "How to cross",
    "On foot.",
    "One week",
    "6.0",
    "The tide comes",
    "The timetable",
]


def test_a_story_of_every_block_is_written_previewed_submitted_approved_and_read(
    desk, address, kept, reporter, editor
):
    page = desk(reporter)
    begin_story(page, "Harbour opens")
    page.locator("[name=standfirst]").fill("After ten years.")
    page.locator("[name=section]").select_option("Harbour")
    write_every_block(page)
    add_link(page)
    make_renditions()
    shown = preview(page)
    expect(shown.locator(".body")).to_contain_text("The timetable")
    previewed = text_of(shown, ".body")
    act(page, "Submit to Editing")

    assert "Harbour opens" in mails_to(editor)[0]
    story = Story.objects.get(title="Harbour opens")
    other = desk(editor)
    other.get_by_role("link", name="Harbour opens").first.click()
    act(other, "Approve and Publish")
    other.goto(address + Story.objects.get(pk=story.pk).address)

    body = other.locator(".body")
    for text in EVERYTHING:
        expect(body).to_contain_text(text)
    expect(body.locator("h2", has_text="Who paid")).to_be_visible()
    expect(body.locator("a[href='https://port.example/']")).to_be_visible()
    expect(other.locator(".story-head")).to_contain_text("Rui Costa")
    assert text_of(other, ".body") == previewed
    assert "has been approved" in mails_to(reporter)[-1]
    published = text_of(other, "main")
    other.goto(f"{address}/desk/pages/{story.pk}/edit/")
    assert text_of(preview(other), "main") == published


def draft(reporter, **fields):
    """Return a complete story that nobody published."""
    section = SectionFactory(title="Town")
    fields = {"title": "Harbour opens", "staff_reason": "By the desk", **fields}
    body = [("text", "<p>It opened at eight.</p>")]
    return StoryFactory(live=False, owner=reporter, section=section, body=body, **fields)


def open_story(page, address, story):
    page.goto(f"{address}/desk/pages/{story.pk}/edit/")
    expect(page.locator(".public-DraftEditor-content").first).to_be_visible()


def test_an_editor_returns_a_story_with_a_note_and_the_writer_submits_it_again(
    desk, address, reporter, editor
):
    story = draft(reporter)
    writer, other = desk(reporter), desk(editor)
    open_story(writer, address, story)
    act(writer, "Submit to Editing")

    open_story(other, address, story)
    other.get_by_role("button", name="More actions").click()
    other.locator("footer").get_by_role("button", name="Request changes").click()
    dialogue = other.locator(".modal-dialog")
    dialogue.locator("textarea").fill("Who says so?")
    with other.expect_event("domcontentloaded"):
        dialogue.get_by_role("button", name="Request changes").click()

    assert "Who says so?" in mails_to(reporter)[-1]
    open_story(writer, address, story)
    expect(writer.locator(".messages")).to_contain_text("Ada returned it: Who says so?")
    act(writer, "Resubmit")
    assert len(mails_to(editor)) == 2
    open_story(other, address, story)
    act(other, "Approve and Publish")
    assert Story.objects.get(pk=story.pk).live


def test_a_scheduled_story_is_published_when_its_hour_has_come(
    desk, watched, address, reporter, editor
):
    story = draft(reporter)
    page = desk(editor)
    open_story(page, address, story)
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_role("button", name="Set schedule").click()
    page.locator("[name=go_live_at]").fill("2999-01-01 10:00")
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    expect(calendar).to_have_count(1)
    page.get_by_text("This publishing schedule will only take effect").click()
    expect(calendar).to_have_count(0)
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="Save schedule").click()
    act(page, "Schedule to publish")

    assert not publish_due()
    with time_machine.travel(datetime(2999, 1, 1, 10, 1, tzinfo=UTC), tick=False):
        assert publish_due()

    page.goto(address + Story.objects.get(pk=story.pk).address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour opens")


def published(reporter):
    story = draft(reporter, published_at=datetime(2026, 7, 1, 12, tzinfo=UTC))
    story.get_latest_revision().publish()
    story.refresh_from_db()
    return story


def test_a_correction_stands_with_the_story_and_on_its_page(desk, address, reporter, editor):
    story = published(reporter)
    page = desk(editor)
    open_story(page, address, story)
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("link", name="Correct this story").click()
    page.get_by_label("What was wrong").fill("It said eight.")
    page.get_by_label("What is right").fill("It opened at six.")
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="Put on record").click()

    for path in (story.address, "/corrections/"):
        page.goto(address + path)
        expect(page.locator("main")).to_contain_text("It said eight.")
        expect(page.locator("main")).to_contain_text("It opened at six.")
    assert Correction.objects.get().made_by == editor


@pytest.mark.parametrize("matters", [True, False])
def test_readers_see_that_a_story_was_updated_only_when_the_change_matters(
    desk, address, reporter, editor, matters
):
    story = published(reporter)
    page = desk(editor)
    open_story(page, address, story)
    write(page, "body-0-value", "And it closes at nine.")
    page.locator("[name=matters_to_readers]").set_checked(matters)
    act(page, "Publish")

    page.goto(address + story.address)

    expect(page.locator(".body")).to_contain_text("And it closes at nine.")
    expect(page.locator(".story-head").get_by_text("Updated")).to_have_count(int(matters))


def test_a_story_published_while_it_is_being_kept_for_the_first_time_is_one_story(
    desk, address, editor
):
    page, waiting = desk(editor), []

    def hold(route):  # the server has kept the story, and the editor does not know yet
        if route.request.headers["accept"] == "application/json" and not waiting:
            waiting.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/add/stories/story/**", hold)
    begin_story(page, "Written in haste")
    page.locator("[name=section]").select_option("Harbour")
    page.locator("[name=staff_reason]").fill("Reports by the desk")
    write(page, "body-0-value", "It is open.")
    # What was typed before the editor looked for the first time is not news to it.
    until(lambda: page.locator("[name=standfirst]").press_sequentially("And so. ") or waiting)
    page.get_by_role("button", name="More actions").click()
    page.locator("footer").get_by_role("button", name="Publish").click()
    route, answer = waiting[0]
    route.fulfill(response=answer)
    expect(page.locator(".messages")).to_contain_text("published")

    assert Story.objects.get().live


def test_a_story_that_is_sent_is_not_kept_once_more_while_its_answer_is_on_the_way(
    desk, address, editor
):
    page = desk(editor)
    begin_story(page, "Written in haste")

    is_kept = page.evaluate(
        """() => {
          const form = document.querySelector("[data-edit-form]");
          const send = (event) => form.dispatchEvent(event);
          send(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
          return send(new CustomEvent("w-autosave:save", { bubbles: true, cancelable: true }));
        }"""
    )

    assert not is_kept


def test_a_story_with_a_picture_is_published_on_a_telephone(desk, address, editor):
    page = desk(editor, **PHONE)
    begin_story(page, "From the quay")
    page.locator("[name=section]").select_option("Harbour")
    publish_with_picture(page, "Written standing.")
    make_renditions()

    page.goto(address + Story.objects.get().address)

    expect(page.locator(".body")).to_contain_text("Written standing.")
    expect(page.get_by_role("img", name="A quay")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
