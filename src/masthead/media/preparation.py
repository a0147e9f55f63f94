"""Makes of an original what readers see: the clip that plays, its poster, and its versions.

Each step is done by the worker, begins anew when it was cut off, and changes the clip only if it
is still the one that the step began with.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.lib import ffmpeg, film_recipes
from masthead.lib.ffmpeg import FilmError, Source, StoppedError
from masthead.lib.film import container_of
from masthead.lib.film_facts import Facts, facts_of
from masthead.lib.film_recipes import Version
from masthead.lib.mp4 import ClipRefusedError, check_clip
from masthead.media.models import Clip, FormerFile, Preparation, Rung, Step
from masthead.media.posters import poster_of

MOST_ATTEMPTS = 3
#: Pages that readers have open name a replaced file for so long.
KEPT = timedelta(days=1)
#: What has so many times the bytes of the first version is no file for a bad line.
HEAVIER = 1.3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """One step of one clip: its rows as they were, its film, and a folder for what is made."""

    preparation: Preparation
    clip: Clip
    program: str
    source: Source
    facts: Facts
    folder: Path

    def run(self, arguments: list[str]) -> None:
        """Run ffmpeg and note the progress once a second.

        Raises FilmError, and StoppedError when the clip has been replaced or deleted.
        """
        ffmpeg.run(self.program, arguments, folder=self.folder, told=self._teller())

    def _teller(self) -> Callable[[float], bool]:
        last = monotonic()

        def told(seconds: float) -> bool:
            nonlocal last
            if monotonic() - last < 1:
                return True
            last = monotonic()
            percent = min(99, round(100 * seconds / self.facts.seconds))
            rows = Preparation.objects.filter(pk=self.preparation.pk, is_over=False)
            return bool(rows.update(percent=percent))

        return told


def prepare_clip(*, clip: Clip) -> Preparation:
    """Let the worker make what readers see of a clip's original, from the beginning.

    What readers see already stays until there is something in its place.
    """
    Preparation.objects.filter(clip=clip).delete()
    return Preparation.objects.create(clip=clip)


def take_down(*, clip: Clip) -> None:
    """Take from readers all that they can fetch of a clip; the original stays. Saves nothing.

    Once it is saved, the files are gone: ``signals``.
    """
    if clip.file and not clip.original:
        with clip.file.open() as file:
            clip.original.save("original.mp4", File(file), save=False)
    clip.file, clip.playlist = "", ""
    for row in (*clip.rungs.all(), *clip.former_files.all()):
        row.delete()


def pick_poster(*, clip: Clip, at: float | None) -> None:
    """Let the worker take the poster at a second of the clip; at the best of several for None."""
    Preparation.objects.update_or_create(
        clip=clip,
        defaults={"step": Step.POSTER, "poster_at": at, "is_over": False, "error": ""},
    )


def make_clip_playable() -> bool:
    """Do the quick steps of one clip, after which readers can see it; return if there was one."""
    return _do_next((Step.PLAYABLE, Step.POSTER))


def make_versions() -> bool:
    """Make versions of one clip, the first of them first; return whether there was one."""
    return _do_next((Step.LADDER, Step.LARGE))


def playable_clips_are_due() -> bool:
    """Return whether a clip waits to be made playable."""
    return _due((Step.PLAYABLE, Step.POSTER)).exists()


def versions_are_due() -> bool:
    """Return whether a clip waits for its versions."""
    return _due((Step.LADDER, Step.LARGE)).exists()


def _due(steps: tuple[Step, ...]) -> QuerySet[Preparation]:
    waiting = Preparation.objects.filter(is_over=False, step__in=steps)
    return waiting.filter(clip__is_withdrawn=False)


def _do_next(steps: tuple[Step, ...]) -> bool:
    waiting = _due(steps).select_related("clip").order_by("attempts", "-step", "pk")
    preparation = waiting.first()
    if preparation is None:
        return False
    rows = Preparation.objects.filter(pk=preparation.pk)
    if preparation.attempts >= MOST_ATTEMPTS:
        _fail(preparation, _("The worker did not survive working on it."))
        return True
    # Counted beforehand: a film that takes all memory comes to no except clause.
    rows.update(attempts=F("attempts") + 1, percent=0)
    try:
        following = _do(preparation)
    except StoppedError:
        return True
    except (FilmError, ClipRefusedError) as error:
        _fail(preparation, str(error))
    else:
        rows.update(**following, attempts=0, percent=0)
    return True


def _fail(preparation: Preparation, reason: str) -> None:
    """Try no more and say why. The original stays, and so does what readers see already."""
    logger.warning("Clip %s: %s", preparation.clip_id, reason)
    Preparation.objects.filter(pk=preparation.pk).update(
        is_over=True, error=reason[:500], attempts=0, percent=0
    )


def _do(preparation: Preparation) -> dict[str, object]:
    """Do the step that a clip is in; return what its preparation says next."""
    clip = preparation.clip
    film = clip.original or clip.file
    if not film:
        raise FilmError(_("Its file is missing."))
    program = ffmpeg.find(settings.FFMPEG)
    if program is None:
        _play_as_it_is(clip)
        return {"is_over": True}
    with _folder(clip) as folder, film.open() as file:
        source = Source(Path(film.path), container_of(file))
        facts = facts_of(ffmpeg.describe(program, source))
        work = Work(preparation, clip, program, source, facts, folder)
        return STEPS[Step(preparation.step)](work)


@contextmanager
def _folder(clip: Clip) -> Iterator[Path]:
    """Give an empty folder, whatever a step that was cut off has left in it."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"clip-{clip.pk}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _play_as_it_is(clip: Clip) -> None:
    """Let readers see the original where there is no ffmpeg: if it plays and tells nothing more.

    Raises ClipRefusedError.
    """
    if not clip.original:
        return
    with clip.original.open() as file:
        found = check_clip(file)
        _show(clip, File(file), (found.width, found.height), found.seconds)


def _make_playable(work: Work) -> dict[str, object]:
    """Take the film over as it is, where browsers play it, with nothing of its maker left."""
    if work.clip.original and work.facts.is_web_safe:
        try:
            work.run(film_recipes.remux(work.source, work.facts, "bare.mp4"))
            with (work.folder / "bare.mp4").open("rb") as file:
                found = check_clip(file)  # what goes out is looked into, whoever made it
                _show(work.clip, File(file), (found.width, found.height), found.seconds)
        except (FilmError, ClipRefusedError):  # it plays once its versions are made
            logger.warning("Clip %s cannot be taken over as it is", work.clip.pk, exc_info=True)
    return {"step": Step.POSTER}


def _show(clip: Clip, file: "File[bytes]", sides: tuple[int, int], seconds: float) -> None:
    """Put a playable file in the place of the one that a clip had, and of its versions."""
    with _unchanged(clip) as found:
        _keep_for_a_while(found, found.file.name)
        found.file.save("clip.mp4", file, save=False)
        found.width, found.height = sides
        found.duration = seconds
        found.playlist = ""
        found.save(update_fields=["file", "width", "height", "duration", "playlist"])
        found.rungs.all().delete()


def _keep_for_a_while(clip: Clip, name: str | None) -> None:
    if name:
        FormerFile.objects.create(clip=clip, name=name, delete_at=timezone.now() + KEPT)


def delete_former_files() -> bool:
    """Delete one file whose time is over; return whether there was one."""
    over = FormerFile.objects.filter(delete_at__lte=timezone.now()).first()
    if over:
        over.delete()  # with it goes the file: ``signals``
    return over is not None


@contextmanager
def _unchanged(clip: Clip) -> Iterator[Clip]:
    """Give the clip's row as it is now, locked. Raises StoppedError when it has another film."""
    with transaction.atomic():
        rows = Clip.objects.select_for_update().filter(original=clip.original.name or "")
        found = rows.filter(pk=clip.pk, is_withdrawn=False).first()
        if found is None:
            raise StoppedError
        yield found


def _take_poster(work: Work) -> dict[str, object]:
    at = work.preparation.poster_at
    if at is not None or work.clip.poster_id is None:
        poster = poster_of(
            work.clip, work.facts, at=at, run=work.run, source=work.source, folder=work.folder
        )
        with _unchanged(work.clip) as found:
            poster.save()
            found.poster = poster
            found.save(update_fields=["poster"])
    if work.clip.rungs.exists():
        return {"is_over": True, "poster_at": None}
    return {"step": Step.LADDER, "poster_at": None}


def _make_ladder(work: Work) -> dict[str, object]:
    """Make the first versions in one go, and of the best of them a file for every browser."""
    wanted = film_recipes.versions(work.facts.short_side)
    _make_rungs(work, [each for each in wanted if each.is_first])
    _lighten(work)
    return {"step": Step.LARGE} if not wanted[-1].is_first else {"is_over": True}


def _make_large(work: Work) -> dict[str, object]:
    wanted = film_recipes.versions(work.facts.short_side)
    _make_rungs(work, [each for each in wanted if not each.is_first])
    return {"is_over": True}


def _make_rungs(work: Work, wanted: list[Version]) -> None:
    work.run(film_recipes.ladder(work.source, work.facts, wanted))
    made = [_rung(work, each) for each in wanted]
    with _unchanged(work.clip) as clip:
        clip.rungs.filter(height__in=[each.height for each in made]).delete()
        Rung.objects.bulk_create(made)
        _keep_for_a_while(clip, clip.playlist.name)
        clip.playlist.save("clip.m3u8", ContentFile(_list_of_all(clip)), save=False)
        clip.save(update_fields=["playlist"])


def _rung(work: Work, version: Version) -> Rung:
    """Store a version's file and list under names that nobody can guess."""
    playlist = (work.folder / f"{version.side}.m3u8").read_text("utf-8")
    bandwidth, average = film_recipes.bandwidths(playlist)
    shape = _shape(work.facts, version.side)
    rung = Rung(
        clip=work.clip, height=version.side, bandwidth=bandwidth, average=average, shape=shape
    )
    with (work.folder / f"{version.side}.mp4").open("rb") as file:
        rung.codecs = film_recipes.codecs(file.read(8192), has_sound=bool(work.facts.sound))
        rung.file.save("rung.mp4", File(file), save=False)
    name = Path(str(rung.file.name)).name
    listed = film_recipes.rewritten(playlist, name).encode()
    rung.playlist.save("rung.m3u8", ContentFile(listed), save=False)
    return rung


def _shape(facts: Facts, side: int) -> str:
    other = round(max(facts.width, facts.height) * side / facts.short_side / 2) * 2
    return f"{other}x{side}" if facts.width >= facts.height else f"{side}x{other}"


def _list_of_all(clip: Clip) -> bytes:
    listed = [
        film_recipes.Listed(
            f"../{each.playlist.name}", each.bandwidth, each.average, each.shape, each.codecs
        )
        for each in clip.rungs.all()
    ]
    return film_recipes.list_of(listed).encode()


def _lighten(work: Work) -> None:
    """Give browsers without a choice a file that suits a bad line, or one that they play at all."""
    best = work.clip.rungs.last()
    if best is None or (work.clip.file and work.clip.file.size < HEAVIER * best.file.size):
        return
    source = Source(Path(best.file.path), "mov")
    work.run(
        film_recipes.remux(source, facts_of(ffmpeg.describe(work.program, source)), "light.mp4")
    )
    with (work.folder / "light.mp4").open("rb") as file, _unchanged(work.clip) as clip:
        found = check_clip(file)
        _keep_for_a_while(clip, clip.file.name)
        clip.file.save("clip.mp4", File(file), save=False)
        clip.width, clip.height, clip.duration = found.width, found.height, found.seconds
        clip.save(update_fields=["file", "width", "height", "duration"])


STEPS: dict[Step, Callable[[Work], dict[str, object]]] = {
    Step.PLAYABLE: _make_playable,
    Step.POSTER: _take_poster,
    Step.LADDER: _make_ladder,
    Step.LARGE: _make_large,
}
