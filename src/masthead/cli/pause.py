"""How ``masthead serve`` and ``masthead upgrade`` agree: by files in the data folder.

While ``upgrade.lock`` is held, application, worker and baker hold still and the server holds
``paused.lock``. The folder ``upgrade/`` is there from before the first change to the database until
it is whole again, new or as it was; ``upgraded.stamp`` is new when it is new.
"""

import os
from contextlib import suppress
from pathlib import Path

from masthead.lib.lock import hold, is_held

LOCK = "upgrade.lock"
PAUSED = "paused.lock"
FOLDER = "upgrade"
STAMP = "upgraded.stamp"


class UpgradePause:
    """What the server looks at."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._stamp = self._read_stamp()
        self._lock: int | None = None

    def is_wanted(self) -> bool:
        """Return whether application, worker and baker must hold still."""
        wanted = is_held(self._home / LOCK) or was_cut_off(self._home)
        if not wanted and self._lock is not None:
            os.close(self._lock)
            self._lock = None
        return wanted

    def begun(self) -> None:
        """Let the upgrade begin: nothing writes any more."""
        if self._lock is None:
            self._lock = hold(self._home / PAUSED)

    def is_over_for_good(self) -> bool:
        """Return whether the newsroom was upgraded since this server started."""
        return not was_cut_off(self._home) and self._read_stamp() != self._stamp

    def _read_stamp(self) -> str:
        with suppress(FileNotFoundError):
            return (self._home / STAMP).read_text("utf-8")
        return ""


def was_cut_off(home: Path) -> bool:
    """Return whether an upgrade is under way or was cut off."""
    return (home / FOLDER).exists()
