from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Locale

from masthead.conf import urls
from masthead.conf.urls import handler400, handler403, handler404, handler500  # noqa: F401


def slow(request):
    """Say that the request has begun, then answer when the test says so (two named pipes)."""
    (settings.HOME / "begun").write_text("begun")
    return HttpResponse((settings.HOME / "go_on").read_text())


@csrf_exempt
@transaction.atomic
def write(request):
    """Keep a row, as any action does; what was read in the request is its name."""
    Locale.objects.create(language_code=request.GET["name"])
    return HttpResponse("kept")


def break_down(request):
    raise RuntimeError


urlpatterns = [
    path("test/slow/", slow),
    path("test/write/", write),
    path("test/break/", break_down),
    *urls.urlpatterns,
]
