"""Where accounts differ from what allauth does by default."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.http import HttpRequest  # noqa: TID251 - allauth's adapter speaks HTTP
from django.urls import reverse
from wagtail.models import Site

from masthead.mail.actions import write_mail


class AccountAdapter(DefaultAccountAdapter):
    """Lets in whoever the newsroom has invited, and writes to them in its name."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Return False: an editor makes accounts; nothing for readers needs one yet."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the desk for whoever may enter it, and their account for everybody else."""
        if request.user.has_perm("wagtailadmin.access_admin"):
            return reverse("wagtailadmin_home")
        return reverse("account_email")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail of allauth's into the outbox, in the newsroom's name."""
        request = allauth_context.request
        site = Site.find_for_request(request)
        context = {
            "request": request,
            "email": email,
            "newsroom": site.site_name if site else "",
            "address": site.root_url if site else "",
        } | context
        message = self.render_mail(template_prefix, email, context)
        write_mail(message=message, site=site)
