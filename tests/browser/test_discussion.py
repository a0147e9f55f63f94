"""Comments in a real browser, with JavaScript and without: writing, answering, moderating."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from wagtail.models import ModelLogEntry

from masthead.discussion.models import Comment
from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.readers import links
from masthead.readers.models import Subscription
from tests.browser.desk import colleague, sign_in
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.letters import LetterListFactory
from tests.factories.stories import StoryFactory
from tests.stories.full_newsroom import full_newsroom

pytestmark = pytest.mark.django_db(transaction=True)
#: What people said under the demo's lead story: comments as long as people write them.
DEMO = next(Path("demo/comments").glob("the-night-ferry-*.txt"))
EACH_KIND = {
    *("approve", "hold", "reject", "undo", "pick", "unpick", "pin", "unpin", "close", "reopen"),
    *("muted", "suspend", "ban_address", "ban_domain", "ban_network", "unban"),
}
SCRIPT = "<script>document.title = 'taken over'</script><img src=x onerror=document.title='taken'>"


@pytest.fixture
def story(newsroom_address):
    return StoryFactory(title="Harbour opens")


def area(page):
    return page.locator("#discussion")


def write(form, text, *, name="Ana", email="ana@example.org"):
    form.get_by_label("Your comment").fill(text)
    form.get_by_label("Name").fill(name)
    form.get_by_label("E-mail address, never shown").fill(email)
    form.get_by_role("button", name="Send").click()


def test_a_guest_comments_confirms_answers_likes_and_follows_without_javascript(
    watched, newsroom_address, story
):
    page = watched(java_script_enabled=False)
    page.goto(newsroom_address + story.address)
    expect(area(page)).to_contain_text("Would love your thoughts, please comment.")
    write(page.locator(".composer"), "The crane was *gone*.")
    expect(page.get_by_role("status")).to_contain_text("We sent you a mail.")

    page.goto(re.search(r"http\S+/discussion/confirm/\S+", content(newest()).text)[0])
    page.get_by_role("button", name="Yes, I wrote it").click()
    expect(page.get_by_role("status")).to_contain_text("Readers see your comment.")
    page.get_by_role("link", name="Back to the story").click()
    expect(page.locator(".said em")).to_have_text("gone")

    page.locator(".threads").get_by_role("button", name="Like").click()
    expect(page.get_by_role("button", name="You like it")).to_be_visible()
    page.get_by_role("link", name="Reply").click()
    page.get_by_label("Your comment").fill("And it is back.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="In its thread").click()
    expect(page.locator(".threads ol .said")).to_have_text("And it is back.")
    page.get_by_role("link", name="Back to the story").click()

    page.get_by_label("E-mail address", exact=True).fill("ana@example.org")
    page.get_by_role("button", name="Follow").click()
    expect(heading(page)).to_have_text("Look into your mail")
    change_and_take_away(page, newsroom_address + story.address)
    follow_and_stop(page)
    report_what_somebody_else_wrote(page, newsroom_address, story)


def heading(page):
    return page.get_by_role("heading", level=1)


def change_and_take_away(page, address):
    page.goto(address)
    page.get_by_label("Your comment").fill("One more tyop.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Your comment").fill("One more typo.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".said")).to_have_text("One more typo.")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("status")).to_have_text("You deleted it.")


def follow_and_stop(page):
    page.goto(re.search(r"http\S+/my/confirm/\S+", content(newest()).text)[0])
    page.get_by_role("button", name="Yes, send it").click()
    expect(heading(page)).to_have_text("Confirmed")
    subscription = Subscription.objects.get()
    stop = links.stop(subscription.address, subscription.kind, subscription.target)
    page.goto(re.match(r"http://[^/]+", page.url)[0] + stop)
    page.get_by_role("button", name="Stop it").click()
    expect(heading(page)).to_have_text("Stopped")


def report_what_somebody_else_wrote(page, newsroom_address, story):
    bad = comment_on(open_to_all(story), "Something bad.", name="Bo")
    page.goto(newsroom_address + story.address)
    page.locator(f"#c-{bad.name}").get_by_role("link", name="Report").click()
    page.get_by_label("It threatens or insults somebody").check()
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_role("status")).to_have_text("A moderator will look at it.")
    bad.refresh_from_db()
    assert bad.reports == 1


def newest():
    return OutgoingMail.objects.latest("pk")


def test_with_a_script_everything_stays_in_its_place(watched, newsroom_address, story):
    open_to_all(story)
    comment_on(story, "The question.", name="Bo")
    page = watched()
    page.goto(newsroom_address + story.address)
    said_at = area(page).locator(".threads time").first
    expect(said_at).to_have_text(re.compile("minute"))
    expect(said_at).to_have_attribute("title", re.compile(r" \d{4}"))
    composer = area(page).locator(".composer").first
    composer.get_by_label("Your comment").fill("Half a thou")
    page.reload()
    expect(composer.get_by_label("Your comment")).to_have_value("Half a thou")

    write(composer, "A whole thought, written down.")
    expect(page.locator(".sent")).to_contain_text("A whole thought, written down.")
    expect(composer).to_contain_text("You write as Ana")

    question = page.locator(".threads > li").first
    question.get_by_role("link", name="Reply").click()
    reply = question.locator(".composer")
    expect(reply.get_by_label("Your comment")).to_be_focused()
    reply.get_by_label("Your comment").fill("The answer, in a few words.")
    reply.get_by_role("button", name="Send").click()
    expect(question.locator(".sent")).to_contain_text("The answer, in a few words.")

    like = question.get_by_role("button", name="Like")
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    assert page.url == newsroom_address + story.address
    assert Comment.objects.get(text__startswith="The answer").parent.text == "The question."


def test_a_comment_is_looked_at_quoted_and_ignored_before_it_is_sent(
    watched, newsroom_address, story
):
    open_to_all(story)
    comment_on(story, "Somebody else of that name.", name="Bo")
    comment_on(story, "The question.", name="Bo")
    page = watched(permissions=["clipboard-read", "clipboard-write"])
    page.goto(newsroom_address + story.address)
    question, other = page.locator(".threads > li").first, page.locator(".threads > li").last

    question.get_by_role("link", name="Reply").click()
    question.get_by_role("button", name="Quote").click()
    reply = question.get_by_label("Your comment")
    expect(reply).to_have_value("> The question.\n\n")
    reply.fill(reply.input_value() + "The *answer*.")
    question.get_by_role("button", name="Preview").click()
    expect(question.locator(".preview blockquote")).to_have_text("The question.")
    expect(question.locator(".preview em")).to_have_text("answer")
    assert Comment.objects.count() == 2

    question.get_by_role("link", name="Share").click()
    expect(question.get_by_role("link", name="Address copied")).to_be_visible()
    assert "/comments/1/#c-" in page.evaluate("navigator.clipboard.readText()")

    question.get_by_role("button", name="Ignore").click()
    page.reload()
    expect(question.locator(".said")).to_be_hidden()
    expect(other.locator(".said")).to_be_visible()
    question.get_by_role("button", name="You ignore this person: show them").click()
    expect(question.locator(".said")).to_be_visible()


def test_the_invitation_is_closed_once_and_for_all(watched, newsroom_address, story):
    page = watched()
    page.goto(newsroom_address + story.address)

    area(page).get_by_role("button", name="Close").click()
    page.reload()

    expect(area(page)).not_to_contain_text("Would love your thoughts")
    expect(area(page).get_by_label("Your comment")).to_be_visible()


def test_no_script_in_any_field_runs(watched, newsroom_address, story):
    open_to_all(story)
    for parent in (None, comment_on(story)):
        comment_on(story, f"{SCRIPT} [x](javascript:alert(1))", name=SCRIPT[:60], parent=parent)
    page = watched()

    for rest in ("", "comments/1/", "comments/newest/"):
        page.goto(f"{newsroom_address}{story.address}{rest}")
        expect(page.locator(".said").first).to_be_visible()
        assert "taken" not in page.title()


def test_a_page_with_two_hundred_comments_is_light_and_axe_finds_no_fault(
    new_context, newsroom_address
):
    story = open_to_all(full_newsroom())
    LetterListFactory()
    said = [line.rpartition(" | ")[2] for line in DEMO.read_text("utf-8").splitlines()[:200]]
    comments = []
    for number, words in enumerate(said):
        parent = comments[number // 3] if number % 4 else None
        comments.append(comment_on(story, words, parent=parent))
    page = new_context().new_page()
    check_weight(page, newsroom_address + story.address)

    name = comments[0].name
    for address in (
        story.address,
        f"{story.address}comments/1/",
        f"/discussion/{name}/",
        f"/discussion/{name}/reply/",
        f"/discussion/{name}/report/",
    ):
        for scheme, width in product(("light", "dark"), (360, 1440)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(newsroom_address + address)
            found = Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def check_weight(page, address):
    """Check what a first reading costs, as the edge sends it: texts compressed, all else as is."""
    found = []
    # A method of a list is none that Playwright can call.
    page.on("response", lambda response: found.extend([response]))
    page.goto(address, wait_until="networkidle")

    kinds = [each.headers.get("content-type", "").partition(";")[0] for each in found]
    weights = {"fonts": 0, "texts": 0}
    others = [pair for pair in zip(kinds, found, strict=True) if not pair[0].startswith("image/")]
    for kind, response in others:
        is_font = kind.startswith("font/")
        size = len(response.body() if is_font else gzip.compress(response.body()))
        weights["fonts" if is_font else "texts"] += size
    assert weights["texts"] <= 60_000, weights
    assert sum(weights.values()) <= 100_000, weights
    assert len(others) <= 12, kinds
    assert page.context.cookies() == []


def test_a_moderator_decides_with_the_keyboard_and_takes_it_back(watched, newsroom_address, story):
    open_to_all(story)
    held = comment_on(story, "Waits for somebody.", is_trapped=True)
    page = watched()
    sign_in(page, newsroom_address, colleague("Moderator"))
    page.goto(f"{newsroom_address}/desk/discussion/")
    expect(page.locator("[data-card]")).to_contain_text("Waits for somebody.")

    page.keyboard.press("j")
    expect(page.locator("[data-card]")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    held.refresh_from_db()
    assert held.is_visible
    with page.expect_event("domcontentloaded"):
        page.keyboard.press("u")
    expect(page.locator("[data-card]")).to_contain_text("Waits for somebody.")
    page.keyboard.press("j")
    expect(page.locator("[data-card]")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("[data-card]").get_by_label("Reason, told to")).to_be_focused()
    page.keyboard.type("No reason to say this.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()

    held.refresh_from_db()
    assert held.verdict == "No reason to say this."

    # From here on this browser offers the same on the story itself.
    page.set_viewport_size({"width": 360, "height": 800})
    decide_in_place(page, newsroom_address, story)


def decide_in_place(page, newsroom_address, story):
    bad = comment_on(story, "Something bad.", name="Bo")
    comment_on(story, "Waits for somebody else.", is_trapped=True)
    page.goto(newsroom_address + story.address)
    expect(page.locator(".in-place-waiting")).to_contain_text("1 comment waits under this story")
    thread = page.locator(f"#c-{bad.name}")
    thread.get_by_role("button", name="Moderate").click()
    panel = thread.locator(".in-place-one")
    expect(panel).to_contain_text("Something bad.")
    found = Axe().run(page, context="main").response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    panel.get_by_text("Remove…").click()
    panel.get_by_role("button", name="Remove").click()
    expect(panel.get_by_role("status")).to_contain_text("1 comment decided.")
    bad.refresh_from_db()
    assert not bad.is_visible
    panel.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("status")).to_contain_text("Taken back.")
    bad.refresh_from_db()
    assert bad.is_visible
    mark_in_place(panel)
    decide_about_the_person(page, panel)
    decide_many_at_once(page, newsroom_address)
    found = {each.action.removeprefix("discussion.") for each in ModelLogEntry.objects.all()}
    assert found >= EACH_KIND

    page.goto(newsroom_address + story.address)
    page.context.clear_cookies()
    page.reload()
    expect(page.locator(f"#c-{bad.name}")).to_be_visible()
    expect(page.get_by_role("button", name="Moderate")).to_have_count(0)


def mark_in_place(panel):
    """Mark what somebody said and take each mark away again, with a thumb."""
    marks = [("Pick", "No pick"), ("Pin", "No pin"), ("Close the thread", "Open the thread")]
    for marks_it, takes_it_away in marks:
        panel.get_by_role("button", name=marks_it, exact=True).click()
        panel.get_by_role("button", name=takes_it_away, exact=True).click()
        expect(panel.get_by_role("button", name=marks_it, exact=True)).to_be_visible()
    panel.get_by_role("button", name="Hold").click()
    panel.get_by_role("button", name="Approve").click()
    expect(panel.get_by_role("button", name="Hold")).to_be_visible()


def decide_about_the_person(page, panel):
    panel.get_by_role("link", name="Bo", exact=True).click()
    facts = page.locator(".mod-facts")
    for decision, becomes in (
        ("Mute", "muted: everything is held"),
        ("Suspend for a week", "Suspended until"),
        ("Ban the address", "e-mail address: Insults"),
        ("Ban the mail domain", "mail domain: Insults"),
        ("Ban the network", "network: Insults"),
    ):
        page.get_by_label("Reason, for the record").fill("Insults everybody.")
        page.get_by_role("button", name=decision, exact=True).click()
        expect(facts).to_contain_text(becomes)
        expect(page.get_by_role("button", name=decision, exact=True)).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Lift the bans").click()
    expect(facts).not_to_contain_text("Banned")


def decide_many_at_once(page, newsroom_address):
    story = open_to_all(StoryFactory())
    for _each in range(2):
        comment_on(story, is_trapped=True)
    page.goto(f"{newsroom_address}/desk/discussion/?story={story.pk}")
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Approve chosen").click()
    expect(page.get_by_text("2 comments decided.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-card]")).to_have_count(2)
    page.get_by_label("All on this page").check()
    page.get_by_text("Reject chosen…").click()
    page.locator("#reason-bulk").fill("Said before.")
    page.keyboard.press("Enter")  # decides nothing
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Reject chosen").click()
    expect(page.get_by_text("2 comments decided.")).to_be_visible()
    assert {each.verdict for each in Comment.objects.filter(story=story)} == {"Said before."}


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_no_fault_in_the_queue(watched, newsroom_address, story, width):
    open_to_all(story)
    comment_on(story, "Waits.", is_trapped=True, parent=comment_on(story))
    page = watched(viewport={"width": width, "height": 800})
    sign_in(page, newsroom_address, colleague("Moderator"))

    for address in ("", "?list=published", f"people/{Comment.objects.first().commenter_id}/"):
        page.goto(f"{newsroom_address}/desk/discussion/{address}")
        expect(page.locator("[data-card]").first).to_be_visible()
        found = Axe().run(page, context="main").response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], address
