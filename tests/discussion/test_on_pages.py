"""What readers see of a discussion: baked, in threads, with addresses that stay."""

import json

import pytest

from masthead.discussion import actions, queries, tree
from masthead.discussion.applause import show_likes
from masthead.discussion.models import Comment, CommentState, Tally
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "localhost:8000"


@pytest.fixture
def story():
    return open_to_all(StoryFactory(title="Harbour opens"))


@pytest.fixture
def few_on_a_page(monkeypatch):
    monkeypatch.setattr(tree, "THREADS_ON_PAGE", 2)


def below(story, *rests):
    return {f"{PLACE}{story.address}{rest}" for rest in rests}


def test_a_comment_bakes_what_shows_it_and_nothing_else(kitchen, story, few_on_a_page):
    other = open_to_all(StoryFactory())
    for _each in range(5):
        comment_on(story)
        comment_on(other)
    kitchen.settle()
    before = kitchen.renders

    comment_on(story, "The sixth.")
    baked = kitchen.settle()

    assert baked == below(story, "", "comments.json", "comments/newest/", "comments/3/")
    assert "The sixth." in kitchen.text(f"{story.address}comments/3/")
    # Besides those, the page before the last, and the orders in which it might stand.
    assert kitchen.renders - before == len(baked) + 4


def test_a_reply_bakes_the_page_of_its_thread(kitchen, story, few_on_a_page):
    first, *_others = [comment_on(story) for _each in range(5)]
    kitchen.settle()
    before = kitchen.renders

    comment_on(story, "A late answer.", parent=first)
    baked = kitchen.settle()

    assert baked == below(story, "", "comments.json", "comments/newest/", "comments/1/")
    assert kitchen.renders - before == len(baked) + 3


def test_a_comment_that_waits_bakes_nothing(kitchen, story):
    comment_on(story)
    kitchen.settle()

    comment_on(story, "Filled in by a program.", is_trapped=True)

    assert kitchen.settle() == set()


def test_a_thread_keeps_its_number_and_page_when_those_before_it_go(kitchen, story, few_on_a_page):
    comments = [comment_on(story, f"Thread number {number}.") for number in range(1, 6)]
    kitchen.settle()

    actions.delete(comment=comments[1])
    baked = kitchen.settle()

    assert baked == below(story, "", "comments.json", "comments/newest/", "comments/1/")
    assert "Thread number 3." in kitchen.text(f"{story.address}comments/2/")
    assert "Thread number 2." not in kitchen.text(f"{story.address}comments/1/")


def test_the_counter_file_tells_how_many_there_are(kitchen, story):
    comment_on(story)
    comment_on(story)
    kitchen.settle()

    assert json.loads(kitchen.text(f"{story.address}comments.json")) == {"comments": 2}


def test_what_is_deleted_says_so_where_something_answers_it(client, story):
    first = comment_on(story, "Taken back.", name="Ana")
    comment_on(story, "An answer to it.", parent=first)
    alone = comment_on(story, "Alone and taken back.")

    actions.delete(comment=first)
    actions.delete(comment=alone)

    text = client.get(story.address, HTTP_HOST=PLACE).text
    assert "Taken back" not in text
    assert "Ana" not in text
    assert text.count("Deleted by its author.") == 1
    assert "An answer to it." in text


def test_likes_are_told_at_once_and_shown_on_the_pages_by_the_worker(client, kitchen, story):
    liked, _other = comment_on(story, "The best."), comment_on(story, "The other.")
    kitchen.settle()

    actions.like(comment=liked, visitor="a", network="n", is_known=True)
    assert kitchen.settle() == below(story, "comments.json")
    counter = f"{story.address}comments.json"
    assert json.loads(kitchen.text(counter)) == {"comments": 2, "likes": {liked.name: 1}}
    show_likes()
    kitchen.settle()

    assert json.loads(kitchen.text(counter)) == {"comments": 2}
    assert "Like <span>1</span>" in kitchen.text(story.address)
    liked_page = kitchen.text(f"{story.address}comments/liked/")
    assert "The best." in liked_page
    assert "The other." not in liked_page


def test_what_answers_the_deepest_level_stands_beside_it(story):
    comment = comment_on(story)
    for _each in range(40):
        comment = comment_on(story, parent=comment)

    area = queries.newest(story, queries.tally_of(story))

    node, depth = area.threads[0].first, 0
    while node.replies:
        node, depth = node.replies[-1], depth + 1
    assert depth == 4
    assert Tally.objects.get().comments == 41


def test_a_long_thread_is_cut_and_has_pages_of_its_own(client, story, monkeypatch):
    monkeypatch.setattr(queries, "NEWEST", 30)
    monkeypatch.setattr(queries, "OF_THREAD", 15)
    first = comment_on(story)
    for number in range(20):
        comment_on(story, f"Answer number {number:02}.", parent=first)

    front = client.get(story.address, HTTP_HOST=PLACE).text
    whole = client.get(f"{story.address}comments/1/1/", HTTP_HOST=PLACE).text
    rest = client.get(f"{story.address}comments/1/1/2/", HTTP_HOST=PLACE).text

    assert "Answer number 08." in front
    assert "Answer number 09." not in front
    assert "The whole thread: 21 comments" in front
    assert "Answer number 14." in whole
    assert "Answer number 19." in rest
    assert client.get(f"{story.address}comments/1/1/3/", HTTP_HOST=PLACE).status_code == 404


@pytest.mark.parametrize(
    "rest",
    [
        *("comments/", "comments/0/", "comments/2/", "comments/01/", "comments/1/9/"),
        *("comments/1/1/1/1/", "comments/99999999/", "comments/\u0661/", "comments/x/"),
    ],
)
def test_nothing_stands_at_other_addresses(client, story, rest):
    comment_on(story)

    assert client.get(f"{story.address}{rest}", HTTP_HOST=PLACE).status_code == 404


def test_a_new_order_of_comments_says_where_each_of_them_stands(client, story):
    comment = comment_on(story)

    text = client.get(f"{story.address}comments/newest/", HTTP_HOST=PLACE).text

    assert f'href="{story.address}comments/1/#c-{comment.name}"' in text
    assert f'id="c-{comment.name}"' in text


def test_nothing_that_names_a_person_or_a_network_is_baked(kitchen, story):
    comment = comment_on(story, email="secret.reader@example.org", name="Ana")
    comment_on(story, parent=comment)
    kitchen.settle()

    everything = b"".join(
        path.read_bytes() for path in kitchen.tree.root.rglob("*") if path.is_file()
    )
    comment.refresh_from_db()
    for secret in ("secret.reader", comment.network, comment.commenter.public_id, comment.once):
        assert secret.encode() not in everything


def test_the_newest_hundred_stand_under_the_story(story):
    for _each in range(12):
        first = comment_on(story)
        for _reply in range(9):
            comment_on(story, parent=first)

    area = queries.newest(story, queries.tally_of(story))

    assert sum(thread.shown for thread in area.threads) == 100
    assert [thread.number for thread in area.threads] == list(range(12, 2, -1))
    assert not area.is_all


def test_states_are_told_apart(story):
    held = comment_on(story, is_trapped=True)

    assert held.state == CommentState.HELD
    assert Comment.objects.get(pk=held.pk).page is None
