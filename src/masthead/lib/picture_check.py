"""Says what a file is by what is in it, and refuses whatever is no sound picture.

Nothing is decoded before the header has said how large the picture is.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

#: What a newsroom may upload, by Pillow's name, and the suffix of its file.
SUFFIXES = {
    "JPEG": ".jpg",
    "MPO": ".jpg",  # a JPEG with further pictures behind it, as many phones write it
    "PNG": ".png",
    "GIF": ".gif",
    "WEBP": ".webp",
    "AVIF": ".avif",
}
PLUGINS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF"]
SMALLEST_SIDE = 8
LONGEST_SIDE = 30_000
#: A picture longer than that gets renditions of no height.
LONGEST_SHAPE = 30
#: Their decoders hold the whole picture several times over: they get a smaller share of pixels.
SHARE = {"WEBP": 2, "AVIF": 2}
#: A decoder goes over the whole picture once a scan; cameras write at most a dozen.
MOST_SCANS = 64
#: What a program would run, were it told that the file is a page.
ACTIVE = re.compile(rb"<script|<html|<!doctype|<\?php|<iframe|javascript:", re.IGNORECASE)
MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<")
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1"}
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")


class PictureRefusedError(ValueError):
    """A file that is no picture which can be taken. The message is for the person who sent it."""


@dataclass(frozen=True)
class Picture:
    """What a header says of a picture, before its orientation is applied; sides in pixels."""

    suffix: str
    width: int
    height: int


def check_picture(file: IO[bytes], *, most_pixels: int) -> Picture:
    """Return what a picture is, once all of it has been read without a fault.

    Of a moving picture only the first frame is looked at: it is all that is ever shown.
    Raises PictureRefusedError.
    """
    _refuse_disguises(file)
    with _opened(file) as picture:
        _check_size(picture.size, most_pixels // SHARE.get(str(picture.format), 1))
        _decode(picture)
        return Picture(SUFFIXES[str(picture.format)], *picture.size)


def _refuse_disguises(file: IO[bytes]) -> None:
    file.seek(0)
    content = file.read()
    if not content:
        raise PictureRefusedError(_("The file is empty."))
    if MARKUP.match(content[:1024]):
        raise PictureRefusedError(
            _("This is a page or a drawing in SVG, not a photograph. Export it as PNG.")
        )
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise PictureRefusedError(
            _("Few browsers show HEIC pictures. Export it as JPEG (on an iPhone: Most Compatible).")
        )
    if zipfile.is_zipfile(file) or b"%PDF-" in content[:1024] or ACTIVE.search(content):
        raise PictureRefusedError(
            _("Something else is hidden in this picture. Save it anew with a picture editor.")
        )
    if content.startswith(b"\xff\xd8"):
        _check_scans(content)
    file.seek(0)


def _check_scans(content: bytes) -> None:
    """Refuse a JPEG that costs minutes to decode (ITU-T T.81, B.1.1: markers)."""
    position, scans = 2, 0
    while (marker := MARKER.search(content, position)) and marker[1] != b"\xd9":
        scans += marker[1] == b"\xda"
        length = int.from_bytes(content[marker.end() : marker.end() + 2])
        position = marker.end() + max(length, 2)
        if scans > MOST_SCANS:
            raise PictureRefusedError(_("This picture is stored in too many layers to be read."))


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Any]:
    try:
        with Image.open(file, formats=PLUGINS) as picture:
            yield picture
    except PictureRefusedError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefusedError(_("This picture has too many pixels.")) from None
    except UnidentifiedImageError:
        raise PictureRefusedError(
            _("This is no picture that can be shown: use JPEG, PNG, WebP, AVIF or GIF.")
        ) from None
    except Exception as error:  # decoders raise what they please on a hostile file
        raise PictureRefusedError(
            _("The picture is damaged or was not sent completely.")
        ) from error
    finally:
        file.seek(0)


def _check_size(size: tuple[int, int], most_pixels: int) -> None:
    width, height = size
    if width * height > most_pixels or max(size) > LONGEST_SIDE:
        raise PictureRefusedError(
            _(
                "This picture has too many pixels: %(width)s by %(height)s. "
                "At most %(most)s million can be taken."
            )
            % {"width": width, "height": height, "most": most_pixels // 1_000_000}
        )
    if min(size) < SMALLEST_SIDE or max(size) > LONGEST_SHAPE * min(size):
        raise PictureRefusedError(
            _("This picture is too small or too narrow to be shown: %(width)s by %(height)s.")
            % {"width": width, "height": height}
        )


def _decode(picture: Any) -> None:
    """Read every byte, so that a broken picture shows now; a JPEG at an eighth of its size."""
    picture.draft(picture.mode, (1, 1))
    picture.load()
