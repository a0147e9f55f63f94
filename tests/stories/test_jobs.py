"""What becomes due by the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from wagtail.models import PageLogEntry

from masthead.lib.jobs import registered
from masthead.stories import jobs
from masthead.stories.models import Story
from masthead.stories.queries import public
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_failed_before(monkeypatch):
    monkeypatch.setattr(jobs, "_failed", {})


def scheduled(at):
    story = StoryFactory(live=False)
    story.go_live_at = at
    story.save_revision(approved_go_live_at=at)
    return story


def do_all(run):
    return sum(1 for _ in iter(run, False))


def test_a_story_is_published_when_its_hour_has_come_and_not_before(time_machine):
    time_machine.move_to(NOON - timedelta(days=1), tick=False)
    due, later = scheduled(NOON), scheduled(NOON + timedelta(seconds=1))
    time_machine.move_to(NOON - timedelta(seconds=1))
    assert do_all(jobs.publish_due) == 0

    time_machine.move_to(NOON)

    assert do_all(jobs.publish_due) == 1
    assert list(public()) == [due]
    assert Story.objects.get(pk=due.pk).published_at == NOON
    assert not Story.objects.get(pk=later.pk).live
    assert PageLogEntry.objects.filter(page=due.pk, action="wagtail.publish.scheduled").exists()


def test_a_story_that_cannot_be_published_keeps_no_other_waiting(time_machine, monkeypatch):
    time_machine.move_to(NOON - timedelta(days=1), tick=False)
    broken, sound = scheduled(NOON - timedelta(hours=1)), scheduled(NOON)
    save = Story.save

    def refuse(story, *args, **kwargs):
        if story.pk == broken.pk:
            raise RuntimeError
        return save(story, *args, **kwargs)

    monkeypatch.setattr(Story, "save", refuse)
    time_machine.move_to(NOON)

    assert do_all(jobs.publish_due) == 2
    assert list(public()) == [sound]
    assert Story.objects.get(pk=broken.pk).latest_revision.approved_go_live_at


def test_an_expired_story_is_unpublished(time_machine):
    time_machine.move_to(NOON - timedelta(days=1), tick=False)
    story, other = StoryFactory(expire_at=NOON), StoryFactory()
    assert do_all(jobs.unpublish_expired) == 0

    time_machine.move_to(NOON + timedelta(seconds=1))

    assert do_all(jobs.unpublish_expired) == 1
    assert list(public()) == [other]
    assert PageLogEntry.objects.filter(page=story.pk, action="wagtail.unpublish.scheduled").exists()


def test_an_embargo_ends_at_its_hour_and_the_log_tells_so(time_machine):
    time_machine.move_to(NOON - timedelta(days=1), tick=False)
    story, later = (
        StoryFactory(embargo_until=NOON),
        StoryFactory(embargo_until=NOON.replace(hour=13)),
    )
    draft = StoryFactory(embargo_until=NOON, live=False)
    assert do_all(jobs.lift_due_embargoes) == 0
    assert not public().exists()

    time_machine.move_to(NOON)

    assert do_all(jobs.lift_due_embargoes) == 1
    assert list(public()) == [story]
    assert Story.objects.get(pk=later.pk).embargo_until
    assert Story.objects.get(pk=draft.pk).embargo_until
    entry = PageLogEntry.objects.get(action="masthead.lift_embargo")
    assert entry.page_id == story.pk
    assert entry.message == "Embargo lifted"


def test_the_worker_asks_with_one_query_when_nothing_is_due(django_assert_num_queries):
    StoryFactory()

    for run in (jobs.publish_due, jobs.unpublish_expired, jobs.lift_due_embargoes):
        with django_assert_num_queries(1):
            assert run() is False
    assert {job.run for job in registered()} >= {jobs.publish_due, jobs.lift_due_embargoes}
