"""What the doctor looks at in what machines read."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from masthead.lib.checkup import Finding, register
from masthead.stories.models import Distribution

SOON = timedelta(days=30)
WHERE = "renew it in the desk: Settings, Feeds and crawlers"


@register
def security_contact() -> Iterator[Finding]:
    """Look at who is told of a security hole, and until when."""
    told = Distribution.objects.exclude(security_contact="").exclude(security_expires_on=None)
    expires_on = min(told.values_list("security_expires_on", flat=True), default=None)
    today = timezone.localdate()
    if expires_on is None:
        yield Finding("no security.txt: nobody has named a contact in the desk")
    elif expires_on <= today:
        yield Finding(f"security.txt has expired on {expires_on}", WHERE)
    elif expires_on <= today + SOON:
        yield Finding(f"security.txt expires on {expires_on}", WHERE, is_urgent=False)
    else:
        yield Finding(f"security.txt holds until {expires_on}")
