"""The way into the desk."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def desk_entrance(request: HttpRequest) -> HttpResponse:
    """Lead to sign-in, to the desk, or say that the desk is not open to this account."""
    wanted = _wanted(request)
    if not request.user.is_authenticated:
        query = urlencode({"next": wanted})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
    if request.user.has_perm("wagtailadmin.access_admin"):
        return HttpResponseRedirect(wanted)
    return TemplateResponse(request, "readers/no_desk.html", status=403)


def _wanted(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("wagtailadmin_home")
