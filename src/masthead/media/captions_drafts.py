"""Drafts of captions, made by a program of the newsroom's choice; an editor corrects them."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from masthead.lib import ffmpeg, film_recipes
from masthead.lib.ffmpeg import FilmError, Source
from masthead.lib.film import container_of
from masthead.lib.film_facts import facts_of
from masthead.lib.mp4 import ClipRefusedError
from masthead.lib.speech import SpeechError, captions_of
from masthead.media.models import CaptionsDraft, Clip

MOST_ATTEMPTS = 3
#: Seconds that a draft may take: at least so many, and so many for each second of the clip.
LEAST = 120
PER_SECOND = 20

logger = logging.getLogger(__name__)


def draft_captions(*, clip: Clip) -> None:
    """Let the worker ask for a draft; one that there is already is forgotten."""
    CaptionsDraft.objects.filter(clip=clip).delete()
    CaptionsDraft.objects.create(clip=clip)


def captions_drafts_are_due() -> bool:
    """Return whether a draft is wanted and something there that makes it."""
    return bool(settings.SPEECH_TO_TEXT) and CaptionsDraft.objects.filter(is_over=False).exists()


def make_captions_draft() -> bool:
    """Make one draft, or note why there is none; return whether one was wanted."""
    waiting = CaptionsDraft.objects.filter(is_over=False).select_related("clip")
    draft = waiting.order_by("attempts", "pk").first() if settings.SPEECH_TO_TEXT else None
    if draft is None:
        return False
    rows = CaptionsDraft.objects.filter(pk=draft.pk)
    if draft.attempts >= MOST_ATTEMPTS:
        rows.update(is_over=True, error=_("The worker did not survive working on it."))
        return True
    rows.update(attempts=F("attempts") + 1)
    try:
        rows.update(is_over=True, text=_drafted(draft.clip))
    except (FilmError, ClipRefusedError, SpeechError) as error:
        logger.warning("No captions for clip %s: %s", draft.clip_id, error)
        rows.update(is_over=True, error=str(error)[:500])
    return True


def _drafted(clip: Clip) -> str:
    program = ffmpeg.find(settings.FFMPEG)
    film = clip.original or clip.file
    if program is None or not film:
        raise FilmError(_("It takes ffmpeg and the clip's file to draft captions."))
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="sound-") as name:
        folder = Path(name)
        with film.open() as file:
            source = Source(Path(film.path), container_of(file))
        facts = facts_of(ffmpeg.describe(program, source))
        if not facts.sound:
            raise FilmError(_("There is no sound in it."))
        ffmpeg.run(program, film_recipes.sound(source, "sound.wav"), folder=folder)
        within = max(LEAST, PER_SECOND * facts.seconds)
        return captions_of(folder / "sound.wav", by=settings.SPEECH_TO_TEXT, within=within)
