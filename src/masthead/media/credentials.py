"""Reads the content credentials (C2PA) of what was uploaded, and tells them to the desk."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masthead.lib.credentials import Credentials, can_be_read, read_credentials
from masthead.media.models import Clip, CredentialsState, Image
from masthead.media.models.provenance import Provenance

#: What credentials say was done, by the names of C2PA. What is not here is told as it stands.
ACTIONS = {
    "c2pa.created": gettext_lazy("made"),
    "c2pa.opened": gettext_lazy("opened"),
    "c2pa.placed": gettext_lazy("put together with others"),
    "c2pa.cropped": gettext_lazy("cropped"),
    "c2pa.resized": gettext_lazy("resized"),
    "c2pa.resized.proportional": gettext_lazy("resized"),
    "c2pa.orientation": gettext_lazy("turned"),
    "c2pa.color_adjustments": gettext_lazy("colours changed"),
    "c2pa.filtered": gettext_lazy("filtered"),
    "c2pa.drawing": gettext_lazy("drawn on"),
    "c2pa.edited": gettext_lazy("edited"),
    "c2pa.edited.metadata": gettext_lazy("its data edited"),
    "c2pa.deleted": gettext_lazy("something removed"),
    "c2pa.redacted": gettext_lazy("something withheld"),
    "c2pa.converted": gettext_lazy("converted"),
    "c2pa.transcoded": gettext_lazy("converted"),
    "c2pa.published": gettext_lazy("published"),
}
#: What another list of certificates may change.
DEPENDS_ON_TRUST = (CredentialsState.TRUSTED, CredentialsState.UNKNOWN)


def anchors() -> Path:
    """Return where the certificates of those whom the newsroom trusts lie, if it has any."""
    return Path(settings.HOME) / "credentials.pem"


def credentials_are_due() -> bool:
    """Return whether there is a file whose credentials have still to be read."""
    return can_be_read() and any(due.exists() for due in _due())


def read_next_credentials() -> bool:
    """Read the credentials of one upload, the newest first; return whether there was one."""
    for due in _due() if can_be_read() else ():
        if asset := due.order_by("-pk").first():
            _read(asset)
            return True
    return False


def _due() -> tuple[QuerySet[Image], QuerySet[Clip]]:
    """Return what was never read, or was judged by another list of certificates."""
    wanted = Q(credentials_state="")
    try:
        changed_at = datetime.fromtimestamp(anchors().stat().st_mtime, UTC)
    except OSError:  # no list: it may have been taken away
        wanted |= Q(credentials_state=CredentialsState.TRUSTED)
    else:
        depends = Q(credentials_state__in=DEPENDS_ON_TRUST)
        wanted |= depends & Q(credentials_read_at__lt=changed_at)
    clips = Clip.objects.exclude(original="", file="")
    return Image.objects.filter(wanted), clips.filter(wanted)


def _read(asset: Image | Clip) -> None:
    """Note what the credentials say, unless another file has come meanwhile."""
    began_at = timezone.now()
    name, file = _uploaded(asset)
    path = Path(file.path)
    said = read_credentials(path, anchors=anchors())
    rows = type(asset)._default_manager.filter(**{"pk": asset.pk, name: file.name})  # noqa: SLF001 - Django's own name for it
    rows.update(
        credentials_state=CredentialsState(said.verdict.value),
        credentials_signer=said.signer,
        credentials_report=_report(said),
        credentials_read_at=began_at,
    )


def _uploaded(asset: Image | Clip) -> tuple[str, FieldFile]:
    if isinstance(asset, Clip) and asset.original:
        return "original", asset.original
    return "file", asset.file


def _report(said: Credentials) -> dict[str, object]:
    parts = {"signed_at": said.signed_at, "program": said.program, "actions": list(said.actions)}
    return {name: part for name, part in parts.items() if part}


def told_to_the_desk(asset: Provenance) -> str:
    """Return what an upload's credentials say, in sentences; "" while they are not read."""
    if not asset.credentials_state:
        return ""
    state = asset.get_credentials_state_display()
    sentences = [_("Content credentials: %(state)s.") % {"state": state}]
    if asset.credentials_signer:
        sentences.append(_("Signed as “%(name)s”.") % {"name": asset.credentials_signer})
    sentences += _told(asset.credentials_report)
    if asset.credentials_state != CredentialsState.NONE:
        sentences.append(_("Credentials say who signed a file, not whether what it shows is true."))
    return " ".join(sentences)


def _told(report: dict[str, object]) -> list[str]:
    sentences = []
    if signed_at := parse_datetime(str(report.get("signed_at", ""))):
        sentences.append(_("When: %(day)s.") % {"day": date_format(signed_at, "DATETIME_FORMAT")})
    if program := report.get("program"):
        sentences.append(_("With: %(program)s.") % {"program": program})
    done = report.get("actions")
    if isinstance(done, list):
        words = ", ".join(str(ACTIONS.get(action, action)) for action in done)
        sentences.append(_("What was done: %(actions)s.") % {"actions": words})
    return sentences
