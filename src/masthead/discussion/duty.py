"""Who of the newsroom is there: duty hours, and the mails that tell moderators what waits."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as django_settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext
from wagtail.models import Site
from wagtail.permission_policies import ModelPermissionPolicy

from masthead.discussion.judging import Code, in_short
from masthead.discussion.models import (
    Comment,
    CommentState,
    DiscussionSettings,
    Duty,
    Report,
    ReportReason,
)
from masthead.discussion.shifts import is_within, moment_of
from masthead.discussion.waiting import waiting_comments
from masthead.mail.actions import write_mail
from masthead.readers.links import whole
from masthead.stories.models import Newsroom

#: “At once” is no more often than this, whatever happens.
SHORTEST = timedelta(minutes=10)
#: What is counted for a mail, and the stories that it names.
MOST_COUNTED, MOST_STORIES = 1_000, 10


def look_at_the_clock() -> bool:
    """Note of each site whether somebody is on duty now; return False, as all are noted at once."""
    for settings in DiscussionSettings.objects.select_related("site"):
        now = timezone.now().astimezone(Newsroom.for_site(settings.site).zone)
        shifts = [each.value for each in settings.shifts]
        is_off = bool(settings.off_duty and shifts) and not is_within(shifts, now)
        others = Duty.objects.filter(pk=settings.site_id, is_off=not is_off)
        if not others.update(is_off=is_off) and is_off:
            Duty.objects.get_or_create(pk=settings.site_id, defaults={"is_off": True})
    return False


def tell_moderators() -> bool:
    """Write to the moderators of each site, if it is time or much waits; return False."""
    for site in Site.objects.all():
        settings = DiscussionSettings.objects.filter(site=site).first()
        _tell_of(site, settings or DiscussionSettings(site=site))
    return False


@transaction.atomic
def _tell_of(site: Site, settings: DiscussionSettings) -> None:
    Duty.objects.get_or_create(pk=site.pk)
    duty = Duty.objects.select_for_update().get(pk=site.pk)
    before = (duty.told_daily_at, duty.is_told_of_many, duty.told_of_report)
    waiting = waiting_comments().filter(story__site=site)
    count = waiting.count()
    is_due = _is_day_due(duty, settings, site)
    if _is_told_at_once(duty, settings, site, count) or is_due:
        _write_to_moderators(site, settings, waiting, count)
    if before != (duty.told_daily_at, duty.is_told_of_many, duty.told_of_report):
        duty.save()


def _is_day_due(duty: Duty, settings: DiscussionSettings, site: Site) -> bool:
    """Return whether the hour of the daily mail has come, and note that it was."""
    if not settings.mail_at:
        return False
    now = timezone.now().astimezone(Newsroom.for_site(site).zone)
    due = moment_of(now, settings.mail_at)
    due -= timedelta(days=1) if due > now else timedelta()
    last = duty.told_daily_at
    if last is None or last < due:
        duty.told_daily_at = now
    # A newsroom that was just made waits for the first hour.
    return last is not None and last < due


def _is_told_at_once(duty: Duty, settings: DiscussionSettings, site: Site, count: int) -> bool:
    """Return whether the desk is told at once, and note that it was."""
    now = timezone.now()
    if duty.told_at_once_at and now < duty.told_at_once_at + SHORTEST:
        return False
    newest = _newest_report_of_a_crime(site)
    is_news = newest > duty.told_of_report
    most = settings.mail_past
    if most and count <= most // 2:
        duty.is_told_of_many = False
    is_many = bool(most and count >= most and not duty.is_told_of_many)
    if is_news or is_many:
        duty.told_of_report = max(newest, duty.told_of_report)
        duty.is_told_of_many = duty.is_told_of_many or is_many
        duty.told_at_once_at = now
    return is_news or is_many


def _newest_report_of_a_crime(site: Site) -> int:
    reports = Report.objects.filter(
        comment__story__site=site, reason=ReportReason.ILLEGAL, settled_at=None
    )
    return reports.aggregate(newest=Max("pk"))["newest"] or 0


@dataclass(frozen=True)
class Waiting:
    """What a mail says of the queue: how much, since when, why, and under which stories."""

    count: int
    since: datetime
    crimes: int
    reasons: list[tuple[str, int]]
    stories: list[tuple[str, int]]


def _summary(site: Site, waiting: QuerySet[Comment], count: int) -> Waiting:
    rows = waiting.order_by("created_at").values_list("reasons", "reports", "state")
    codes = Counter(code for row in rows[:MOST_COUNTED] for code in _codes(*row))
    stories = waiting.order_by().values_list("story__title").annotate(count=Count("pk"))
    crimes = Report.objects.filter(
        comment__story__site=site, reason=ReportReason.ILLEGAL, settled_at=None
    )
    return Waiting(
        count=count,
        since=waiting.aggregate(first=Min("created_at"))["first"],
        crimes=crimes.values("comment").distinct().count(),
        reasons=[(in_short(code), number) for code, number in codes.most_common()],
        stories=list(stories.order_by("-count", "story__title")[:MOST_STORIES]),
    )


def _codes(reasons: list[dict[str, Any]], reports: int, state: str) -> Iterator[str]:
    found = {each["code"] for each in reasons} if state == CommentState.HELD else set()
    if reports:
        found.add(Code.REPORTED)
    yield from found or {""}


def _write_to_moderators(
    site: Site, settings: DiscussionSettings, waiting: QuerySet[Comment], count: int
) -> None:
    """Write one mail a moderator; nothing in it decides, and no stranger's word stands in it."""
    if not count:
        return
    for email, language in _recipients(settings):
        with (
            translation.override(language or django_settings.LANGUAGE_CODE),
            timezone.override(Newsroom.for_site(site).zone),
        ):
            context = {
                "newsroom": site.site_name,
                "home": site.root_url,
                "waiting": _summary(site, waiting, count),
                "queue": whole(site, reverse("discussion_queue")),
            }
            told = ngettext(
                "%(count)d comment waits: %(newsroom)s",
                "%(count)d comments wait: %(newsroom)s",
                count,
            )
            message = EmailMessage(
                subject=told % {"count": count, "newsroom": site.site_name},
                body=render_to_string("discussion/waiting.txt", context),
                to=[email],
                headers={"Auto-Submitted": "auto-generated"},
            )
        write_mail(message=message, site=site)


def _recipients(settings: DiscussionSettings) -> list[tuple[str, str]]:
    if settings.mail_to:
        return [(settings.mail_to, "")]
    moderators = ModelPermissionPolicy(Comment).users_with_permission("change")
    return list(moderators.order_by("email").values_list("email", "language"))
