"""What cannot be deleted says so, whichever of the desk's buttons was pressed."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

MOST_NAMED = 5


class KeptWhileInUse:
    """Turns the database's refusal to delete what is in use into a message for the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Send the person back with the names of what still needs the thing."""
        if not isinstance(error, ProtectedError):
            return None
        users = sorted({str(each) for each in error.protected_objects})[:MOST_NAMED]
        messages.error(
            request,
            _("This is in use and was not deleted. First take it out of: %(users)s.")
            % {"users": ", ".join(users)},
        )
        back = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            back = reverse("wagtailadmin_home")
        return redirect(back)
