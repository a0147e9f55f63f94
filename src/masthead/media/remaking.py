"""Makes anew all that readers see of pictures and clips, from the originals alone."""

from collections.abc import Callable

from django.db import transaction

from masthead.media.actions import make_missing_renditions
from masthead.media.models import Clip, FormerFile, Image, Preparation, Rendition, Rung, Upload
from masthead.media.preparation import make_clip_playable, prepare_clip
from masthead.media.queries import pictures_without_renditions
from masthead.media.sizes import FIRST_SET


@transaction.atomic
def forget_what_was_made() -> None:
    """Forget every rendition and version: their files are not there, as after a restore."""
    for model in (Rendition, Rung, FormerFile, Upload):
        rows = model._default_manager.all()  # noqa: SLF001 - Django's own name for it
        rows._raw_delete(rows.db)  # noqa: SLF001 - without signals: there are no files to delete
    Image.objects.update(rendition_set="", rendition_error="", rendition_attempts=0)
    Clip.objects.exclude(original="").update(file="")
    Clip.objects.update(playlist="")
    Preparation.objects.all().delete()
    for clip in Clip.objects.filter(is_withdrawn=False):
        prepare_clip(clip=clip)


def how_much_is_to_be_made() -> int:
    """Return how many pictures and clips readers cannot see yet."""
    pictures = pictures_without_renditions().exclude(rendition_set=FIRST_SET).count()
    return pictures + Preparation.objects.filter(is_over=False, clip__is_withdrawn=False).count()


def make_what_readers_see(told: Callable[[], object]) -> None:
    """Make the first files of each picture and clip; smaller and larger ones are the worker's.

    ``told`` is called after each.
    """
    while make_clip_playable():
        told()
    while pictures_without_renditions().exclude(rendition_set=FIRST_SET).exists():
        make_missing_renditions()
        told()
