"""What is read most, on the first page of the desk."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component

from masthead.stories.reads import most_read

HOURS, MOST = 24, 5


class MostReadPanel(Component):
    """The stories that are read most, on the first page of the desk."""

    name = "most_read"
    order = 30
    template_name = "desk/most_read.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - the interface
        found = most_read(hours=HOURS, limit=MOST)
        return {"most_read": found, "more_url": reverse("what_is_read")}
