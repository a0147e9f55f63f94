"""Pixels, upright and in colours that every browser knows, with nothing else of the file left.

EXIF, XMP, IPTC, comments, thumbnails and maker notes are not taken out: they are never taken over.
"""

from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageCms
from willow.plugins.pillow import PillowImage

from masthead.lib.colour_profile import bare_profile
from masthead.lib.picture_check import PLUGINS

ORIENTATION = 0x0112
#: How to turn a picture upright, by its orientation (EXIF 2.32, 4.6.4).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_THEIR_SIDE = {5, 6, 7, 8}


class BarePicture(PillowImage):
    """What Wagtail's filters work on."""

    def __init__(self, image: Image.Image, format_name: str, label: bytes = b"") -> None:
        super().__init__(image)
        self.format_name = format_name
        #: What is written into the files that are made of it: ``lib.rights_label``.
        self.label = label

    def auto_orient(self) -> "BarePicture":
        return self

    def labelled(self, label: bytes) -> "BarePicture":
        """Return the same picture with a label for its files."""
        return BarePicture(self.image, self.format_name, label)

    def resize(self, size: tuple[int, int]) -> "BarePicture":
        return self._kept(super().resize(size))

    def crop(self, rect: Any) -> "BarePicture":
        return self._kept(super().crop(rect))

    def set_background_color_rgb(self, color: Any) -> "BarePicture":
        return self._kept(super().set_background_color_rgb(color))

    def save_as_jpeg(self, f: Any, **options: Any) -> Any:
        return PillowImage(self._with_label()).save_as_jpeg(f, **options)

    def save_as_webp(self, f: Any, **options: Any) -> Any:
        return PillowImage(self._with_label()).save_as_webp(f, **options)

    def save_as_avif(self, f: Any, **options: Any) -> Any:
        return PillowImage(self._with_label()).save_as_avif(f, **options)

    def _kept(self, made: PillowImage) -> "BarePicture":
        return BarePicture(made.image, self.format_name, self.label)

    def _with_label(self) -> Any:
        return _Labelled(self.image, self.label) if self.label else self.image


class _Labelled:
    """A picture whose files carry a label: Willow's ways to save know of none."""

    def __init__(self, image: Image.Image, label: bytes) -> None:
        self._image = image
        self._label = label

    def __getattr__(self, name: str) -> Any:
        return getattr(self._image, name)

    def save(self, file: Any, format_name: str, **options: Any) -> None:
        self._image.save(file, format_name, xmp=self._label, **options)


def upright_size(file: IO[bytes]) -> tuple[int, int]:
    """Return the width and height, in pixels, with which a picture is shown."""
    with Image.open(file, formats=PLUGINS) as picture:
        width, height = picture.size
        return (height, width) if _orientation(picture) in ON_THEIR_SIDE else (width, height)


def read_bare(file: IO[bytes], *, scale: float = 1.0) -> BarePicture:
    """Read a picture's first frame; a JPEG may come smaller, at no less than ``scale`` of itself.

    Raises OSError when the file cannot be read to its end.
    """
    with Image.open(file, formats=PLUGINS) as picture:
        format_name = "jpeg" if picture.format == "MPO" else str(picture.format).lower()
        width, height = picture.size
        picture.draft(picture.mode, (max(1, int(width * scale)), max(1, int(height * scale))))
        picture.load()
        bare = _in_plain_colours(picture)
        if turn := TURNS.get(_orientation(picture)):
            bare = bare.transpose(turn)
        return BarePicture(bare, format_name)


def _orientation(picture: Any) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - whatever a broken EXIF raises, the pixels are still good
        return 1


def _in_plain_colours(picture: Any) -> Any:
    """Return 8-bit RGB or RGBA pixels whose ``info`` holds a colour profile at most."""
    wanted = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    kept = bare_profile(profile) if profile and picture.mode in {"RGB", "RGBA", "P"} else None
    if profile and not kept:
        plain = _in_srgb(picture, profile, wanted)
    elif picture.mode.startswith("I"):
        plain = (
            picture.convert("I").point(lambda level: level * (1 / 256)).convert("L").convert("RGB")
        )
    else:
        plain = picture.convert(wanted)
    plain.info = {"icc_profile": kept} if kept else {}
    return plain


def _in_srgb(picture: Any, profile: bytes, wanted: str) -> Any:
    source = picture.convert(wanted) if picture.mode == "P" else picture
    try:
        return ImageCms.profileToProfile(
            source,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=wanted,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert(wanted)
