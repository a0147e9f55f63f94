"""The lead story from top to bottom, by two readers in real browsers."""

import os
import re
import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes, policy
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import browser_type_launch_args, watched  # noqa: F401 - fixtures
from tests.cli.newsroom import children_of
from tests.until import until

READER = "ines@reader.example"
EDITOR = "editor@quillhaven.example"
LETTER = "What a seat on the bus really costs"


class Desk:
    """The editor's desk, with the outbox in which mails stay while there is no mail server."""

    def __init__(self, page, demo):
        self.page, self.address = page, demo.address
        self.database = demo.home / "masthead.sqlite3"
        page.goto(f"{self.address}/desk/")
        page.fill("[name=login]", re.search(r"Sign in as\s+(\S+)", demo.tour)[1])
        page.fill("[name=password]", re.search(r"password\s+(\S+)", demo.tour)[1])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{self.address}/desk/")

    def link_in_mail(self, subject):
        """Return the first link of the newest mail to the reader with such a subject."""
        rows = self.page.locator("tr", has_text=READER).filter(has_text=subject)
        until(lambda: self.page.goto(f"{self.address}/desk/outbox/") and rows.count())
        rows.first.get_by_role("link").first.click()
        return self.page.locator("#mail-text a").first.get_attribute("href")

    def send_letter(self, subject):
        """Let a letter go out that waits for it, and the five minutes for second thoughts pass."""
        page = self.page
        page.goto(f"{self.address}/desk/letters_to_send/")
        page.get_by_role("link", name=subject).first.click()
        page.get_by_role("button", name="Send …").click()
        page.get_by_role("button", name="Send now").click()
        expect(page.locator("#letter-progress")).to_be_visible()
        until(self.is_ready_to_go)
        with closing(sqlite3.connect(self.database, timeout=20)) as database:
            now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
            database.execute("UPDATE mail_campaign SET send_at = ?", [now])
            database.execute("UPDATE newsletter_dispatch SET send_at = ?", [now])
            database.commit()

    def is_ready_to_go(self):
        """Return whether all recipients of the letter are written down."""
        with closing(sqlite3.connect(self.database, timeout=20)) as database:
            states = database.execute("SELECT state FROM mail_campaign").fetchall()
        return states == [("scheduled",)] * 2


@pytest.fixture
def desk(demo, watched):  # noqa: F811 - the fixture
    return Desk(watched(), demo)


def test_the_lead_story_from_top_to_bottom(demo, post, desk, watched):  # noqa: F811 - the fixture
    reader, other = watched(), watched()
    for page in (reader, other):
        page.goto(f"{demo.address}/lead/")
    story = reader.url
    words = "My grandmother timed her eggs by that bridge."

    play(reader)
    comment_as_guest(reader, words)
    expect(other.locator("#discussion")).not_to_contain_text(words)
    confirm_comment(reader, desk)
    see(other, words)
    reader.goto(story)
    answer_the_question(reader)
    subscribe(reader, desk)
    desk.send_letter(LETTER)
    leave(reader, letter_to(READER, post))
    assert "Ropewalk" in text_of(letter_to(EDITOR, post))  # who asked for offers gets them
    until(lambda: words in urlopen(story).read().decode())  # what is said is part of the page now
    kill_the_application(demo)
    other.goto(story)
    other.reload()  # a browser may show what it has had for half a minute, and look meanwhile

    expect(other.locator("h1")).to_be_visible()
    expect(other.locator("#discussion")).to_contain_text(words)


def play(page):
    clip = page.locator("article video").first
    clip.evaluate("clip => { clip.muted = true; return clip.play() }")
    until(lambda: clip.evaluate("clip => clip.currentTime") > 0)


def comment_as_guest(page, words):
    composer = page.locator("#discussion > [data-composer]")
    # As quickly as people write: what is sent at once is held for a moderator.
    composer.get_by_label("Your comment").press_sequentially(words, delay=90)
    composer.get_by_label("Name").fill("Inês")
    composer.get_by_label("E-mail address").fill(READER)
    composer.get_by_role("button", name="Send").click()
    expect(page.locator(".sent")).to_contain_text(words)


def confirm_comment(page, desk):
    page.goto(desk.link_in_mail("Please confirm your comment"))
    page.get_by_role("button", name="Yes, I wrote it").click()
    expect(page.locator(".message")).to_be_visible()


def answer_the_question(page):
    """Answer what the desk asks beside a passage, as somebody who is known by now."""
    page.get_by_role("link", name="Question: You cross the Needle after dark.").click()
    note = page.locator(".body > .note")
    note.get_by_text("Answer", exact=True).click()
    words = "Eleven minutes, and I read the paper."
    note.get_by_label("Your comment").press_sequentially(words, delay=90)
    note.get_by_role("button", name="Send").click()
    expect(note.locator(".sent")).to_contain_text("Readers see your comment.")


def see(page, words):
    """See a comment without asking for the page again, as soon as its counter moves."""
    page.locator("#discussion").scroll_into_view_if_needed()
    fresh = page.get_by_role("button", name="Show new comments")
    expect(fresh.or_(page.get_by_text(words)).first).to_be_visible()
    if fresh.is_visible():
        fresh.click()
    expect(page.locator("#discussion")).to_contain_text(words)


def subscribe(page, desk):
    box = page.locator("article .letter-box")
    expect(box).to_contain_text("latest news, updates and special offers")
    expect(box.get_by_label("Special offers")).not_to_be_checked()
    box.get_by_label("E-mail address").fill(READER)
    box.get_by_role("button", name="Subscribe").click()
    expect(page.locator("h1")).to_have_text("Look into your mail")
    page.goto(desk.link_in_mail("Please confirm: mail from"))
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.locator("h1")).to_have_text("Confirmed")


def letter_to(email, post):
    """Wait for the letter to arrive at an address, and return it."""

    def arrived():
        letters = (
            message_from_bytes(message, policy=policy.default)
            for _sender, to, message in list(post.messages)
            if to == [email]
        )
        return next((each for each in letters if each["Subject"] == LETTER), None)

    return until(arrived)


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def leave(page, letter):
    """Read the letter on the web, and stop it by the link in it."""
    text = text_of(letter)
    assert "Ropewalk" not in text
    on_the_web = re.search(r"http://\S+/letters/\S+", text)[0]
    assert page.goto(on_the_web).ok
    expect(page.locator("h1")).to_have_text(LETTER)
    page.goto(re.search(r"http://\S+/my/stop/\S+", text)[0])
    page.get_by_role("button", name="Stop it").click()
    expect(page.locator("h1")).to_have_text("Stopped")


def kill_the_application(demo):
    """Kill the web server behind the edge with all that it runs."""
    web_server = next(each for each in children_of(demo.process.pid) if len(children_of(each)) == 2)
    for process in (web_server, *children_of(web_server)):
        os.kill(process, signal.SIGKILL)
