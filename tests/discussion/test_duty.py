"""Whether somebody is there: what becomes of discussions, and what moderators are told."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from masthead.discussion.duty import look_at_the_clock, tell_moderators
from masthead.discussion.models import Comment, CommentState, DiscussionSettings, OffDuty
from masthead.discussion.shifts import ShiftBlock
from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.stories.models import Newsroom
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
#: A Wednesday, in the newsroom's own time, which is not UTC's.
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def story():
    return open_to_all(StoryFactory(title="Harbour opens"))


@pytest.fixture
def rules(story):
    """What holds on the site: somebody is there on weekdays from nine to five."""
    Newsroom.objects.update_or_create(site=story.site, defaults={"time_zone": "Europe/Lisbon"})
    weekdays = {"days": ["0", "1", "2", "3", "4"], "begins": time(9), "ends": time(17)}
    return DiscussionSettings.objects.create(site=story.site, shifts=[("shift", weekdays)])


def at(moment):
    return time_machine.travel(moment, tick=False)


def set_shift(rules, **shift):
    rules.shifts = [("shift", {"days": ["2"], **shift})]
    rules.save()


@pytest.mark.parametrize(
    ("hours", "state"), [(-5, "held"), (-3.9, "published"), (3.9, "published"), (4.1, "held")]
)
def test_comments_wait_outside_the_hours_in_which_somebody_is_there(
    reader, story, rules, hours, state
):
    rules.off_duty = OffDuty.HELD
    rules.save()

    with at(NOON + timedelta(hours=hours)):
        look_at_the_clock()
        reader.comment(story)

    assert Comment.objects.get().state == state


def test_discussions_close_and_open_again_as_the_desk_chose(reader, story, rules):
    rules.off_duty = OffDuty.CLOSED
    rules.save()

    with at(NOON - timedelta(hours=6)):
        look_at_the_clock()
        refused = reader.comment(story)
        page = reader.get(story.address).text
    with at(NOON):
        look_at_the_clock()
        taken = reader.comment(story)

    assert refused.status_code == 422
    assert "The discussion rests until somebody of the newsroom is back." in refused.text
    assert "The discussion rests" in page
    assert "<textarea" not in page
    assert taken.status_code == 303
    assert "<textarea" in reader.get(story.address).text


@pytest.mark.parametrize(
    ("moment", "is_there"),
    [
        (NOON.replace(hour=22), True),
        (NOON.replace(hour=0) + timedelta(days=1), True),
        (NOON.replace(hour=0), False),
        (NOON, False),
    ],
)
def test_a_shift_may_go_over_midnight(reader, story, rules, moment, is_there):
    rules.off_duty = OffDuty.HELD
    set_shift(rules, begins=time(20), ends=time(2))

    with at(moment):
        look_at_the_clock()
        reader.comment(story)

    assert (Comment.objects.get().state == CommentState.PUBLISHED) == is_there


def test_the_desk_writes_down_who_is_there_when(new_browser, story):
    desk = new_browser()
    desk.force_login(UserFactory(role="Publisher"))
    address = f"/desk/settings/discussion/discussionsettings/{story.site_id}/"
    form = desk.get(address).text
    fields = {
        "mode": "open",
        "first_comment": "mail",
        "edit_minutes": 15,
        "most_links": 2,
        "most_score": 80,
        "words": "",
        "off_duty": "held",
        "mail_at": "07:30",
        "mail_past": "",
        "mail_to": "",
        "shifts-count": 1,
        "shifts-0-type": "shift",
        "shifts-0-order": 0,
        "shifts-0-deleted": "",
        "shifts-0-id": "",
        "shifts-0-value-days": ["5", "6"],
        "shifts-0-value-begins": "10:00",
        "shifts-0-value-ends": "18:00",
    }

    desk.post(address, fields)

    saved = DiscussionSettings.objects.get()
    assert "When somebody is on duty" in form
    assert saved.mail_at == time(7, 30)
    assert saved.mail_past is None
    assert dict(saved.shifts[0].value) == {
        "days": ["5", "6"],
        "begins": time(10),
        "ends": time(18),
    }


def test_a_shift_of_no_length_is_refused():
    block = ShiftBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"days": ["1"], "begins": "09:00", "ends": "09:00"}))


@pytest.mark.django_db(transaction=True)
def test_pages_are_baked_again_only_when_duty_closes_them(kitchen, story, rules):
    kitchen.settle()
    for choice, pages in ((OffDuty.HELD, set()), (OffDuty.CLOSED, {story.address})):
        DiscussionSettings.objects.update(off_duty=choice)
        with at(NOON):
            look_at_the_clock()
        kitchen.settle()

        with at(NOON + timedelta(hours=8)):
            look_at_the_clock()
        assert {place.removeprefix("localhost:8000") for place in kitchen.settle()} == pages


@pytest.fixture
def moderator():
    return UserFactory(role="Moderator", email="mo@example.org")


def mails():
    return OutgoingMail.objects.filter(recipient="mo@example.org").order_by("pk")


def look(moment):
    with at(moment):
        tell_moderators()


def held(story, text="Buy this."):
    return comment_on(story, text, is_trapped=True)


def test_moderators_are_told_once_a_day_what_waits_and_why(story, rules, moderator):
    look(NOON)
    comment = held(story, "Buy my pills.")
    DiscussionSettings.objects.update(words="pills")
    comment_on(story, "More pills here.")

    for hours in (1, 18, 20, 21, 23):
        look(NOON + timedelta(hours=hours))

    mail = mails().get()
    text = content(mail).text
    assert mail.subject.startswith("2 comments wait")
    assert "filled in like a program does" in text
    assert "words on the list" in text
    assert "2: Harbour opens" in text
    assert "http://localhost:8000/desk/discussion/" in text
    assert "pills" not in text
    assert comment.name not in text
    look(NOON + timedelta(hours=44))
    assert mails().count() == 2


def test_nobody_is_written_to_when_nothing_waits_or_no_mail_is_wanted(story, rules, moderator):
    look(NOON)
    look(NOON + timedelta(days=1))
    DiscussionSettings.objects.update(mail_at=None, mail_past=None)
    held(story)

    look(NOON + timedelta(days=2))

    assert not mails().exists()


def test_moderators_are_told_at_once_when_much_waits_and_not_again_and_again(
    story, rules, moderator
):
    DiscussionSettings.objects.update(mail_past=3)
    look(NOON)
    comments = [held(story, f"Number {number}.") for number in range(3)]
    for minutes in (1, 2, 30, 60):
        look(NOON + timedelta(minutes=minutes))
    assert mails().count() == 1

    Comment.objects.filter(pk__in=[each.pk for each in comments]).update(state="rejected")
    look(NOON + timedelta(minutes=70))
    for number in range(3):
        held(story, f"Another {number}.")
    look(NOON + timedelta(minutes=80))

    assert mails().count() == 2


def test_a_report_of_a_crime_is_told_at_once(new_browser, story, rules, moderator):
    look(NOON)
    comment = comment_on(story)
    new_browser().send(f"/discussion/{comment.name}/report/", reason="spam")
    look(NOON + timedelta(minutes=1))
    assert not mails().exists()

    new_browser().send(f"/discussion/{comment.name}/report/", reason="illegal", words="Look here")
    look(NOON + timedelta(minutes=2))
    look(NOON + timedelta(minutes=3))

    text = content(mails().get()).text
    assert "1 is reported as against the law." in text
    assert "Look here" not in text


def test_a_storm_of_reports_is_few_mails(new_browser, story, rules, moderator):
    look(NOON)
    for minutes in range(1, 10):
        comment = comment_on(story)
        new_browser().send(f"/discussion/{comment.name}/report/", reason="illegal")
        look(NOON + timedelta(minutes=minutes))

    assert mails().count() == 1


def test_a_shared_mailbox_is_written_to_instead(story, rules, moderator):
    DiscussionSettings.objects.update(mail_to="comments@example.org")
    look(NOON)
    held(story)

    look(NOON + timedelta(days=1))

    assert OutgoingMail.objects.get().recipient == "comments@example.org"


def test_those_alone_are_told_who_decide(story, rules):
    UserFactory(role="Reporter", email="reporter@example.org")
    UserFactory(role="Moderator", email="gone@example.org", is_active=False)
    UserFactory(role="Editor", email="editor@example.org")
    look(NOON)
    held(story)

    look(NOON + timedelta(days=1))

    told = set(OutgoingMail.objects.values_list("recipient", flat=True))
    assert "editor@example.org" in told
    assert not told & {"reporter@example.org", "gone@example.org"}
