"""What readers do with what they read: preview, quote, find the newsroom and their own again."""

import pytest

from masthead.discussion.models import Comment
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
