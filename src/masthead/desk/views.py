"""What is read, and what is taken down, over HTTP: for whoever works at the desk."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from masthead.media.licences import KINDS, may_take_down, take_down_everywhere
from masthead.media.models import Clip, Image
from masthead.readers.models import User
from masthead.stories.models import Story
from masthead.stories.reads import most_read, reads_by_hour, reads_by_site

#: Hours in a day and in a week: over which the lists look back.
DAY, WEEK = 24, 7 * 24
#: Hours of which a story's page shows each.
SHOWN = 48
MOST = 50


def what_is_read(request: HttpRequest) -> HttpResponse:
    """Show which stories were read most since yesterday and in a week."""
    lists = [
        ("day", _("In the last 24 hours"), most_read(hours=DAY, limit=MOST)),
        ("week", _("In the last 7 days"), most_read(hours=WEEK, limit=MOST)),
    ]
    context = {"page_title": _("What is read"), "header_icon": "view", "lists": lists}
    return TemplateResponse(request, "desk/what_is_read.html", context)


def reads_of_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how often one story was read, hour by hour, and which sites led there."""
    story = get_object_or_404(Story, pk=pk)
    if not story.published_at:
        raise Http404
    hours = reads_by_hour(story, hours=SHOWN)
    context = {
        "page_title": _("How often it is read"),
        "page_subtitle": story.title,
        "header_icon": "view",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("what_is_read"), "label": _("What is read")},
            {"url": "", "label": story.title},
        ],
        "story": story,
        "hours": hours[::-1],
        "most": max(count for _hour, count in hours) or 1,
        "sum": sum(count for _hour, count in hours),
        "sites": reads_by_site(story),
    }
    return TemplateResponse(request, "desk/reads_of_story.html", context)


@require_POST
def take_down(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take one picture or clip from every page."""
    if kind not in KINDS:
        raise Http404
    user = cast("User", request.user)
    asset = cast("Image | Clip", get_object_or_404(KINDS[kind], pk=pk))
    if not may_take_down(user, asset):
        raise PermissionDenied
    take_down_everywhere(asset=asset, user=user)
    messages.success(request, _("“%(title)s” is on no page any more.") % {"title": asset})
    return redirect("wagtailadmin_home")
