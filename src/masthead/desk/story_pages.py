"""Where the desk's own pages about a story differ from Wagtail's."""

from typing import Any

from django.http import HttpRequest, HttpResponse  # noqa: TID251 - views of the desk
from django.shortcuts import redirect  # noqa: TID251 - views of the desk
from wagtail.admin import messages
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet

from masthead.desk.guards import reason_to_wait
from masthead.stories.models import Story


class ApprovalView(WorkflowActionView):
    """Approves a story, which publishes it: only when it is complete."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reason = reason_to_wait(self.object) if self.action_name == "approve" else ""
        if reason:
            messages.error(request, reason)
            return redirect("wagtailadmin_pages:edit", self.object.pk)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class StoryPages(PageViewSet):
    """The desk's pages about a story."""

    model = Story
    name = "story_pages"
    workflow_action_view_class = ApprovalView
