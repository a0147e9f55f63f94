import threading
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet

from masthead.conf.urls import urlpatterns
from masthead.stories.founding import add_edition
from masthead.stories.models import Newsroom, Story, at_address
from masthead.stories.queries import main_site, public, retracted
from masthead.stories.slugs import RESERVED_STEPS
from tests.factories.stories import SectionFactory, StoryFactory, front_page

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


@pytest.fixture
def flat():
    """Let stories stand beside the sections."""
    newsroom = Newsroom.for_site(main_site())
    newsroom.story_pattern = "/<slug>/"
    newsroom.save()


def test_a_story_takes_no_address_where_something_else_stands(client, flat):
    section = SectionFactory(title="Politics")
    SectionFactory(title="Planned", live=False)
    add_edition(name="Linterna", language="es", slug="es-front", translation_of=front_page())
    taken = ["archive", "politics", "es", "planned", *sorted(RESERVED_STEPS)]

    stories = [StoryFactory(title="Bridge", slug=slug, section=section) for slug in taken]
    pages = [client.get(story.address, HTTP_HOST="localhost:8000").text for story in stories]

    assert [story.address for story in stories] == [f"/{slug}-2/" for slug in taken]
    assert all("<h1>Bridge</h1>" in page for page in pages)


def test_a_section_takes_no_address_where_something_else_stands(flat):
    StoryFactory(title="Bridge")

    for slug in ("bridge", "es", *RESERVED_STEPS):
        with pytest.raises(ValidationError) as refused:
            SectionFactory(title="Any", slug=slug)
        assert "slug" in refused.value.message_dict
        assert SectionFactory(title=slug).slug == f"{slug}-2"


def test_what_is_reserved_is_what_other_views_answer():
    answered = {str(each.pattern).strip("^").partition("/")[0] for each in urlpatterns[:-1]}

    assert answered | {"static", "theme", "healthz", "readyz"} == RESERVED_STEPS


@pytest.mark.parametrize("address", ["/politics//", "//politics/", "/politics//page/1/", "/%00/"])
def test_a_page_has_one_address(client, address):
    StoryFactory(section=SectionFactory(title="Politics"))

    response = client.get("/", PATH_INFO=unquote(address), HTTP_HOST="localhost:8000")

    assert response.status_code == 404


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole")
@pytest.mark.parametrize("stories", [public, retracted])
def test_a_story_is_found_by_the_index_of_addresses(stories):
    site = main_site()

    plan = stories().filter(at_address(site_id=site.pk, path="/2026/03/vote/")).explain()

    assert "USING INDEX stories_story_address_once (site_id=? AND address=?)" in plan


@pytest.mark.django_db(transaction=True)
def test_two_first_publications_at_once_get_an_address_each(monkeypatch):
    first, second = (StoryFactory(title="Harbour opens", live=False) for _each in range(2))
    other, looks = threading.Thread(target=publish, args=[second]), threading.Event()

    def telling(method):
        def tell(self, *args, **options):
            found = method(self, *args, **options)
            if threading.current_thread() is other:
                looks.set()
            return found

        return tell

    # It waits for the first, or has seen that the address is free.
    monkeypatch.setattr(QuerySet, "select_for_update", telling(QuerySet.select_for_update))
    monkeypatch.setattr(Story, "_is_taken", telling(Story._is_taken))

    with transaction.atomic():
        first.get_latest_revision().publish()
        other.start()
        looks.wait(5 if connection.vendor == "postgresql" else 0)  # SQLite lets nobody begin
    other.join()

    addresses = Story.objects.order_by("pk").values_list("address", flat=True)
    assert [address.split("/")[-2] for address in addresses] == ["harbour-opens", "harbour-opens-2"]


def publish(story):
    story.get_latest_revision().publish()
    connection.close()
