"""The picture that stands for a clip: the best of a few, or the one that somebody picked."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from django.core.files.images import ImageFile
from django.utils.translation import gettext as _
from PIL import Image as Pixels
from PIL import ImageFilter, ImageStat

from masthead.lib import film_recipes
from masthead.lib.ffmpeg import FilmError, Source
from masthead.lib.film_facts import Facts
from masthead.media.models import Clip, Image

#: From so many moments of the film the best is taken.
CANDIDATES = 6
#: How large a frame is when it is judged, in pixels.
JUDGED = (160, 160)


def poster_of(
    clip: Clip,
    facts: Facts,
    *,
    at: float | None,
    run: Callable[[list[str]], None],
    source: Source,
    folder: Path,
) -> Image:
    """Return a new picture, not stored yet, of a second of a clip; the best of several for None."""
    moments = (
        [min(at, facts.seconds)]
        if at is not None
        else film_recipes.moments(facts.seconds, CANDIDATES)
    )
    found = []
    for number, moment in enumerate(moments):
        name = f"{number}.png"
        run(film_recipes.frame(source, facts, moment, name))
        if (folder / name).exists():  # not every film has a picture at each moment
            found.append(folder / name)
    if not found:
        raise FilmError(_("There is no picture in it at that moment."))
    return _picture(clip, max(found, key=_worth))


def _picture(clip: Clip, path: Path) -> Image:
    jpeg = BytesIO()
    with Pixels.open(path, formats=["PNG"]) as frame:
        frame.convert("RGB").save(jpeg, "JPEG", quality=92)
    return Image(
        title=clip.title,
        description=clip.description,
        credit=clip.credit,
        collection=clip.collection,
        file=ImageFile(jpeg, name="poster.jpg"),
    )


def _worth(path: Path) -> float:
    """Return how much there is to see: detail and contrast, neither black nor white."""
    with Pixels.open(path, formats=["PNG"]) as frame:
        grey = frame.convert("L")
        grey.thumbnail(JUDGED)
    light = ImageStat.Stat(grey)
    edges = ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES))
    brightness = light.mean[0] / 255
    return float((light.stddev[0] + edges.mean[0]) * min(brightness, 1 - brightness, 0.3))
