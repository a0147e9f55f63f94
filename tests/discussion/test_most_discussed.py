"""What readers talk about most: on front pages, and on the first page of the desk."""

import re

import pytest

from masthead.discussion.models import Comment, Discussion, Mode
from masthead.discussion.most_discussed import rank_discussions
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory, front_page

pytestmark = pytest.mark.django_db(transaction=True)
HOST = {"HTTP_HOST": "localhost:8000"}
FRONT = "localhost:8000/"


def discussed(title, count):
    story = open_to_all(StoryFactory(title=title))
    for _each in range(count):
        comment_on(story)
    return story


def listed(page):
    found = re.search(r'<ol class="numbered">(.*?)</ol>', page, re.DOTALL)
    entries = re.findall(r">([^<]+)</a>\s*<span[^>]*>([^<]+)</span>", found[1] if found else "")
    return [(title, told) for title, told in entries]


def test_the_front_page_names_what_is_discussed_most_and_how_much(client):
    discussed("Quiet", 1)
    discussed("Loud", 3)
    StoryFactory(title="Silent")

    rank_discussions()

    page = client.get("/", **HOST).text
    assert listed(page) == [("Loud", "3 comments"), ("Quiet", "1 comment")]


def test_a_comment_that_changes_no_order_wakes_no_front_page(kitchen):
    loud = discussed("Loud", 12)
    discussed("Quiet", 2)
    rank_discussions()
    kitchen.settle()

    comment_on(loud)
    rank_discussions()

    assert FRONT not in kitchen.settle()
    assert listed(kitchen.text("/"))[0] == ("Loud", "12 comments")


def test_another_order_and_a_count_far_behind_bake_the_front_page(kitchen):
    quiet = discussed("Quiet", 1)
    discussed("Loud", 2)
    rank_discussions()
    kitchen.settle()

    for _each in range(2):
        comment_on(quiet)
    assert FRONT not in kitchen.settle()
    rank_discussions()
    assert FRONT in kitchen.settle()
    assert listed(kitchen.text("/")) == [("Quiet", "3 comments"), ("Loud", "2 comments")]
    comment_on(quiet)
    rank_discussions()
    assert FRONT in kitchen.settle()

    assert listed(kitchen.text("/"))[0] == ("Quiet", "4 comments")


def test_a_story_that_readers_lose_leaves_the_list_at_once(client):
    lost = discussed("Lost", 2)
    rank_discussions()
    assert listed(client.get("/", **HOST).text)

    lost.unpublish()

    assert not listed(client.get("/", **HOST).text)


def test_where_there_is_no_discussion_nothing_is_listed(client):
    closed = discussed("Closed", 2)
    Discussion.objects.update_or_create(page=closed.page_ptr, defaults={"mode": Mode.OFF})

    rank_discussions()

    assert "Most discussed" not in client.get("/", **HOST).text


def test_the_desk_gives_the_list_its_place(client):
    discussed("Loud", 2)
    StoryFactory(title="Silent")
    front = front_page()
    front.body = [("latest", None), ("most_discussed", None)]
    front.save_revision().publish()
    rank_discussions()

    page = client.get("/", **HOST).text

    assert page.index('id="latest"') < page.index('id="most-discussed"')
    front.body = [("latest", None)]
    front.save_revision().publish()
    assert 'id="most-discussed"' not in client.get("/", **HOST).text


@pytest.mark.parametrize(("role", "told"), [("Moderator", True), ("Reporter", False)])
def test_the_desk_begins_with_what_readers_say_and_what_waits_for_whom(client, role, told):
    story = discussed("Loud", 1)
    comment_on(story, "The gate was shut by noon.")
    comment_on(story, "Filled in by a program.", is_trapped=True)
    client.force_login(UserFactory(role=role))

    page = client.get("/desk/", follow=True, **HOST).text

    assert "The gate was shut by noon." in page
    assert "Filled in by a program." not in page
    newest = Comment.objects.get(text__startswith="The gate")
    assert f"{story.address}comments/1/#c-{newest.name}" in page
    assert ("1 comment waits for a decision" in page) is told
