"""Making what readers see of a picture."""

import logging
from collections.abc import Sequence

from django.core.files import File
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from wagtail.images.models import Filter, SourceImageIOError

from masthead.media.models import FOCAL_POINT, Image, Rendition
from masthead.media.queries import pictures_without_renditions
from masthead.media.sizes import AVIF, FIRST, FIRST_SET, RENDITION_SET, up_to

MOST_ATTEMPTS = 3

logger = logging.getLogger(__name__)


def make_renditions(*, image: Image) -> bool:
    """Make what readers need to see a picture; return whether they can see it now.

    A picture that cannot be read keeps the reason in ``rendition_error`` and is not tried again
    until it changes. Safe to run twice, and beside an edit that replaces the picture.
    """
    return _make(image, FIRST, FIRST_SET)


def make_smaller_renditions(*, image: Image) -> bool:
    """Make the smaller files of a picture that readers can see; return whether they exist now."""
    return _make(image, AVIF, RENDITION_SET)


def make_missing_renditions() -> bool:
    """Make renditions of one picture that lacks some; return whether there was one.

    Pictures that readers cannot see come first.
    """
    image = _next(pictures_without_renditions().exclude(rendition_set=FIRST_SET))
    image = image or _next(pictures_without_renditions())
    if image is None:
        return False
    if image.rendition_attempts >= MOST_ATTEMPTS:
        _give_up(image, _("The worker did not survive reading it."))
        return True
    # Counted beforehand: a decoder that runs out of memory comes to no except clause.
    _unchanged(image).update(rendition_attempts=F("rendition_attempts") + 1)
    if image.rendition_set == FIRST_SET:
        make_smaller_renditions(image=image)
    else:
        make_renditions(image=image)
    return True


def _next(pictures: QuerySet[Image]) -> Image | None:
    return pictures.order_by("rendition_attempts", "-pk").first()


def _make(image: Image, specs: Sequence[str], made_set: str) -> bool:
    existing = set(image.renditions.values_list("filter_spec", "focal_point_key"))
    wanted = up_to(specs, image.width)
    missing = [spec for spec in wanted if (spec, _crop(image, spec)) not in existing]
    try:
        files = _made(image, missing) if missing else {}
    except SourceImageIOError as error:
        _give_up(image, str(error))
        return False
    _store(image, files, made_set)
    return True


def _give_up(image: Image, reason: str) -> None:
    """Try no more. What readers can see already stays; only else there is an error to tell."""
    logger.warning("No renditions of picture %s: %s", image.pk, reason)
    error = "" if image.rendition_set == FIRST_SET else reason[:255]
    done = {"rendition_set": RENDITION_SET, "rendition_error": error, "rendition_attempts": 0}
    _unchanged(image).update(**done)


def _made(image: Image, specs: list[str]) -> "dict[str, File[bytes]]":
    """Return the files of renditions, all made from one reading of the original."""
    pixels = image.read_pixels(specs)
    return {spec: image.rendition_file(spec, pixels) for spec in specs}


def _store(image: Image, files: "dict[str, File[bytes]]", made_set: str) -> None:
    """Keep renditions if the picture is still the one that they were made of."""
    made = [
        Rendition(image=image, filter_spec=spec, focal_point_key=_crop(image, spec))
        for spec in files
    ]
    for rendition, file in zip(made, files.values(), strict=True):
        rendition.file.save(file.name, file, save=False)
    with transaction.atomic():
        done = {"rendition_set": made_set, "rendition_error": "", "rendition_attempts": 0}
        if _unchanged(image).update(**done):
            Rendition.objects.bulk_create(made, ignore_conflicts=True)
    kept = set(image.renditions.values_list("file", flat=True))
    for rendition in made:
        if rendition.file.name not in kept:
            rendition.file.delete(save=False)


def _crop(image: Image, spec: str) -> str:
    """Return what a rendition takes from the focal point; empty when it shows the whole."""
    return str(Filter(spec).get_cache_key(image))


def _unchanged(image: Image) -> QuerySet[Image]:
    focal_point = {name: getattr(image, name) for name in FOCAL_POINT}
    return Image.objects.filter(pk=image.pk, file=image.file.name, **focal_point)
