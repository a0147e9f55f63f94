from datetime import UTC, datetime

import pytest

from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db


def test_a_story_is_read_at_the_month_of_its_publication(client):
    story = StoryFactory(
        title="Bridge opens", published_at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    )

    response = client.get("/2026/04/bridge-opens/", HTTP_HOST="localhost:8000")

    assert story.url == "/2026/04/bridge-opens/"
    assert response.status_code == 200
    assert "Bridge opens" in response.text


def test_two_stories_of_a_month_may_share_a_slug():
    first = StoryFactory(title="Vote", published_at=datetime(2026, 3, 1, tzinfo=UTC))
    second = StoryFactory(title="Vote", published_at=datetime(2026, 3, 2, tzinfo=UTC))

    assert [first.address, second.address] == ["/2026/03/vote/", "/2026/03/vote-2/"]


def test_a_draft_has_no_address(client):
    story = StoryFactory(title="Secret", live=False)

    assert story.url is None
    assert client.get("/archive/secret/", HTTP_HOST="localhost:8000").status_code == 404
