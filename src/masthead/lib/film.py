"""Says by its content in which container a film comes, before any program is started for it."""

from typing import IO

from django.utils.translation import gettext as _

from masthead.lib.mp4 import ClipRefusedError, check_film

#: By their names in ffmpeg: MP4, QuickTime and 3GP; Matroska and WebM.
MOV, MATROSKA = "mov", "matroska"
EBML = b"\x1aE\xdf\xa3"
#: What a film of the QuickTime family begins with; older cameras leave out the first of them.
FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def container_of(file: IO[bytes]) -> str:
    """Return the container of a film, looked through as far as that can be done without decoding.

    Raises ClipRefusedError for everything else: playlists, pages and pictures above all, and
    films that were not sent completely or lie in several files.
    """
    file.seek(0)
    head = file.read(64)
    file.seek(0)
    if not head:
        raise ClipRefusedError(_("The file is empty."))
    if head[4:8] in FIRST_BOXES:
        check_film(file)
        return MOV
    if head.startswith(EBML):
        return MATROSKA
    raise ClipRefusedError(
        _("This is no clip that can be read: use MP4, MOV, MKV or WebM, as cameras and phones do.")
    )
