"""What becomes due by the clock: publication, the end of it, and the end of an embargo."""

import logging
import time
from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from masthead.lib.jobs import Job, register
from masthead.lib.outage import outage_behind
from masthead.stories.actions import lift_embargo
from masthead.stories.models import Story
from masthead.stories.reads import count_logged_reads, count_written_reads, forget_old_reads
from masthead.stories.share_pictures import draw_due_share_picture, share_pictures_are_due
from masthead.stories.template_changes import note_own_templates

logger = logging.getLogger(__name__)
#: Seconds after which what could not be done is tried again; others do not wait for it.
RETRY = 60
#: How many stories one write takes out of the news.
AT_ONCE = 100
_failed: dict[tuple[str, int], float] = {}


def register_jobs() -> None:
    """Let the worker do on time what the clock brings, and draw what is shared."""
    register(Job(name="publish what is scheduled", run=publish_due, every=0.5))
    register(Job(name="lift embargoes", run=lift_due_embargoes, every=0.5))
    register(Job(name="take old stories out of the news", run=age_stories, every=20))
    register(
        Job(
            name="draw share pictures",
            run=draw_due_share_picture,
            every=2,
            heavy=True,
            is_due=share_pictures_are_due,
        )
    )
    register(Job("count what the edge saw read", count_written_reads, every=10, everywhere=True))
    register(Job("count what the web server saw read", count_logged_reads, every=30))
    register(Job("note own templates", note_own_templates, every=300))
    register(Job("forget old reads", forget_old_reads, every=3600))
    # Wagtail keeps no index on the time of expiry: the question costs more than the other two.
    register(Job(name="unpublish what expires", run=unpublish_expired, every=1))


def publish_due() -> bool:
    """Publish one scheduled revision whose hour has come; return whether there was one.

    As Wagtail's ``publish_scheduled``, but all or nothing, and none waits for one that fails.
    """
    due = Revision.objects.filter(approved_go_live_at__lte=timezone.now())
    pk = _next(due.order_by("approved_go_live_at").values_list("pk", flat=True), "publish")

    def publish() -> None:
        revision = due.select_for_update().filter(pk=pk).first()
        if revision:
            revision.publish(log_action="wagtail.publish.scheduled")

    return pk is not None and _try("publish", pk, publish)


def unpublish_expired() -> bool:
    """Unpublish one page that has expired; return whether there was one."""
    expired = Page.objects.filter(live=True, expire_at__lt=timezone.now())
    pk = _next(expired.order_by("expire_at").values_list("pk", flat=True), "unpublish")

    def unpublish() -> None:
        page = expired.filter(pk=pk).first()
        if page:
            page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")

    return pk is not None and _try("unpublish", pk, unpublish)


def lift_due_embargoes() -> bool:
    """Open one published story whose embargo is over; return whether there was one."""
    now = timezone.now()
    over = Story.objects.filter(live=True, embargo_until__lte=now).order_by("embargo_until")
    pk = _next(over.values_list("pk", flat=True), "lift")
    return pk is not None and _try("lift", pk, lambda: lift_embargo(pk=pk, now=now))


def age_stories() -> bool:
    """Take the stories whose 48 hours are over out of the news sitemap; return whether any was."""
    over = Story.objects.filter(fresh_until__lte=timezone.now())
    keys = list(over.values_list("pk", flat=True)[:AT_ONCE])
    # Through the queryset: nothing of the story changes but this.
    return bool(keys) and bool(over.filter(pk__in=keys).update(fresh_until=None))


def _next(keys: Iterable[int], what: str) -> int | None:
    now = time.monotonic()
    return next((pk for pk in keys if _failed.get((what, pk), 0) <= now), None)


def _try(what: str, pk: int, do: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            do()
    except Exception as error:
        if outage_behind(error):
            raise
        logger.exception("Cannot %s %d; it is tried again in %d s", what, pk, RETRY)
        _failed[what, pk] = time.monotonic() + RETRY
    else:
        _failed.pop((what, pk), None)
    return True
