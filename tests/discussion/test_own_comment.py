"""Whoever wrote a comment changes it, or takes it away, for a while."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from masthead.discussion.jobs import close_due, forget_networks, forget_unconfirmed
from masthead.discussion.models import Comment, CommentState, Discussion, DiscussionSettings, Like
from masthead.discussion.models.rules import words_for
from tests.factories.discussion import comment_on, open_to_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(reader, story):
    open_to_all(story)
    return reader.comment(story, "Tyop.")["Location"]


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def test_a_comment_is_changed_and_says_so(reader, story, own):
    assert "Tyop." in reader.get(f"{own}edit/").text

    reader.send(f"{own}edit/", text="Typo.")

    page = reader.get(story.address).text
    assert "Typo." in page
    assert "Tyop." not in page
    assert "edited" in page


def test_a_comment_is_taken_away(reader, story, own):
    assert "Delete your comment?" in reader.get(f"{own}delete/").text

    reader.send(f"{own}delete/")

    assert "Tyop." not in reader.get(story.address).text
    assert "You deleted it." in reader.get(own).text
    assert not Comment.objects.filter(text="Tyop.").exists()


def test_after_a_quarter_of_an_hour_it_stays_as_it_is(reader, story, own):
    with later(minutes=16):
        assert "The time to change this comment is over." in (
            reader.send(f"{own}edit/", text="Other").text
        )
        reader.send(f"{own}delete/")
        assert "Edit" not in reader.get(own).text

    assert "Tyop." in reader.get(story.address).text


def test_what_a_change_brings_in_is_looked_at(reader, story, own):
    DiscussionSettings.objects.create(site=story.site, words="scoundrel\nv\u00e9ry bad")

    reader.send(f"{own}edit/", text="You are a SCOUNDREL, very bad.")

    comment = Comment.objects.get()
    assert comment.state == CommentState.HELD
    assert comment.reasons[0] == {"code": "words", "what": "scoundrel, v\u00e9ry bad"}
    assert "SCOUNDREL" not in reader.get(story.address).text


def test_a_word_is_found_as_a_word_alone(reader, story):
    open_to_all(story)
    DiscussionSettings.objects.create(site=story.site, words="ass")

    reader.comment(story, "A class of its own.")

    assert Comment.objects.get().state == CommentState.PUBLISHED


def test_a_word_may_hold_for_one_language_alone(story):
    rules = DiscussionSettings(site=story.site, words="scoundrel\n[de]\ngift\n[en-GB]\nbloody")
    rules.full_clean()
    rules.save()

    said = [comment_on(story, f"What a {word}.") for word in ("scoundrel", "gift", "bloody")]

    assert [bool(each.reasons) for each in said] == [True, False, False]
    assert list(words_for(rules.words, "de-at")) == ["scoundrel", "gift"]


def test_a_list_of_words_for_no_language_of_ours_is_refused(story):
    rules = DiscussionSettings(site=story.site, words="[xx]\nword")

    with pytest.raises(ValidationError, match="no such language"):
        rules.full_clean()


def test_many_links_and_the_same_text_again_are_held(reader, new_browser, story):
    open_to_all(story)
    links = "http://a.example http://b.example http://c.example"
    reader.comment(story, f"See {links}")
    reader.comment(story, "The same long text, again and again.", email="one@example.org")
    reader.comment(story, "The same long text, again and again.", email="two@example.org")

    first, second, third = Comment.objects.order_by("pk")
    assert first.reasons == [{"code": "links", "what": "3"}]
    assert second.state == CommentState.PUBLISHED
    assert third.reasons == [{"code": "repeated", "what": ""}]


@pytest.mark.parametrize(("after", "is_held"), [({"hours": 3}, True), ({"days": 3}, False)])
def test_the_same_text_is_held_for_two_days(reader, story, after, is_held):
    open_to_all(story)
    reader.comment(story, "The same long text, again and again.", email="one@example.org")
    with later(**after):
        reader.comment(story, "The same long text, again and again.", email="two@example.org")

    assert bool(Comment.objects.latest("pk").reasons) is is_held


def test_a_discussion_closes_on_its_day(reader, story):
    open_to_all(story)
    Discussion.objects.update(closes_at=timezone.now() + timedelta(days=1))
    close_due()
    assert reader.comment(story).status_code == 303

    with later(days=2):
        close_due()
        assert reader.comment(story, "Late").status_code == 422


def test_networks_are_forgotten_after_thirty_days(reader, story, own):
    reader.send(f"{own}like/")
    forget_networks()
    assert Comment.objects.get().network
    assert Like.objects.get().network

    with later(days=31):
        forget_networks()

    assert not Comment.objects.get().network
    assert not Like.objects.get().network


def test_what_nobody_confirms_is_forgotten(reader, story):
    reader.comment(story)
    kept = comment_on(open_to_all(story))

    with later(days=8):
        forget_unconfirmed()

    assert Comment.objects.get() == kept
