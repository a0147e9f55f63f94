"""Whose name stands on mails about accounts."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from wagtail.models import Site


def newsroom_sender(site: Site | None) -> str:
    """Return the sender of a newsroom's mails: its name, unless a setting gives another."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or (site.site_name if site else ""), address))
