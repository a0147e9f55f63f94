"""Who gets an account, and how they learn of it."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from masthead.mail.actions import write_mail
from masthead.readers.models import User


@transaction.atomic
def create_editor(*, email: str, name: str, password: str | None = None) -> User:
    """Create somebody who may do everything and can sign in at once; return the user.

    Without a password a mail code signs them in. Raises ValidationError when the address is no
    mail address or is taken.
    """
    first_name, _space, last_name = name.strip().partition(" ")
    user = User(
        email=email,
        first_name=first_name,
        last_name=last_name,
        is_superuser=True,
        is_staff=True,
    )
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    trust_address(user=user)
    return user


@transaction.atomic
def invite_user(*, user: User, site: Site | None) -> None:
    """Let somebody whom an administrator added sign in, and tell them by mail how.

    No password is needed: the first sign-in is by mail code, which proves the address.
    """
    if not user.password:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    trust_address(user=user)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        write_mail(message=_invitation(user, site), site=site)


@transaction.atomic
def trust_address(*, user: User) -> None:
    """Make a user's address the one, confirmed address of their account.

    For addresses that an administrator wrote. Any earlier one no longer signs in.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.filter(email=user.email, verified=False).exclude(user=user).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def _invitation(user: User, site: Site | None) -> EmailMessage:
    newsroom = site.site_name if site else settings.WAGTAIL_SITE_NAME
    address = site.root_url if site else settings.SITE_ADDRESS
    context = {
        "newsroom": newsroom,
        "user": user,
        "sign_in": address + reverse("account_login"),
    }
    return EmailMessage(
        subject=_("Your account at %(newsroom)s") % {"newsroom": newsroom},
        body=render_to_string("readers/invitation.txt", context),
        to=[user.email],
    )
