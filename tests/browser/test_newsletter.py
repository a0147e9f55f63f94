"""From the box under a story to the letter in the mail, and out again, in a real browser."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from unittest.mock import Mock
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import expect

from masthead.mail.actions import deliver_due
from masthead.newsletter import actions
from masthead.readers.queries import subscribed
from masthead.stories.models import Newsroom
from masthead.stories.queries import main_site
from tests.browser.desk import add_block, choose, colleague, sign_in, write
from tests.factories.letters import LetterListFactory
from tests.factories.stories import StoryFactory
from tests.mail.letters import send as deliver_letters
from tests.mail.smtp_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings, tmp_path, monkeypatch):
    settings.SENDING_FOLDER, settings.DKIM_FOLDER = tmp_path / "sending", tmp_path / "dkim"
    site = main_site()
    Newsroom.for_site(site)
    Newsroom.objects.filter(site=site).update(postal_address="4 Chandlers' Steps")
    monkeypatch.setattr(actions, "UNDO", timedelta(0))
    monkeypatch.setattr("masthead.mail.work.signal", Mock())  # threads hear none
    with mail_server(settings, features=("PIPELINING",)) as server:
        yield server


def newest(server):
    return message_from_bytes(server.messages[-1][2], policy=policy.default)


def go_out():
    while actions.start_due():
        pass
    # The browser's own loop runs in this thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(deliver_letters).result()
        pool.submit(connections.close_all).result()


def compose(page, address, subject, story):
    page.goto(f"{address}/desk/letters_to_send/")
    with page.expect_event("domcontentloaded"):
        page.get_by_role("link", name=re.compile("^Add")).first.click()
    page.locator("[name=title]").fill(subject)
    choose(page, "id_letter", "news")
    write(page, f"{add_block(page, 'Text')}", "Good morning.")
    choose(page, f"{add_block(page, 'Lead story')}-story", story.title)
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="Send …").click()


def subscribe(reader, address, server):
    """Ask for what is ticked in the box, and confirm it from the mail."""
    reader.goto(address)
    expect(reader.get_by_label("special offers")).not_to_be_checked()
    box = reader.get_by_role("region", name="Subscribe to our newsletter")
    box.get_by_label("E-mail address", exact=True).fill("ada@example.org")
    box.get_by_role("button", name="Subscribe").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    deliver_due()
    text = newest(server).get_body(("plain",)).get_content()
    reader.goto(re.search(r"http://\S+/my/confirm/\S+", text)[0])
    reader.get_by_role("button", name="Yes, send it").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Confirmed")
    reader.get_by_role("link", name="Choose what else comes").click()
    expect(reader.get_by_label("news")).to_be_checked()


def test_a_stranger_subscribes_gets_a_letter_and_leaves_with_one_click(
    server, newsroom_address, watched
):
    news = LetterListFactory(name="news", rhythm="Weekdays, 7:00")
    LetterListFactory(name="special offers", is_offers=True)
    story = StoryFactory(title="The harbour opens")
    reader = watched(java_script_enabled=False)
    subscribe(reader, f"{newsroom_address}{story.address}", server)
    assert subscribed("letter", str(news.pk)).count() == 1

    desk = watched()
    sign_in(desk, newsroom_address, colleague("Publisher"))
    compose(desk, newsroom_address, "What happened at the harbour", story)
    expect(desk.get_by_text("1 reader gets “news”.")).to_be_visible()
    with desk.expect_event("domcontentloaded"):
        desk.get_by_role("button", name="Send now").click()
    go_out()
    expect(desk.get_by_role("heading", name="It is sent")).to_be_visible()

    letter = newest(server)
    assert letter["Subject"] == "What happened at the harbour"
    assert "The harbour opens" in letter.get_body(("html",)).get_content()
    web = re.search(r"http://\S+/letters/\S+/", letter.get_body(("plain",)).get_content())[0]
    reader.goto(web)
    expect(reader.get_by_role("heading", level=1)).to_have_text("What happened at the harbour")

    link = re.search(r"<(http[^>]+)>", letter["List-Unsubscribe"])[1]
    urlopen(Request(link, data=b"List-Unsubscribe=One-Click", method="POST"))
    assert not subscribed("letter", str(news.pk)).exists()
    compose(desk, newsroom_address, "What happened on the day after", story)
    expect(desk.get_by_text("Nobody has asked for this letter yet.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_box_and_the_pages_about_mail_can_be_used_by_everybody(
    server, newsroom_address, watched, scheme
):
    from masthead.readers import links
    from tests.factories.letters import reader

    news = LetterListFactory(name="news", rhythm="Weekdays, 7:00")
    LetterListFactory(name="special offers", is_offers=True)
    ada = reader(news, "ada@example.org").address
    page = watched(color_scheme=scheme, viewport={"width": 375, "height": 800})

    for path in (
        "/",
        StoryFactory().address,
        "/my/",
        "/my/subscribe/",
        links.my_page(ada),
        links.fresh_my_page(ada),
        links.stop(ada, "letter", str(news.pk)),
    ):
        page.goto(f"{newsroom_address}{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
