"""What the doctor looks at in clips."""

from collections.abc import Iterator

from django.conf import settings

from masthead.lib import ffmpeg
from masthead.lib.checkup import Finding, register
from masthead.lib.credentials import can_be_read, trusted_certificates
from masthead.media.credentials import anchors
from masthead.media.licences import expired
from masthead.media.models import Preparation


@register
def clips() -> Iterator[Finding]:
    """Look for the program that prepares clips, and for clips that it could not prepare."""
    program = ffmpeg.find(settings.FFMPEG)
    if program:
        yield Finding(f"clips are prepared by {program}")
    elif settings.FFMPEG:
        yield Finding(f"“{settings.FFMPEG}” is no program", "set ffmpeg to where it is, or to ''")
    else:
        what = "without ffmpeg clips are shown as they are, and have no versions for slow lines"
        mend = "pip install 'masthead[video]', or the system's ffmpeg"
        yield Finding(what, mend, is_urgent=False)
    failed = Preparation.objects.exclude(error="").count()
    if failed:
        what = f"{failed} clips could not be prepared"
        yield Finding(what, "the desk says why, beside each", is_urgent=False)


@register
def content_credentials() -> Iterator[Finding]:
    """Look for what reads credentials, and for the certificates by which signers are known."""
    if not can_be_read():
        what = "content credentials of pictures and clips are not read"
        yield Finding(what, "pip install 'masthead[c2pa]'", is_urgent=False)
    elif found := trusted_certificates(anchors()):
        yield Finding(f"content credentials: {found} certificates are trusted")
    elif anchors().exists():
        yield Finding(f"{anchors()} holds no certificates", "put them in as PEM, or delete it")
    else:
        yield Finding("content credentials are read; without credentials.pem no signer is known")


@register
def licences() -> Iterator[Finding]:
    """Count what readers see although its licence is over."""
    if found := sum(each.count() for each in expired()):
        what = f"the licences of {found} pictures and clips are over, and readers see them"
        yield Finding(what, "the desk's first page lists them: take them down", is_urgent=False)
    else:
        yield Finding("no licence of a picture or clip is over")
