"""What readers do with what they read: preview, quote, find the newsroom and their own again."""

import re

import pytest

from masthead.discussion import on_pages, queries
from masthead.discussion.actions import let_stand
from masthead.discussion.models import Comment, Commenter
from tests.discussion.conftest import OURS
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(story):
    return open_to_all(story)


def test_a_preview_shows_what_readers_would_see_and_keeps_what_was_typed(reader, story):
    shown = reader.comment(story, "It was *gone*. <b>Really</b>", name="", preview="1")

    assert shown.status_code == 200
    assert "It was <em>gone</em>. &lt;b&gt;Really" in shown.text
    assert ">It was *gone*." in shown.text
    assert "Write the name" not in shown.text
    assert not Comment.objects.exists()


def test_a_script_is_told_the_preview_alone(reader, story):
    headers = {**OURS, "Accept": "application/json"}

    shown = reader.comment(story, "It was *gone*.", preview="1", headers=headers)
    empty = reader.comment(story, " ", preview="1", headers=headers)

    assert shown.json() == {"html": "<p>It was <em>gone</em>.</p>"}
    assert empty.status_code == 422
    assert list(empty.json()["errors"]) == ["text"]


def test_a_reply_begins_with_the_words_that_it_quotes(reader, story):
    first = comment_on(story, "One line.\nAnother.")
    assert "?quote" in reader.get(f"/discussion/{first.name}/reply/").text

    text = reader.get(f"/discussion/{first.name}/reply/?quote").text

    assert "&gt; One line.\n&gt; Another." in text


def test_what_the_newsroom_wrote_has_an_order_of_its_own(reader, story):
    comment_on(story, "Said by a reader.")
    comment_on(story, "Said by the desk.", user=UserFactory(role="Reporter"))

    text = reader.get(f"{story.address}comments/staff/").text

    assert "Said by the desk." in text
    assert "Said by a reader." not in text
    assert f"{story.address}comments/staff/" in reader.get(story.address).text


def test_somebody_finds_the_threads_in_which_they_take_part(reader, new_browser, story):
    first = comment_on(story, "What do you think?")
    comment_on(story, "A thread of others.")
    address = f"/discussion/story/{story.public_id}/mine/"
    assert address in reader.get(story.address).text
    assert "nothing was written" in reader.get(address).text
    fields = {"text": "I think so.", "name": "Ana", "email": "ana@example.org"}
    reader.send(f"/discussion/{first.name}/reply/", **fields)
    reader.comment(story, "Filled in by a program.", homepage="x")

    text = reader.get(address).text

    assert "What do you think?" in text
    assert "I think so." in text
    assert "Filled in by a program." in text
    assert "A thread of others." not in text
    assert "I think so." not in new_browser().get(address).text


def test_two_people_of_one_name_are_told_apart_and_nobody_under_another_name(reader, story):
    ana, also_ana = (Commenter.objects.create(name="Ana") for _each in range(2))
    wrote = [(ana, "Ana"), (ana, "Ana"), (also_ana, "Ana"), (ana, "Zoe")]
    for number, (commenter, name) in enumerate(wrote):
        comment = comment_on(story, f"Number {number}, said.", name=name)
        comment.commenter = commenter
        let_stand(comment)

    text = reader.get(story.address).text
    marks = re.findall(r'data-by="(\w{12})".*?Number (\d)', text, re.DOTALL)

    by = {int(number): mark for mark, number in marks}
    assert by[0] == by[1]
    assert len({by[0], by[2], by[3]}) == 3


def test_what_lies_behind_an_order_is_made_when_it_is_asked_for_and_kept_for_a_moment(
    reader, story, monkeypatch
):
    monkeypatch.setattr(queries, "CHOSEN", 2)
    for likes in range(1, 6):
        comment = comment_on(story, f"Liked by {likes}.")
        Comment.objects.filter(pk=comment.pk).update(likes_shown=likes)

    second = reader.get(f"{story.address}comments/liked/2/")
    Comment.objects.filter(likes_shown=3).update(html="<p>Changed.</p>")
    again = reader.get(f"{story.address}comments/liked/2/")

    assert re.findall(r"Liked by \d", second.text) == ["Liked by 3", "Liked by 2"]
    assert 'rel="next" href="' + story.address + 'comments/liked/3/"' in second.text
    assert again.text == second.text
    assert again["Cache-Control"] == "public, max-age=30"
    for number in ("4", "1", "0", "02", str(on_pages.LAST + 1)):
        assert reader.get(f"{story.address}comments/liked/{number}/").status_code == 404
