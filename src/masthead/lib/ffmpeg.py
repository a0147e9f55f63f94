"""Runs ffmpeg: on one file, told which format that is, with no way to any other or to a network."""

import logging
import os
import re
import resource
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masthead.lib.process_end import end_with_parent

logger = logging.getLogger(__name__)
#: Seconds for which it may be silent: it tells of its progress twice a second.
LONGEST_SILENCE = 120
#: Bytes of address space: many times what a film needs, so that a broken one cannot take all.
MOST_MEMORY = 6 * 1024**3
#: Pixels of a frame: 8K. What claims more is not decoded.
MOST_PIXELS = 36_000_000
QUIET = ("-hide_banner", "-nostdin", "-nostats", "-loglevel")
PROGRESS = re.compile(rb"out_time_us=(\d+)")
MOST_COMPLAINTS = 64 * 1024
#: What ffmpeg says, and what that means to whoever uploaded the film.
REASONS = {
    "No space left": gettext_lazy("There is no room left on the disk."),
    "Cannot allocate memory": gettext_lazy("Its pictures are too large to be read."),
    "Picture size": gettext_lazy("Its pictures are too large to be read."),
    "matches no streams": gettext_lazy("There are no pictures in it."),
    "moov atom not found": gettext_lazy("It was not sent completely."),
}


class FilmError(Exception):
    """A film could not be worked on. The message is for the person who uploaded it."""


class StoppedError(Exception):
    """Whoever was told of the progress wanted no more."""


@dataclass(frozen=True)
class Source:
    """A film on the disk and its container, by ffmpeg's name."""

    path: Path
    container: str

    def arguments(self) -> list[str]:
        """Return what opens this file and, whatever stands in it, nothing else.

        The format is given, so that none is guessed and no playlist read; data that lies in other
        files is not followed (``enable_drefs`` is off unless set).
        """
        return [
            *("-protocol_whitelist", "file", "-format_whitelist", self.container),
            *("-max_pixels", str(MOST_PIXELS), "-f", self.container, "-i", f"file:{self.path}"),
        ]


def find(named: str = "") -> str | None:
    """Return where ffmpeg is: the one that was named, the system's, or the one in the wheel."""
    if named:
        return shutil.which(named)
    return shutil.which("ffmpeg") or _in_wheel()


def _in_wheel() -> str | None:
    found = find_spec("imageio_ffmpeg")
    for folder in found.submodule_search_locations or () if found else ():
        for path in sorted(Path(folder, "binaries").glob("ffmpeg-*")):
            return str(path)
    return None


def describe(program: str, source: Source) -> str:
    """Return what ffmpeg tells of a film, as it stands above its work."""
    asked = [program, *QUIET, "info", *source.arguments()]
    done = subprocess.run(  # noqa: S603 - arguments of ours, no shell
        asked, **_shut_in(), stderr=subprocess.PIPE, timeout=LONGEST_SILENCE, check=False
    )
    return str(done.stderr, "utf-8", "replace")


def run(
    program: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    told: Callable[[float], bool] | None = None,
) -> None:
    """Run ffmpeg in a folder, to its end.

    ``told`` hears how many seconds of film are done, and stops it by returning False.

    Raises FilmError with a reason in words, and StoppedError.
    """
    asked = [program, *QUIET, "error", "-progress", "pipe:1", "-y", *arguments]
    with TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - arguments of ours, no shell
            asked, **_shut_in(), cwd=folder, stdout=subprocess.PIPE, stderr=complaints
        )
        with process:
            try:
                _listen(process, told or (lambda _seconds: True))
            finally:
                process.kill()  # harmless when it has ended
        if process.returncode:
            complaints.seek(0)
            raise FilmError(_reason(complaints.read(MOST_COMPLAINTS).decode("utf-8", "replace")))


def _listen(process: "subprocess.Popen[bytes]", told: Callable[[float], bool]) -> None:
    assert process.stdout
    descriptor = process.stdout.fileno()
    while select.select([descriptor], [], [], LONGEST_SILENCE)[0]:
        report = os.read(descriptor, 65536)
        if not report:
            process.wait(LONGEST_SILENCE)
            return
        times = PROGRESS.findall(report)
        if times and not told(int(times[-1]) / 1_000_000):
            raise StoppedError
    raise FilmError(_("Its pictures take too long to be read."))


def _reason(complaints: str) -> str:
    logger.warning("ffmpeg: %s", complaints)
    for mark, words in REASONS.items():
        if mark in complaints:
            return str(words)
    return _("The film is damaged, or in a format that cannot be read.")


def _shut_in() -> dict[str, Any]:
    return {
        "stdin": subprocess.DEVNULL,
        "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        "preexec_fn": partial(_bound, os.getpid()),
    }


def _bound(parent: int) -> None:
    end_with_parent(parent, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
