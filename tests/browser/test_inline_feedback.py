"""Inline feedback in a real browser: asked at the desk, answered on a phone, by the keyboard."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from masthead.discussion.models import Comment, Discussion, Passage
from tests.browser.desk import colleague, sign_in
from tests.browser.watch import show_in
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db(transaction=True)
FERRY = "<p>The night ferry leaves when the <b>sea</b> says so.</p><p>The trial goes on.</p>"
#: Marks words of a paragraph as a finger does.
MARK = "(p, [from, to]) => getSelection().setBaseAndExtent(p.firstChild, from, p.firstChild, to)"
QUESTION = "Did it wait for you?"
BLOCK = {"type": "text", "value": FERRY, "id": "5b1a3c0e-0000-4000-8000-00000000000a"}


def mark(paragraph, first, last):
    paragraph.evaluate(MARK, [first, last])


def test_a_question_is_asked_at_the_desk_and_answered_beside_its_words(watched, newsroom_address):
    story = open_to_all(StoryFactory(title="Night ferry", body=json.dumps([BLOCK])))
    desk, phone = watched(), watched(viewport={"width": 360, "height": 800}, has_touch=True)
    sign_in(desk, newsroom_address, colleague("Publisher"))
    ask(desk, f"{newsroom_address}/desk/discussion/questions/{story.pk}/")

    phone.goto(newsroom_address + story.address)
    answer_with_thumb_and_keys(phone)
    question = Comment.objects.get().passage
    assert question.question == QUESTION

    comment_on(story, "It waited for me, too.", passage=question)
    Discussion.objects.update(may_remark=True)
    wide = watched(viewport={"width": 1440, "height": 900})
    wide.goto(newsroom_address + story.address)
    expect(wide.locator(".body > .note.in-margin")).to_contain_text("It waited for me, too.")
    remark(wide)
    assert Passage.objects.get(question="").quote == "trial"


def ask(page, address):
    page.goto(address)
    mark(page.locator("[data-words] p").first, 4, 22)
    expect(page.get_by_label("Words of the story")).to_have_value("night ferry leaves")
    page.get_by_label("Question to readers").first.fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Readers see it beside these words.")).to_be_visible()
    check(page, ".ask")  # the message above it is still fading in


def answer_with_thumb_and_keys(page):
    sign = page.get_by_role("link", name=f"Question: {QUESTION}")
    sign.tap()
    note = page.locator(".body > .note")
    expect(note).to_be_focused()
    page.keyboard.press("Escape")
    expect(sign).to_be_focused()
    page.keyboard.press("Enter")
    expect(note).to_contain_text(QUESTION)
    for key in ("Tab", "Tab", "Tab", "Enter"):  # what closes it, the words, the answer
        page.keyboard.press(key)
    write(note, "It waited for me once.", "Ana")


def remark(page):
    mark(page.locator(".body p").last, 4, 9)
    page.get_by_role("button", name="Remark on these words").click()
    write(page.locator(".body > aside.note"), "For how long?", "Bo")


def write(note, text, name):
    note.get_by_label("Your comment").fill(text)
    note.get_by_label("Name").fill(name)
    note.get_by_label("E-mail address, never shown").fill("reader@example.org")
    check(note.page)
    note.get_by_role("button", name="Send").click()
    expect(note.locator(".sent")).to_contain_text(text)


def check(page, context=None):
    for scheme in ("dark", "light"):
        show_in(scheme, page)
        violations = Axe().run(page, context=context).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
