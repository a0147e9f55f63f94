"""A stranger comments without an account and without JavaScript, and readers see it."""

import pytest

from masthead.discussion import actions
from masthead.discussion.models import Comment, Commenter, Discussion, Mode
from masthead.mail.models import OutgoingMail
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db


def page(reader, story):
    return reader.get(story.address).text


def test_a_first_comment_is_read_once_its_address_is_confirmed(reader, story, mailed_link):
    sent = reader.comment(story, "The crane was *gone* by noon.")
    told = reader.get(sent["Location"])
    assert sent.status_code == 303
    assert "We sent you a mail" in told.text
    assert "crane" not in page(reader, story)

    asked = reader.get(mailed_link())
    assert "Is this yours?" in asked.text
    assert "crane" not in page(reader, story)
    done = reader.send(mailed_link())

    assert done.status_code == 303
    assert "Readers see your comment" in reader.get(done["Location"]).text
    assert "The crane was <em>gone</em> by noon." in page(reader, story)


def test_whoever_is_known_is_read_at_once(reader, story, mailed_link):
    reader.comment(story)
    reader.send(mailed_link())

    reader.comment(story, "And again.", name="", email="")

    assert "And again." in page(reader, story)
    assert Comment.objects.get(text="And again.").author_name == "Ana"


def test_the_mail_makes_whoever_reads_it_known_where_they_read_it(
    reader, new_browser, story, mailed_link
):
    reader.comment(story)
    phone = new_browser()
    phone.send(mailed_link())

    phone.comment(story, "From my phone.", name="", email="")

    assert "From my phone." in page(reader, story)


def test_nobody_is_known_by_an_address_that_they_only_name(reader, new_browser, story, mailed_link):
    reader.comment(story)
    reader.send(mailed_link())

    new_browser().comment(story, "I am not Ana.")

    assert "I am not Ana." not in page(reader, story)


def test_another_address_in_the_same_browser_is_confirmed_anew(reader, story, mailed_link):
    reader.comment(story)
    reader.send(mailed_link())

    reader.comment(story, "Somebody else.", name="Bo", email="bo@example.org")

    assert "Somebody else." not in page(reader, story)
    assert OutgoingMail.objects.latest("pk").recipient == "bo@example.org"


def test_a_story_without_a_comment_invites_to_write_one(reader, story):
    assert "Would love your thoughts, please comment." in page(reader, story)


def test_the_same_comment_sent_twice_is_stored_once(reader, story):
    first, second = reader.comment(story), reader.comment(story)

    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": " \n "}, "Write something first."),
        ({"text": "\u200b\u202e"}, "Write something first."),
        ({"name": "..."}, "Write the name"),
        ({"email": ""}, "Write your address"),
        ({"email": "ana@"}, "Enter a valid email address"),
        ({"email": "ana@example.org\r\nBcc: all@example.org"}, "Enter a valid email address"),
        ({"text": "x" * 5_001}, "at most 5000 characters"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(reader, story, fields, told):
    answer = reader.comment(story, **{"text": "Kept words", **fields})

    assert answer.status_code == 422
    assert told in answer.text
    assert fields.get("text", "Kept words") in answer.text or "\u200b" in fields.get("text", "")
    assert not Comment.objects.exists()


def test_a_reply_stands_below_what_it_answers(reader, story):
    open_to_all(story)
    first = comment_on(story, "The question.")

    form = reader.get(f"/discussion/{first.name}/reply/")
    reader.send(f"/discussion/{first.name}/reply/", text="The answer.", name="Bo", email="b@c.org")

    assert "The question." in form.text
    text = page(reader, story)
    assert text.index("The question.") < text.index("The answer.")
    assert Comment.objects.get(text="The answer.").parent == first


def test_somebody_of_the_newsroom_is_marked(reader, story):
    reader.force_login(UserFactory(first_name="Edda", last_name="Quill", role="Editor"))

    reader.comment(story, "We looked into it.", name="", email="")

    text = page(reader, story)
    assert "Edda Quill" in text
    assert "Newsroom" in text


@pytest.mark.parametrize("mode", [Mode.CLOSED, Mode.OFF])
def test_a_closed_discussion_takes_nothing(reader, story, mode):
    Discussion.objects.create(page=story.page_ptr, mode=mode)

    answer = reader.comment(story)

    assert answer.status_code == 422
    assert "The discussion is closed." in answer.text
    assert "<textarea" not in page(reader, story)


def test_a_section_closes_the_discussion_of_its_stories_unless_one_says_otherwise(reader, story):
    other = StoryFactory(section=story.section)
    Discussion.objects.create(page=story.section.page_ptr, mode=Mode.CLOSED)
    Discussion.objects.create(page=other.page_ptr, mode=Mode.OPEN)

    assert reader.comment(story).status_code == 422
    assert reader.comment(other).status_code == 303


def test_nobody_comments_on_what_readers_do_not_see(reader, story):
    story.unpublish()

    assert reader.comment(story).status_code == 404


def test_its_own_page_is_shown_to_nobody_else_while_it_waits(reader, new_browser, story):
    address = reader.comment(story)["Location"]

    assert reader.get(address).status_code == 200
    assert new_browser().get(address).status_code == 404


def test_a_commenter_is_remembered_for_the_discussion_alone(reader, story):
    cookie = reader.comment(story).cookies["commenter"]

    assert cookie["path"] == "/discussion/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert Commenter.objects.get().public_id not in str(cookie.value).split(":")[1:]


def test_the_same_comment_at_the_same_moment_is_stored_once(reader, story, monkeypatch):
    first = reader.comment(story)
    # Whoever was quicker is not seen yet when the second one looks.
    looks = iter([lambda *_who: None, actions._sent_before])

    def look(*who):
        return next(looks)(*who)

    monkeypatch.setattr(actions, "_sent_before", look)

    second = reader.comment(story)

    assert second["Location"] == first["Location"]
    assert Comment.objects.count() == 1
