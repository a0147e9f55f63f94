"""The desk decides: in one queue, with reasons, on record, and never over somebody else's head."""

import re

import pytest
from wagtail.models import ModelLogEntry

from masthead.discussion.models import Ban, Comment, CommentState, Discussion, Mode
from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from tests.discussion.conftest import Browser
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
QUEUE = "/desk/discussion/"


@pytest.fixture
def story():
    return open_to_all(StoryFactory(title="Harbour opens"))


@pytest.fixture
def desk():
    reader = Browser()
    reader.force_login(UserFactory(first_name="Mo", last_name="Derator", role="Moderator"))
    return reader


def decide(desk, comment, verdict, *, reason="", version=None):
    version = comment.version if version is None else version
    fields = {"comment": f"{comment.pk}:{version}", "verdict": verdict, "reason": reason}
    return desk.post(f"{QUEUE}decide/", {**fields, "next": QUEUE}, follow=True)


def about(desk, comment, what, **more):
    """Decide about the person who wrote a comment, as they stand on their page now."""
    address = f"{QUEUE}people/{comment.commenter_id}/"
    seen = re.search(r'name="seen" value="([^"]*)"', desk.get(address).text)[1]
    return desk.post(address, {"what": what, "seen": seen, **more}, follow=True)


def held(story, text="Buy this.", **more):
    return comment_on(story, text, is_trapped=True, **more)


def state_of(comment):
    comment.refresh_from_db()
    return comment.state


@pytest.mark.parametrize(
    ("role", "status"), [("Moderator", 200), ("Editor", 200), ("Publisher", 200), ("Reporter", 302)]
)
def test_those_who_moderate_see_the_queue(role, status):
    reader = Browser()
    reader.force_login(UserFactory(role=role))

    assert reader.get(QUEUE).status_code == status


def test_what_waits_stands_in_the_queue_with_all_that_a_decision_needs(desk, story):
    parent = comment_on(story, "The question.", name="Bo")
    waits = held(story, "See my shop.", parent=parent, name="Ana", email="ana@example.org")
    comment_on(story, "Nothing wrong here.")

    text = desk.get(QUEUE).text

    for told in ("See my shop.", "Ana", "ana@example.org", "not confirmed", "Harbour opens"):
        assert told in text
    assert "The question." in text
    assert "A field was filled in that people do not see" in text
    assert "1 waiting for a moderator" in text
    assert "Nothing wrong here." not in text
    assert state_of(waits) == CommentState.HELD


def test_an_approved_comment_is_read_and_the_decision_is_on_record(desk, story):
    comment = held(story, "Let me in.")

    decide(desk, comment, "approve")

    assert "Let me in." in desk.get(story.address).text
    entry = ModelLogEntry.objects.get(action="discussion.approve")
    assert str(entry.user) == "Mo Derator"
    assert entry.object_id == str(comment.pk)


def test_a_rejected_author_is_told_why_and_answers(desk, new_browser, story, mailed_link):
    Discussion.objects.filter(page=story.page_ptr).update(mode=Mode.FIRST)
    author = new_browser()
    sent = author.comment(story, "All of them are thieves.")
    author.send(mailed_link())
    comment = Comment.objects.get()

    decide(desk, comment, "remove", reason="That is an insult, not an argument.")
    mail = OutgoingMail.objects.latest("pk")
    told = author.get(sent["Location"])
    author.send(f"/discussion/{comment.name}/answer/", answer="I meant the pumps.")

    assert mail.recipient == "ana@example.org"
    assert "That is an insult" in content(mail).text
    assert "That is an insult" in told.text
    assert "I meant the pumps." in desk.get(f"{QUEUE}?list=refused").text
    assert "thieves" not in desk.get(story.address).text


def test_nobody_whose_address_is_not_proven_is_written_to(desk, story):
    decide(desk, held(story), "reject", reason="No advertising.")

    assert not OutgoingMail.objects.exists()


def test_what_was_read_and_removed_says_so_where_something_answers_it(desk, story):
    comment = comment_on(story, "Something bad.")
    comment_on(story, "An answer.", parent=comment)

    decide(desk, comment, "remove")

    text = desk.get(story.address).text
    assert "Something bad." not in text
    assert "Removed by the newsroom." in text
    assert state_of(comment) == CommentState.REMOVED


def test_two_moderators_at_once_never_undo_each_other_unseen(desk, story):
    comment = held(story)
    other = Browser()
    other.force_login(UserFactory(first_name="Other", last_name="Moderator", role="Moderator"))
    decide(other, comment, "approve")

    answer = decide(desk, comment, "reject", version=0)

    assert state_of(comment) == CommentState.PUBLISHED
    assert "Other Moderator decided about" in answer.text
    assert "Nothing was changed." in answer.text


def test_a_decision_is_taken_back_with_one_button(desk, story):
    comment = held(story)
    answer = decide(desk, comment, "approve")
    token = re.search(r'name="token" value="([^"]+)"', answer.text)[1]

    desk.post(f"{QUEUE}undo/", {"token": token})

    assert state_of(comment) == CommentState.HELD
    assert "Buy this." not in desk.get(story.address).text


def test_taking_back_stops_at_what_somebody_decided_since(desk, story):
    comment = held(story)
    token = re.search(r'name="token" value="([^"]+)"', decide(desk, comment, "approve").text)[1]
    comment.refresh_from_db()
    decide(desk, comment, "remove")

    desk.post(f"{QUEUE}undo/", {"token": token})

    assert state_of(comment) == CommentState.REMOVED


def test_many_are_decided_at_once(desk, story):
    comments = [held(story, f"Advertising {number}.") for number in range(3)]
    chosen = [f"{each.pk}:{each.version}" for each in comments]

    desk.post(f"{QUEUE}decide/", {"comment": chosen, "verdict": "reject"})

    assert {state_of(each) for each in comments} == {CommentState.REJECTED}


@pytest.mark.parametrize("chosen", [[], ["x"], ["1:2:3"], ["-1:0"], ["9" * 40 + ":0"]])
def test_a_decision_about_nothing_is_refused_with_a_sentence(desk, chosen):
    answer = desk.post(f"{QUEUE}decide/", {"comment": chosen, "verdict": "approve"}, follow=True)

    assert "Choose at least one comment" in answer.text


@pytest.mark.parametrize("words", ["harbour seal", "SEALS", "seal@example.org", "Seal Watcher"])
def test_the_queue_is_searched_by_word_name_address_and_story(desk, words):
    story = open_to_all(StoryFactory(title="Harbour seal returns"))
    held(story, "About seals.", name="Seal Watcher", email="seal@example.org")
    held(open_to_all(StoryFactory()), "About gulls.")

    text = desk.get(QUEUE, {"q": words}).text

    assert "About seals." in text
    assert "About gulls." not in text


def test_a_report_brings_a_comment_back_and_one_of_a_crime_stands_first(desk, new_browser, story):
    held(story, "Waits already.")
    insult = comment_on(story, "An insult.")
    crime = comment_on(story, "A crime.")
    new_browser().send(f"/discussion/{insult.name}/report/", reason="attack", words="Look at it")
    new_browser().send(f"/discussion/{crime.name}/report/", reason="illegal")

    text = desk.get(QUEUE).text

    assert text.index("A crime.") < text.index("Waits already.") < text.index("An insult.")
    assert "Look at it" in text
    assert "It is against the law" in text


def test_a_decision_settles_the_reports(desk, new_browser, story):
    comment = comment_on(story, "Harmless.")
    new_browser().send(f"/discussion/{comment.name}/report/", reason="other")
    comment.refresh_from_db()

    decide(desk, comment, "approve")

    assert "Nothing waits." in desk.get(QUEUE).text
    assert "Harmless." in desk.get(story.address).text


def test_a_report_keeps_what_stood_there(new_browser, story):
    comment = comment_on(story, "The threat.", name="Ana")
    new_browser().send(f"/discussion/{comment.name}/report/", reason="illegal")

    Comment.objects.filter(pk=comment.pk).update(text="Nothing at all.")

    assert "The threat." in comment.reported.get().evidence


def test_a_banned_address_is_refused_from_any_browser(desk, new_browser, story):
    comment = comment_on(story, name="Ana", email="ana@example.org")

    about(desk, comment, "address")
    answer = new_browser().comment(story, email="ana@example.org")

    assert answer.status_code == 422
    assert "The newsroom takes no comments from here." in answer.text
    assert "ana" not in Ban.objects.get().value
    about(desk, comment, "unban")
    assert new_browser().comment(story, email="ana@example.org").status_code == 303


def test_a_banned_network_is_refused_whoever_writes(desk, new_browser, story):
    troll = new_browser()
    troll.comment(story)

    about(desk, Comment.objects.get(), "network")

    assert troll.comment(story, "Again", email="other@example.net").status_code == 422
    assert new_browser().comment(story, "Elsewhere").status_code == 303


def test_what_a_muted_person_writes_waits(desk, reader, story):
    reader.comment(story)
    about(desk, Comment.objects.get(), "muted")

    reader.comment(story, "And another thing.")

    assert state_of(Comment.objects.get(text="And another thing.")) == CommentState.HELD
    assert "The person is muted" in desk.get(QUEUE).text


def test_a_suspended_person_is_refused(desk, reader, story):
    reader.comment(story)
    about(desk, Comment.objects.get(), "suspend")

    assert reader.comment(story, "And another thing.").status_code == 422


def test_a_closed_thread_takes_no_answer(desk, reader, story):
    first = comment_on(story, "The question.")
    answered = comment_on(story, "The answer.", parent=first)

    decide(desk, answered, "close")

    sent = reader.send(f"/discussion/{first.name}/reply/", text="Late", name="Bo", email="b@c.org")
    assert sent.status_code == 422
    assert f"/discussion/{first.name}/reply/" not in reader.get(story.address).text


def test_a_pick_is_marked_and_stands_on_its_page(desk, story):
    comment = comment_on(story, "Well said.")

    decide(desk, comment, "pick")

    assert "Our pick" in desk.get(story.address).text
    assert "Well said." in desk.get(f"{story.address}comments/picked/").text


def test_the_discussion_of_a_story_is_closed_at_the_desk(desk, reader, story):
    address = f"{QUEUE}pages/{story.pk}/"
    assert "Its comments" in desk.get(address).text

    desk.post(address, {"mode": "closed", "closes_at": ""})

    assert reader.comment(story).status_code == 422


@pytest.mark.parametrize("address", ["decide/", "undo/", "people/1/", "pages/1/", "in-place/"])
def test_nobody_else_decides(story, address):
    comment_on(story)
    reader = Browser()
    reader.force_login(UserFactory(role="Reporter"))

    assert reader.post(f"{QUEUE}{address}", {"what": "muted"}).status_code in {302, 403, 404, 405}
    assert Comment.objects.get().commenter.standing == ""


def test_two_moderators_at_once_never_undo_each_other_about_a_person(desk, story):
    comment = comment_on(story)
    other = Browser()
    other.force_login(UserFactory(role="Moderator"))
    about(other, comment, "trusted", reason="A neighbour.")

    answer = about(desk, comment, "muted", seen="::")

    comment.commenter.refresh_from_db()
    assert comment.commenter.standing == "trusted"
    assert "Somebody else decided about this person meanwhile." in answer.text
    assert ModelLogEntry.objects.get(action="discussion.trusted").data["reason"] == "A neighbour."


def test_a_report_that_came_meanwhile_is_not_settled_unseen(desk, new_browser, story):
    comment = comment_on(story)
    new_browser().send(f"/discussion/{comment.name}/report/", reason="illegal")

    answer = decide(desk, comment, "approve", version=0)

    assert "A comment changed meanwhile: look at it again." in answer.text
    assert comment.reported.get().settled_at is None


def test_a_pinned_thread_stands_first(desk, story):
    first = comment_on(story, "The first.")
    reply = comment_on(story, "An answer to it.", parent=first)
    comment_on(story, "The newest.")

    decide(desk, first, "pin")
    decide(desk, reply, "pin")

    text = desk.get(story.address).text
    threads = text[text.index('class="threads"') :]
    assert threads.index("The first.") < threads.index("An answer to it.")
    assert threads.index("An answer to it.") < threads.index("The newest.")
    assert threads.count("Pinned") == threads.count("The first.") == 1
    decide(desk, first, "unpin", version=1)
    assert "Pinned" not in desk.get(story.address).text


def test_decisions_are_made_on_the_story_itself(desk, new_browser, story):
    comment = comment_on(story, "Something bad.", name="Bo")
    held(story, "Waits here.")
    held(open_to_all(StoryFactory()), "Waits elsewhere.")
    address = f"{QUEUE}in-place/?comment={comment.name}"

    piece = desk.get(address)
    waiting = desk.get(f"{QUEUE}in-place/?story={story.public_id}").text
    fields = {"comment": f"{comment.pk}:0", "verdict": "remove", "next": address}
    told = desk.post(f"{QUEUE}decide/", fields, follow=True).text

    assert "Something bad." in piece.text
    assert "no-store" in piece["Cache-Control"]
    assert "<html" not in piece.text
    assert "Waits here." in waiting
    assert "1 comment waits under this story" in waiting
    assert "Waits elsewhere." not in waiting
    assert "1 comment decided." in told
    assert "removed by the newsroom" in told
    assert 'name="token"' in told
    assert new_browser().get(address).status_code == 302
    assert "Something bad." not in new_browser().get(story.address).text
