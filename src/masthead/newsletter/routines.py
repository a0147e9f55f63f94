"""Letters that write themselves: a digest by the day or week, news as it is published."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation

from masthead.mail.queries import current_hold, last_hold_ended_at
from masthead.newsletter.actions import UNDO
from masthead.newsletter.models import Dispatch, Edition, LetterIndex, Rhythm, Routine
from masthead.newsletter.preflight import check
from masthead.newsletter.queries import audience, front_of_letter, index_of
from masthead.stories.models import Newsroom, Story
from masthead.stories.queries import cards, stories_in

#: One that is later than this, because Masthead did not run, waits for a person.
LATE = timedelta(hours=1)
DAYS = {
    Rhythm.DAILY: range(7),
    Rhythm.WEEKDAYS: range(5),
}


def write_due() -> bool:
    """Write the letters of one routine whose hour has come; return whether there was one."""
    if current_hold():
        return False
    now = timezone.now()
    for routine in Routine.objects.filter(is_on=True).select_related("letter__site", "section"):
        hour = hour_of(routine, now)
        if hour and routine.done_until and hour > routine.done_until:
            return _write(routine, hour, now)
    return False


def hour_of(routine: Routine, now: datetime) -> datetime | None:
    """Return the last hour at which a routine was due; now, if it waits for stories alone."""
    if routine.rhythm == Rhythm.NOW:
        return now if _stories(routine, now) else None
    zone = Newsroom.for_site(routine.letter.site).zone
    days = DAYS.get(Rhythm(routine.rhythm), (routine.weekday,))
    today = now.astimezone(zone).date()
    hours = (
        datetime.combine(today - timedelta(days=back), routine.at, zone)
        for back in range(8)
        if (today - timedelta(days=back)).weekday() in days
    )
    return next((hour for hour in hours if hour <= now), None)


def _write(routine: Routine, hour: datetime, now: datetime) -> bool:
    with transaction.atomic():
        held = Routine.objects.filter(pk=routine.pk, done_until=routine.done_until, is_on=True)
        if not held.update(done_until=hour):
            return False
        stories = _stories(routine, hour)
        # Never an empty letter, and none for nobody.
        index = index_of(routine.letter)
        if stories and index and audience(routine.letter).exists():
            edition = _compose(routine, stories, index)
            is_late = now - hour > LATE or _was_held_since(routine)
            # What is late or cannot go out as it is stays a draft, for a person to decide about.
            if not is_late and not any(each.blocks for each in check(edition)):
                Dispatch.objects.create(edition=edition, send_at=now + UNDO)
    return True


def _was_held_since(routine: Routine) -> bool:
    """Return whether all mail was held since the last letter: it may have gone out elsewhere."""
    ended_at = last_hold_ended_at()
    return bool(ended_at and routine.done_until and routine.done_until < ended_at)


def _stories(routine: Routine, until: datetime) -> list[Story]:
    """Return the stories since the last time, the newest first."""
    letter = routine.letter
    found = stories_in(routine.section) if routine.section else cards()
    if not routine.section:
        found = found.descendant_of(front_of_letter(letter))
    since = found.filter(published_at__gt=routine.done_until, published_at__lte=until)
    return list(since[: routine.most])


def _compose(routine: Routine, stories: list[Story], index: LetterIndex) -> Edition:
    letter = routine.letter
    first, *others = stories
    body = [("lead", {"story": first, "text": ""})]
    if others:
        body.append(("picked", {"title": "", "stories": others}))
    with translation.override(letter.locale.language_code):
        edition = Edition(
            title=routine.subject or first.title,
            preview_line=(first.standfirst or "")[:150],
            letter=letter,
            locale=letter.locale,
            body=body,
            live=False,
        )
        index.add_child(instance=edition)
        edition.save_revision()
    return edition
