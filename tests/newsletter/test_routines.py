"""Letters that write themselves: at their hour, never empty, never late by surprise."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from masthead.mail import holds
from masthead.newsletter.models import Dispatch, Edition, Rhythm, Routine
from masthead.newsletter.parts import parts
from masthead.newsletter.routines import write_due
from tests.factories.letters import LetterListFactory, reader
from tests.factories.stories import SectionFactory, StoryFactory

pytestmark = pytest.mark.django_db
#: A Monday; the test newsroom's Lisbon has summer time, an hour ahead.
MONDAY = datetime(2026, 7, 6, 12, tzinfo=UTC)
SEVEN = timedelta(hours=18)


@pytest.fixture
def letter(newsroom, settings):
    settings.EMAIL_HOST = "localhost"
    found = LetterListFactory(name="news")
    reader(found, "ada@example.org")
    return found


def routine(letter, rhythm, **fields):
    with time_machine.travel(MONDAY, tick=False):
        return Routine.objects.create(
            letter=letter, rhythm=rhythm, at=time(7), is_on=True, **fields
        )


def story(title, at, **fields):
    with time_machine.travel(at, tick=False):
        return StoryFactory(title=title, **fields)


def written_at(moment):
    with time_machine.travel(moment, tick=False):
        while write_due():
            pass
    return list(Edition.objects.order_by("pk"))


def stories_of(edition):
    return [each.title for part in parts(edition, with_offers=True) for each in part.stories]


def test_a_digest_has_what_was_published_since_the_last_one(letter):
    story("Before it was switched on", MONDAY - timedelta(hours=1))
    routine(letter, Rhythm.WEEKDAYS)
    story("Monday's first", MONDAY + timedelta(hours=1))
    story("Monday's second", MONDAY + timedelta(hours=2))

    assert written_at(MONDAY + SEVEN - timedelta(minutes=1)) == []
    (tuesday,) = written_at(MONDAY + SEVEN + timedelta(minutes=1))
    story("Tuesday's", MONDAY + timedelta(days=1))
    _tuesday, wednesday = written_at(MONDAY + SEVEN + timedelta(days=1, minutes=1))

    assert tuesday.title == "Monday's second"
    assert stories_of(tuesday) == ["Monday's second", "Monday's first"]
    assert stories_of(wednesday) == ["Tuesday's"]
    assert Dispatch.objects.count() == 2


def test_it_can_be_taken_back_for_five_minutes(letter):
    routine(letter, Rhythm.DAILY)
    story("News", MONDAY + timedelta(hours=1))
    moment = MONDAY + SEVEN + timedelta(minutes=1)

    written_at(moment)

    assert Dispatch.objects.get().send_at == moment + timedelta(minutes=5)


def test_no_letter_is_empty(letter):
    routine(letter, Rhythm.DAILY)

    assert written_at(MONDAY + SEVEN + timedelta(minutes=1)) == []


def test_on_a_weekend_no_weekday_letter_is_written(letter):
    routine(letter, Rhythm.WEEKDAYS)
    story("Friday's", MONDAY + timedelta(days=4, hours=1))
    written_at(MONDAY + timedelta(days=4))

    assert written_at(MONDAY + timedelta(days=4) + SEVEN + timedelta(minutes=1)) == []
    (monday,) = written_at(MONDAY + timedelta(days=6) + SEVEN + timedelta(minutes=1))

    assert stories_of(monday) == ["Friday's"]


def test_a_weekly_letter_is_written_on_its_day(letter):
    routine(letter, Rhythm.WEEKLY, weekday=3, subject="Your week")
    story("Monday's", MONDAY + timedelta(hours=1))

    assert written_at(MONDAY + SEVEN + timedelta(days=1, minutes=1)) == []
    (thursday,) = written_at(MONDAY + SEVEN + timedelta(days=2, minutes=1))

    assert thursday.title == "Your week"


def test_after_a_downtime_the_letter_waits_as_a_draft(letter):
    routine(letter, Rhythm.DAILY)
    story("News", MONDAY + timedelta(hours=1))

    (late,) = written_at(MONDAY + SEVEN + timedelta(hours=5))

    assert not late.live
    assert not Dispatch.objects.exists()


def test_after_a_hold_of_all_mail_what_it_would_have_sent_waits_as_a_draft(letter):
    routine(letter, Rhythm.NOW)
    story("News", MONDAY + timedelta(hours=1))
    with time_machine.travel(MONDAY + timedelta(hours=2)):
        holds.hold()
        assert written_at(MONDAY + timedelta(hours=2, minutes=1)) == []
    with time_machine.travel(MONDAY + timedelta(hours=3)):
        holds.let_go()

    assert len(written_at(MONDAY + timedelta(hours=3, minutes=1))) == 1
    assert not Dispatch.objects.exists()
    story("More news", MONDAY + timedelta(hours=4))
    assert len(written_at(MONDAY + timedelta(hours=4, minutes=1))) == 2
    assert Dispatch.objects.count() == 1


def test_breaking_news_goes_out_when_it_is_published(letter):
    harbour, town = SectionFactory(), SectionFactory()
    routine(letter, Rhythm.NOW, section=harbour)
    story("In town", MONDAY + timedelta(hours=1), section=town)
    assert written_at(MONDAY + timedelta(hours=1, minutes=1)) == []

    story("At the harbour", MONDAY + timedelta(hours=2), section=harbour)
    (breaking,) = written_at(MONDAY + timedelta(hours=2, minutes=1))

    assert stories_of(breaking) == ["At the harbour"]
    assert written_at(MONDAY + timedelta(hours=3)) == [breaking]


def test_one_that_is_switched_off_writes_nothing_and_begins_anew(letter):
    made = routine(letter, Rhythm.DAILY)
    made.is_on = False
    made.save()
    story("News", MONDAY + timedelta(hours=1))

    assert written_at(MONDAY + SEVEN + timedelta(minutes=1)) == []
    with time_machine.travel(MONDAY + SEVEN, tick=False):
        made.is_on = True
        made.save()
    assert written_at(MONDAY + SEVEN + timedelta(days=1, minutes=1)) == []


def test_a_letter_that_nobody_asked_for_is_not_written(newsroom):
    routine(LetterListFactory(), Rhythm.DAILY)
    story("News", MONDAY + timedelta(hours=1))

    assert written_at(MONDAY + SEVEN + timedelta(minutes=1)) == []


def test_a_letter_that_cannot_go_out_stays_a_draft(letter, settings):
    settings.EMAIL_HOST = ""
    routine(letter, Rhythm.DAILY)
    story("News", MONDAY + timedelta(hours=1))

    (draft,) = written_at(MONDAY + SEVEN + timedelta(minutes=1))

    assert not draft.live
    assert not Dispatch.objects.exists()
