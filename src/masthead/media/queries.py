"""What readers may fetch of a picture, and what has still to be made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.files import File
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from masthead.lib import ffmpeg
from masthead.lib.likeness import SAME, distance
from masthead.media.models import CaptionsDraft, Clip, Image, Preparation, Rendition
from masthead.media.sizes import AVIF, FALLBACK, RENDITION_SET, WEBP

#: How many pictures that are the same, and stories that show one, are named.
MOST_NAMED = 5


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


def sources(image: Image | None) -> Sources | None:
    """Return the renditions of a picture; None while they are being made, or if it is taken down.

    Makes none: a page that is rendered writes nothing.
    """
    if image is None or image.is_withdrawn:
        return None
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
    return Image.objects.filter(is_withdrawn=False).filter(
        Q(rendition_set__lt=RENDITION_SET) | Q(rendition_set__gt=RENDITION_SET)
    )


def public_originals() -> list[str]:
    """Return public files that nothing can make anew: captions, clips without an original."""
    captions = Clip.objects.exclude(captions="").values_list("captions", flat=True)
    clips = Clip.objects.filter(original="").exclude(file="").values_list("file", flat=True)
    return [*captions, *clips]


def same_pictures(image: Image) -> list[Image]:
    """Return the pictures that show the same as this one, whole or a part; most alike first."""
    if not image.likeness:
        return []
    others = Image.objects.exclude(pk=image.pk).exclude(likeness="")
    found = [
        (differs, pk)
        for pk, theirs in others.values_list("pk", "likeness").iterator()
        if (differs := distance(image.likeness, theirs)) <= SAME
    ]
    pictures = Image.objects.in_bulk([pk for _differs, pk in found])
    return [pictures[pk] for _differs, pk in sorted(found)[:MOST_NAMED] if pk in pictures]


def ran_before(image: Image) -> SafeString | None:
    """Return for the desk which pictures show the same, and where those stand; None if none do."""
    parts = []
    for other in same_pictures(image):
        users = [str(user) for user, _references in other.get_usage()[:MOST_NAMED]]
        name = format_html(
            '<a href="{}">{}</a>', reverse("wagtailimages:edit", args=[other.pk]), other
        )
        stands = _("in %(stories)s") % {"stories": ", ".join(users)} if users else _("not used yet")
        parts.append((name, stands))
    if not parts:
        return None
    words = _("We have this picture already:")
    return format_html("{} {}", words, format_html_join(", ", "{} ({})", parts))


def load_renditions(images: Iterable[Image]) -> None:
    """Read the renditions of many pictures at once, so that ``sources`` asks no more."""
    prefetch_related_objects(list(images), "renditions")


@dataclass(frozen=True)
class State:
    """How far a clip is on its way to readers, for the desk."""

    is_moving: bool
    words: str
    percent: int
    error: str
    #: The versions that exist, by their shorter side: “360, 720”.
    heights: str
    has_ffmpeg: bool
    draft: CaptionsDraft | None
    #: Whether something is there that drafts captions, and none stand there yet.
    can_draft: bool

    @property
    def can_retry(self) -> bool:
        """Whether it makes sense to begin anew."""
        return bool(self.error) or (self.has_ffmpeg and not self.is_moving and not self.heights)


def state_of(clip: Clip) -> State:
    """Return how far a clip is."""
    found = Preparation.objects.filter(clip=clip).first()
    is_moving = found is not None and not found.is_over
    words = ""
    if found and is_moving:
        names = {"step": found.get_step_display(), "percent": found.percent}
        words = _("In the background: %(step)s, %(percent)s %%") % names
    return State(
        is_moving=is_moving,
        words=words,
        percent=found.percent if found else 0,
        error=found.error if found else "",
        heights=", ".join(str(rung.height) for rung in clip.rungs.all()),
        has_ffmpeg=ffmpeg.find(settings.FFMPEG) is not None,
        draft=None if clip.captions else CaptionsDraft.objects.filter(clip=clip).first(),
        can_draft=bool(settings.SPEECH_TO_TEXT and not clip.captions),
    )
