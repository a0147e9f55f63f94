"""What the desk refuses with a sentence, where the database would only say no."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from masthead.stories.completeness import check_complete
from masthead.stories.models import Byline, Correction, Story


def reason_to_keep(page: Page) -> str:
    """Return why a page cannot be deleted with all that stands below it; "" if it can."""
    below = Page.objects.descendant_of(page, inclusive=True).values("pk")
    names = {"title": page.get_admin_display_title()}
    if Site.objects.filter(root_page__in=below).exists():
        message = _("“%(title)s” cannot be deleted: it is the front page of a newsroom.")
    elif Correction.objects.filter(story__in=below).exists():
        message = _(
            "“%(title)s” cannot be deleted: its corrections are on public record. "
            "Unpublish it, or correct it with a retraction."
        )
    elif Story.objects.filter(section__in=below).exclude(pk__in=below).exists():
        message = _(
            "“%(title)s” cannot be deleted: stories stand in it. Give them another section first."
        )
    elif Byline.objects.filter(person__in=below).exclude(story__in=below).exists():
        message = _("“%(title)s” cannot be deleted: the name stands over stories.")
    else:
        return ""
    return message % names


def reasons_to_keep(pages: Iterable[Page]) -> list[str]:
    """Return why some of the pages cannot be deleted."""
    return [reason for reason in map(reason_to_keep, pages) if reason]


def reason_to_wait(page: Page) -> str:
    """Return why readers should not see the newest version of a page yet; "" if they may."""
    newest = page.specific.get_latest_revision_as_object()
    if not isinstance(newest, Story):
        return ""
    try:
        check_complete(newest)
    except ValidationError as error:
        names = {"title": page.get_admin_display_title(), "what": " ".join(error.messages)}
        return _("“%(title)s” is not complete. %(what)s") % names
    return ""


def reasons_to_wait(pages: Iterable[Page]) -> list[str]:
    """Return why some of the pages should not be published yet."""
    return [reason for reason in map(reason_to_wait, pages) if reason]
