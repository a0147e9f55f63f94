"""What is read, over HTTP: for whoever works at the desk."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

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
