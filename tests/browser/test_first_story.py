"""A newcomer's first story, in a newsroom made by ``masthead init`` and run by its real server."""

import re
import socket
import sqlite3
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import expect

from tests.browser.desk import act, begin_story, publish_with_picture
from tests.cli.newsroom import Newsroom
from tests.until import until


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.fixture
def newsroom(tmp_path):
    port = free_port()
    made = Newsroom.copy(tmp_path / "home")
    made.settings = "masthead.conf.settings"
    made.extra = {"MASTHEAD_ADDRESS": f"http://localhost:{port}"}
    with made.serve(f"--port={port}"):
        made.address = f"http://localhost:{port}"
        yield made


def code_in_outbox(newsroom):
    """Return the sign-in code that was mailed last; a newsroom without mail keeps its mails."""
    with sqlite3.connect(newsroom.home / "masthead.sqlite3") as database:
        rows = database.execute("SELECT message FROM mail_outgoingmail ORDER BY id DESC LIMIT 1")
        message = message_from_bytes((rows.fetchone() or [b""])[0], policy=default)
    text = message.get_body().get_content() if message else ""
    found = re.search(r"^([A-Z0-9-]{6,9})\s*$", text, re.MULTILINE)
    return found and found[1]


def sign_in_by_mail(page, newsroom):
    page.goto(f"{newsroom.address}/desk/")
    page.get_by_role("link", name="Send me a sign-in code by mail").click()
    page.locator("[name=email]").fill("ada@example.org")
    page.locator("main").get_by_role("button").first.click()
    page.locator("[name=code]").fill(until(lambda: code_in_outbox(newsroom)))
    page.locator("main").get_by_role("button").first.click()
    page.wait_for_url(f"{newsroom.address}/desk/")


def test_the_first_steps_lead_from_an_empty_newsroom_to_a_story_that_readers_see(newsroom, watched):
    page = watched()
    page.goto(newsroom.address)
    expect(page.locator("main")).to_contain_text("Our first stories")
    sign_in_by_mail(page, newsroom)
    with page.expect_event("domcontentloaded"):
        page.get_by_role("link", name=re.compile("Add a section")).click()
    page.locator("[name=title]").press_sequentially("Harbour")
    expect(page.locator("[name=slug]")).to_have_value("harbour")
    act(page, "Publish")
    expect(page.locator(".messages")).to_contain_text("published")
    page.goto(f"{newsroom.address}/desk/")
    begin_story(page, "The first story")
    page.locator("[name=section]").select_option("Harbour")
    publish_with_picture(page, "It begins here.")

    link = page.get_by_role("link", name="The first story").first
    until(lambda: page.goto(newsroom.address) and link.count())  # until the front page is baked
    link.click()

    expect(page.locator(".body")).to_contain_text("It begins here.")
    until(lambda: page.reload() and page.get_by_role("img", name="A quay").count())
