"""Accounts in the desk: invitations, and the way to one's own sign-in."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Site

from masthead.readers.actions import invite_user, trust_address
from masthead.readers.models import User


@hooks.register("after_create_user")
def invite(request: HttpRequest, user: User) -> None:
    invite_user(user=user, site=Site.find_for_request(request))


@hooks.register("after_edit_user")
def follow_address(request: HttpRequest, user: User) -> None:  # noqa: ARG001 - Wagtail's signature
    trust_address(user=user)


@hooks.register("register_account_menu_item")
def email_item(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - Wagtail's signature
    return {
        "url": reverse("account_email"),
        "label": _("E-mail address"),
        "help_text": _("Where sign-in codes and messages go."),
    }


@hooks.register("register_account_menu_item")
def password_item(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - Wagtail's signature
    return {
        "url": reverse("account_change_password"),
        "label": _("Password"),
        "help_text": _("Set or change it. You can sign in without one, by mail code or passkey."),
    }


@hooks.register("register_account_menu_item")
def factors_item(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - Wagtail's signature
    return {
        "url": reverse("mfa_index"),
        "label": _("Passkeys and second factor"),
        "help_text": _("Passkeys, authenticator app and recovery codes."),
    }
