"""Who asks is told of comments: once confirmed, once readers see them, and until one click."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from masthead.discussion.follow import find_followers, write_due
from masthead.discussion.models import Comment, CommentState, Waiting
from masthead.discussion.moderation import Verdict, decide
from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.readers.actions import erase, export
from masthead.readers.models import Address, Subscription
from masthead.stories.actions import correct_story
from masthead.stories.models import CorrectionKind
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
FOLLOWER = "fan@example.org"


@pytest.fixture
def story():
    return open_to_all(StoryFactory(title="Harbour opens"))


def work():
    while find_followers() or write_due():
        pass


def link_in(mail, kind):
    return re.search(rf"http://localhost:8000(/my/{kind}/\S+)", content(mail).text)[1]


def follow(reader, address, what, email=FOLLOWER):
    """Ask to be told, and confirm it as whoever reads the mail."""
    asked = reader.send(f"{address}follow/", what=what, email=email)
    reader.post(link_in(OutgoingMail.objects.latest("pk"), "confirm"))
    return asked


def story_address(story):
    return f"/discussion/story/{story.public_id}/"


def mails_to(email):
    return OutgoingMail.objects.filter(recipient=email, subject__startswith="New comments")


def test_new_comments_are_told_to_whoever_asked_and_confirmed(reader, story):
    asked = follow(reader, story_address(story), "comments")

    comment = comment_on(story, "The boats are out.", name="Bo")
    work()

    assert "Look into your mail" in asked.text
    text = content(mails_to(FOLLOWER).get()).text
    assert "The boats are out." in text
    assert f"http://localhost:8000{story.address}comments/1/#c-{comment.name}" in text


def test_who_has_not_confirmed_is_told_nothing(reader, story):
    reader.send(f"{story_address(story)}follow/", what="comments", email=FOLLOWER)

    comment_on(story)
    work()

    assert not mails_to(FOLLOWER).exists()


def test_what_waits_is_told_once_it_is_approved(reader, story):
    follow(reader, story_address(story), "comments")
    held = comment_on(story, "To be looked at.", is_trapped=True)
    work()
    assert not mails_to(FOLLOWER).exists()

    moderator = UserFactory(role="Moderator")
    decide(comment=held.pk, version=0, verdict=Verdict.APPROVE, by=moderator)
    decide(comment=held.pk, version=1, verdict=Verdict.HOLD, by=moderator)
    decide(comment=held.pk, version=2, verdict=Verdict.APPROVE, by=moderator)
    work()

    assert mails_to(FOLLOWER).count() == 1


def test_what_was_removed_meanwhile_is_not_told(reader, story):
    follow(reader, story_address(story), "comments")
    comment = comment_on(story)
    find_followers()

    decide(comment=comment.pk, version=0, verdict=Verdict.REMOVE, by=UserFactory(role="Moderator"))
    work()

    assert not mails_to(FOLLOWER).exists()
    assert not Waiting.objects.exists()


def test_replies_to_ones_own_comments_are_told_and_no_others(
    reader, story, new_browser, mailed_link
):
    first = reader.comment(story, "My question.", email=FOLLOWER)
    comment = Comment.objects.get(text="My question.")
    comment.commenter.confirmed_at = timezone.now()
    comment.commenter.save()
    follow(reader, story_address(story), "replies")

    comment_on(story, "Not about it.")
    comment_on(story, "The answer.", parent=comment)
    work()

    assert first.status_code == 303
    text = content(mails_to(FOLLOWER).get()).text
    assert "The answer." in text
    assert "Not about it." not in text


def test_answers_to_one_comment_are_told(reader, story):
    comment = comment_on(story, "The question.")
    follow(reader, f"/discussion/{comment.name}/", "answers")

    comment_on(story, "The answer.", parent=comment)
    work()

    assert "The answer." in content(mails_to(FOLLOWER).get()).text


def test_nobody_is_told_of_what_they_wrote(reader, story):
    follow(reader, story_address(story), "comments")

    comment_on(story, email=FOLLOWER)
    work()

    assert not mails_to(FOLLOWER).exists()


def test_a_storm_of_comments_is_few_mails(reader, story):
    follow(reader, story_address(story), "comments")
    comment_on(story, "The first.")
    work()

    for number in range(5):
        comment_on(story, f"Number {number}.")
    work()
    assert mails_to(FOLLOWER).count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        work()

    assert mails_to(FOLLOWER).count() == 2
    assert "Number 4." in content(mails_to(FOLLOWER).latest("pk")).text


def test_once_a_day_is_once_a_day(reader, story):
    follow(reader, story_address(story), "comments")
    Subscription.objects.update(frequency="daily")

    comment_on(story)
    work()
    assert not mails_to(FOLLOWER).exists()
    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        work()

    assert mails_to(FOLLOWER).count() == 1


def test_one_click_in_the_mail_ends_it(reader, new_browser, story):
    follow(reader, story_address(story), "comments")
    comment_on(story)
    work()
    mail = mails_to(FOLLOWER).get()
    headers = dict(content(mail).headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    new_browser().post(link_in(mail, "stop"), {"List-Unsubscribe": "One-Click"})
    comment_on(story)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        work()

    assert mails_to(FOLLOWER).count() == 1


def test_what_cannot_be_followed_is_refused_beside_its_field(reader, story):
    sent = reader.send(f"{story_address(story)}follow/", what="comments", email="nobody")
    odd = reader.send(f"{story_address(story)}follow/", what="answers", email=FOLLOWER)

    assert sent.status_code == odd.status_code == 422
    assert "Enter a valid email address" in sent.text
    assert not Subscription.objects.exists()


def test_an_address_that_is_erased_takes_its_words_along_and_leaves_the_thread(reader, story):
    said = "My secret\nin *two* lines, the [second](https://news.example/) of which is long."
    comment = comment_on(story, said, name="Ada", email="ada@example.org")
    comment.commenter.confirmed_at = timezone.now()
    comment.commenter.save()
    reply = comment_on(story, "> My secret\n\nReally?", parent=comment)
    # As a browser quotes what it shows, cut off; and quoted once more by whoever answers that.
    quote = "> in two lines, the second of which\n\nI see."
    quoting = comment_on(story, quote, parent=comment)
    again = comment_on(story, f"> {quote}\nSo do I.", parent=quoting)
    address = Address.objects.get(email="ada@example.org")
    assert export(address=address)["comments"]["comments"][0]["text"].startswith("My secret")

    erase(address=address)

    text = reader.get(story.address).text
    assert "secret" not in text
    assert "Ada" not in text
    assert "Deleted by its author." in text
    assert "Really?" in text
    reply.refresh_from_db()
    assert "secret" not in reply.text
    quoting.refresh_from_db()
    again.refresh_from_db()
    assert quoting.text == "> …\n\nI see."
    assert again.text == "> …\n\nI see.\nSo do I."
    comment.refresh_from_db()
    assert comment.state == CommentState.DELETED
    assert comment.text == comment.author_name == comment.network == ""


def test_who_only_named_an_address_keeps_nobody_from_it(story):
    comment = comment_on(story, "By somebody else.", email="ada@example.org")

    erase(address=Address.objects.get(email="ada@example.org"))

    comment.refresh_from_db()
    assert comment.text == "By somebody else."
    assert comment.commenter.address is None


def correct(story, kind="correction", **more):
    editor = UserFactory(role="Publisher")
    words = {"was_wrong": "It was Tuesday.", "is_right": "It was Wednesday."}
    return correct_story(story=story, kind=CorrectionKind(kind), by=editor, **{**words, **more})


def mails_about(kind):
    return OutgoingMail.objects.filter(recipient=FOLLOWER, subject__startswith=kind)


@pytest.mark.parametrize("kind", ["correction", "update", "retraction"])
def test_what_is_corrected_is_told_to_whoever_asked_for_that(reader, story, kind):
    follow(reader, story_address(story), "updates")

    correct(story, kind)
    work()

    mail = mails_about(kind.capitalize()).get()
    text = content(mail).text
    assert "It was Wednesday." in text
    assert f"http://localhost:8000{story.address}" in text
    assert link_in(mail, "stop")


def test_corrections_and_comments_are_followed_apart(reader, story):
    follow(reader, story_address(story), "updates")
    follow(reader, story_address(story), "comments", email="other@example.org")

    correct(story)
    comment_on(story)
    work()

    assert not mails_to(FOLLOWER).exists()
    assert mails_about("Correction").count() == 1
    assert mails_to("other@example.org").count() == 1


def test_a_correction_that_is_not_stored_is_not_told(reader, story):
    follow(reader, story_address(story), "updates")
    with pytest.raises(PermissionDenied):
        correct_story(
            story=story,
            kind=CorrectionKind.UPDATE,
            was_wrong="",
            is_right="x",
            by=UserFactory(role="Reporter"),
        )
    work()

    assert not mails_about("Update").exists()


def test_several_updates_in_a_short_time_are_one_mail(reader, story):
    follow(reader, story_address(story), "updates")
    correct(story, "update", is_right="First.")
    work()

    correct(story, "update", is_right="Second.")
    correct(story, "update", is_right="Third.")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        work()

    assert mails_about("Update").count() == 2
    text = content(mails_about("Update").latest("pk")).text
    assert text.index("Second.") < text.index("Third.")
