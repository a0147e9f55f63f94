"""When readers see a story, where, and what becomes of its address."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from masthead.stories.jobs import lift_due_embargoes
from masthead.stories.models import Newsroom, Story
from tests.factories.people import UserFactory
from tests.factories.stories import SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)
MAY = datetime(2026, 5, 10, 12, tzinfo=UTC)


def get(client, path):
    return client.get(path, HTTP_HOST="localhost:8000")


def publish(story, **changes):
    """Change a story as the editor does: its newest version, saved, then published."""
    story.refresh_from_db()
    newest = story.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(newest, name, value)
    newest.save_revision().publish()
    story.refresh_from_db()


def save_draft(story, **changes):
    newest = story.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(newest, name, value)
    newest.save_revision(clean=False)


@pytest.fixture
def story():
    with time_machine.travel(MARCH, tick=False):
        return StoryFactory(title="Harbour opens")


def test_a_new_slug_moves_the_story_and_the_old_address_leads_to_it(client, story):
    publish(story, slug="port-opens")

    response = get(client, "/2026/03/harbour-opens/")

    assert story.address == "/2026/03/port-opens/"
    assert (response.status_code, response["Location"]) == (301, "/2026/03/port-opens/")
    assert get(client, "/2026/03/port-opens/").status_code == 200


def test_wagtails_own_redirects_and_ours_are_one(client, story, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(story, slug="port-opens")

    assert [each.old_path for each in Redirect.objects.all()] == ["/2026/03/harbour-opens"]


def test_a_slug_changed_while_unpublished_leaves_a_redirect_too(client, story):
    story.unpublish()
    newest = story.get_latest_revision_as_object()
    newest.slug = "port-opens"
    newest.save()
    newest.save_revision()
    publish(story)

    assert story.address == "/2026/03/port-opens/"
    assert get(client, "/2026/03/harbour-opens/").status_code == 301


def test_a_draft_with_another_slug_moves_nothing(client, story):
    save_draft(story, slug="port-opens", update_asked_at=MAY, published_at=MAY)
    story.refresh_from_db()

    assert (story.address, story.slug) == ("/2026/03/harbour-opens/", "harbour-opens")
    assert not Redirect.objects.exists()
    assert get(client, "/2026/03/port-opens/").status_code == 404


def test_going_back_to_the_first_slug_makes_no_loop(client, story):
    publish(story, slug="port-opens")
    publish(story, slug="harbour-opens")

    assert get(client, "/2026/03/harbour-opens/").status_code == 200
    assert get(client, "/2026/03/port-opens/")["Location"] == "/2026/03/harbour-opens/"
    story.unpublish()
    assert get(client, "/2026/03/harbour-opens/").status_code == 404


def test_an_old_address_is_not_given_to_another_story(client, story):
    publish(story, slug="port-opens")
    other = StoryFactory(title="Harbour opens", published_at=MARCH)

    assert other.address == "/2026/03/harbour-opens-2/"
    assert get(client, "/2026/03/harbour-opens/")["Location"] == "/2026/03/port-opens/"


def test_the_section_the_date_and_the_pattern_leave_the_address(client, story):
    newsroom = Newsroom.for_site(front_page().get_site())
    newsroom.story_pattern = "/news/<slug>/"
    newsroom.save()

    publish(story, section=SectionFactory(), published_at=MAY)

    assert story.address == "/2026/03/harbour-opens/"
    assert story.published_at == MAY
    assert StoryFactory(title="Next").address == "/news/next/"


def test_publishing_again_keeps_the_publication_time(story):
    with time_machine.travel(MAY, tick=False):
        publish(story, standfirst="More")

    assert story.published_at == MARCH
    assert story.updated_at is None


def test_a_publication_time_in_the_past_shapes_the_address():
    story = StoryFactory(title="Archive find", published_at=datetime(1999, 12, 31, tzinfo=UTC))

    assert story.address == "/1999/12/archive-find/"


def test_an_embargo_hides_a_live_story_until_it_is_lifted(client):
    with time_machine.travel(MARCH, tick=False):
        story = StoryFactory(title="Report", embargo_until=MAY)
    hidden = get(client, story.address)
    with time_machine.travel(MAY, tick=False):
        lifted = lift_due_embargoes()

    assert hidden.status_code == 404
    assert lifted
    assert story.address == "/2026/05/report/"
    assert get(client, story.address).status_code == 200
    assert Story.objects.get().published_at == MAY


def test_an_embargo_that_lies_ahead_is_not_lifted(client):
    with time_machine.travel(MARCH, tick=False):
        story = StoryFactory(embargo_until=MAY)
        lift_due_embargoes()

    assert get(client, story.address).status_code == 404


def test_publishing_after_the_embargo_ends_it():
    with time_machine.travel(MAY, tick=False):
        story = StoryFactory(embargo_until=MARCH)

    assert story.embargo_until is None


def test_a_scheduled_story_is_published_when_its_time_has_come(client):
    with time_machine.travel(MARCH, tick=False):
        story = StoryFactory(title="Later", live=False, go_live_at=MAY)
        story.get_latest_revision().publish()
        before = Story.objects.get()
    with time_machine.travel(MAY + timedelta(minutes=1), tick=False):
        call_command("publish_scheduled", verbosity=0)
    story.refresh_from_db()

    assert not before.live
    assert story.address == "/2026/05/later/"
    assert get(client, story.address).status_code == 200


def test_an_expired_story_is_gone_from_its_address(client):
    with time_machine.travel(MARCH, tick=False):
        story = StoryFactory(expire_at=MAY)
    with time_machine.travel(MAY + timedelta(minutes=1), tick=False):
        call_command("publish_scheduled", verbosity=0)

    assert get(client, story.address).status_code == 404


def test_an_unpublished_story_is_not_found_and_comes_back_where_it_was(client, story):
    story.unpublish()
    away = get(client, story.address)
    publish(story)

    assert away.status_code == 404
    assert get(client, "/2026/03/harbour-opens/").status_code == 200


def test_an_update_that_matters_is_dated_when_it_is_published(story):
    with time_machine.travel(MAY, tick=False):
        save_draft(story, update_asked_at=MAY)
    with time_machine.travel(MAY + timedelta(hours=3), tick=False):
        publish(story)

    assert story.updated_at == MAY + timedelta(hours=3)
    with time_machine.travel(MAY + timedelta(hours=5), tick=False):
        publish(story, standfirst="A typo less")
    assert story.updated_at == MAY + timedelta(hours=3)


def test_a_scheduled_update_is_dated_when_it_goes_live(story):
    later = MAY + timedelta(hours=2)
    with time_machine.travel(MAY, tick=False):
        publish(story, update_asked_at=MAY, go_live_at=later)
    untouched = Story.objects.get().updated_at
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        call_command("publish_scheduled", verbosity=0)

    assert untouched is None
    assert Story.objects.get().updated_at == later + timedelta(minutes=1)


def test_a_first_publication_is_no_update():
    with time_machine.travel(MAY, tick=False):
        story = StoryFactory(published_at=MARCH, update_asked_at=MAY)

    assert story.updated_at is None


def test_related_stories_are_chosen_once_and_kept():
    section = SectionFactory()
    older = StoryFactory(section=section)
    story = StoryFactory(section=section)
    StoryFactory(section=section)
    publish(story, standfirst="More")

    assert [each.other for each in story.related.all()] == [older]


def test_a_copy_is_a_draft_with_an_address_of_its_own(story):
    copy = story.copy(keep_live=True, update_attrs={"slug": "copy"})
    copy.refresh_from_db()
    publish(copy)

    assert copy.public_id != story.public_id
    assert copy.address.endswith("/copy/")
    assert story.address == "/2026/03/harbour-opens/"


def test_the_desk_offers_no_alias_of_a_story(client, story):
    publisher = UserFactory(role="Publisher")
    client.force_login(publisher)
    address = reverse("wagtailadmin_pages:copy", args=[story.pk])
    data = {"new_title": "Again", "new_slug": "again", "alias": "on"}

    answer = client.post(
        address,
        data | {"new_parent_page": story.get_parent().pk},
        HTTP_HOST="localhost:8000",
    )

    copy = Story.objects.exclude(pk=story.pk).get()
    assert answer.status_code == 302
    assert (copy.alias_of, copy.live, copy.address) == (None, False, "")
