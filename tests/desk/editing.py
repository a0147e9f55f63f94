"""What the editor posts: a story's form, filled in."""

from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from masthead.stories.models import Archive

HOST = {"HTTP_HOST": "localhost:8000"}


def archive(language="en"):
    return Archive.objects.get(locale__language_code=language)


def form(*, text="<p>It opened.</p>", bylines=(), blocks=(), **fields):
    values = {
        "title": "Harbour opens",
        "slug": "",
        "kind": "news",
        "staff_reason": "",
        "body": streamfield([("text", rich_text(text)), *blocks]),
        "bylines": inline_formset([{"ORDER": "1", **each} for each in bylines]),
        "comments": inline_formset([]),
        "topics": [],
        "comment_notifications": "on",
    }
    return nested_form_data({**values, **fields})


def complete(section, **fields):
    return form(**{"section": section.pk, "staff_reason": "Reports by the desk", **fields})


def add_address(language="en"):
    return reverse("wagtailadmin_pages:add", args=["stories", "story", archive(language).pk])


def edit_address(story):
    return reverse("wagtailadmin_pages:edit", args=[story.pk])


def post(client, address, data, *, action="", user=None, autosave=False):
    if user:
        client.force_login(user)
    headers = {"Accept": "application/json"} if autosave else {}
    if action:
        data = data | {f"action-{action}": "1"}
    return client.post(address, data, headers=headers, **HOST)
