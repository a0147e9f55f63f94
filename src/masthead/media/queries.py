"""What readers may fetch of a picture, and what has still to be made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.files import File
from django.db.models import Q, QuerySet, prefetch_related_objects

from masthead.media.models import Image, Rendition
from masthead.media.sizes import AVIF, FALLBACK, RENDITION_SET, WEBP


@dataclass(frozen=True)
class Sources:
    """The renditions of one picture, ready for an ``img`` element."""

    src: str
    srcset: str
    width: int
    height: int
    #: The same widths in smaller files, for browsers that know AVIF; "" until they are made.
    avif: str
    #: The file behind ``src``.
    file: "File[bytes]"


def sources(image: Image) -> Sources | None:
    """Return the renditions that exist of a picture; None while they are being made.

    Makes none: a page that is rendered writes nothing.
    """
    made = {rendition.filter_spec: rendition for rendition in image.renditions.all()}
    fallback = made.get(FALLBACK)
    if fallback is None:
        return None
    webp, avif = (_urls(made, specs) for specs in (WEBP, AVIF))
    smaller = _srcset(avif) if avif.keys() == webp.keys() else ""
    size = (fallback.width, fallback.height)
    return Sources(fallback.url, _srcset(webp), *size, smaller, fallback.file)


def _urls(made: Mapping[str, Rendition], specs: Iterable[str]) -> dict[int, str]:
    return {made[spec].width: made[spec].url for spec in specs if spec in made}


def _srcset(urls: Mapping[int, str]) -> str:
    return ", ".join(f"{url} {width}w" for width, url in sorted(urls.items()))


def renditions_are_missing() -> bool:
    """Return whether the worker has renditions to make: one look into an index."""
    return pictures_without_renditions().exists()


def pictures_without_renditions() -> QuerySet[Image]:
    """Return the pictures that are new, have changed or were made for another set of sizes."""
    # Two ranges instead of “not equal”, so that the index answers.
    return Image.objects.filter(
        Q(rendition_set__lt=RENDITION_SET) | Q(rendition_set__gt=RENDITION_SET)
    )


def load_renditions(images: Iterable[Image]) -> None:
    """Read the renditions of many pictures at once, so that ``sources`` asks no more."""
    prefetch_related_objects(list(images), "renditions")
