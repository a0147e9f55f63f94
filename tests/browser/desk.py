"""Somebody at the desk: what they click, type and choose."""

import re

from playwright.sync_api import expect

from masthead.readers.actions import trust_address
from tests.factories.media import encoded
from tests.factories.people import UserFactory

PASSWORD = "correct horse 9"


def colleague(role, **fields):
    """Return a member of the newsroom who signs in with the password."""
    user = UserFactory(role=role, password=PASSWORD, **fields)
    trust_address(user=user)
    return user


def sign_in(page, address, user):
    """Sign in; the desk's first page is open afterwards."""
    page.goto(f"{address}/desk/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/desk/")


def begin_story(page, headline):
    with page.expect_event("domcontentloaded"):
        page.get_by_role("link", name="Write a story").click()
    expect(page.locator(".public-DraftEditor-content")).to_be_visible()
    page.locator("[name=title]").fill(headline)


def add_block(page, name):
    """Add a block at the end of the body; return what the names of its fields begin with."""
    count = int(page.locator("[name=body-count]").input_value())
    page.locator("[data-contentpath=body] .c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()
    expect(page.locator("[name=body-count]")).to_have_value(str(count + 1))
    return f"body-{count}-value"


def fill(page, block, **values):
    for name, value in values.items():
        page.locator(f"[name={block}-{name}]").fill(value)


def write(page, field, *paragraphs):
    """Type into a rich text field as somebody does who knows the marks for subheads and lists."""
    text = page.locator(f"#{field}").locator("xpath=..").locator(".public-DraftEditor-content")
    text.click()
    expect(text).to_be_focused()
    for number, paragraph in enumerate(paragraphs):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(paragraph)
    # The field follows a little later, and with it what is saved.
    last = re.escape(paragraphs[-1].removeprefix("- "))
    expect(page.locator(f"#{field}")).to_have_value(re.compile(last))


def open_chooser(page, field):
    """Press the button that chooses what stands in a field; return the dialogue."""
    page.locator(f"#{field}-chooser").get_by_role("button", name=re.compile("^Choose")).click()
    return page.locator(".modal-dialog")


def choose(page, field, title):
    """Choose something that the newsroom has."""
    open_chooser(page, field).get_by_role("link", name=title).first.click()
    expect(page.locator(".modal-dialog")).to_have_count(0)
    expect(page.locator(f"#{field}")).not_to_have_value("")


def upload_picture(page, field, *, content, title, credit, description):
    """Upload a picture in the dialogue that chooses one."""
    dialogue = open_chooser(page, field)
    dialogue.get_by_role("tab", name="Upload").click()
    file = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}
    dialogue.locator("input[type=file]").set_input_files(file)
    dialogue.get_by_label("Title").fill(title)
    dialogue.get_by_label("Description").fill(description)
    dialogue.get_by_label("Credit").fill(credit)
    dialogue.get_by_role("button", name="Upload").click()
    expect(page.locator(".modal-dialog")).to_have_count(0)
    expect(page.locator(f"#{field}")).not_to_have_value("")


def publish_with_picture(page, text):
    """Write a story's text, show a picture, say who knows it, and publish."""
    write(page, "body-0-value", text)
    upload_picture(
        page,
        "id_lead_picture",
        content=encoded(),
        title="The quay",
        credit="Photo: Ada",
        description="A quay",
    )
    page.locator("[name=staff_reason]").fill("Reports by the desk")
    act(page, "Publish")


def act(page, action):
    """Choose an action beside “Save draft”; the answer has come afterwards."""
    page.get_by_role("button", name="More actions").click()
    # A new document: keeping a story by itself changes the address of this one too.
    with page.expect_event("domcontentloaded"):
        page.locator("footer").get_by_role("button", name=action).click()


def preview(page):
    """Open the preview; return the page in it."""
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("#w-preview-iframe")
    frame.locator("main").wait_for()
    return frame
