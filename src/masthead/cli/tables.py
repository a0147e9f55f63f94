"""The database's tables, brought to what this program needs."""

from collections.abc import Sequence
from typing import Any

from django.core.management import call_command
from tqdm import tqdm


def migrate(missing: Sequence[str]) -> None:
    """Run the migrations that are missing, with a bar that shows how far it is."""
    with tqdm(total=len(missing), leave=False, disable=None, bar_format="{l_bar}{bar}") as bar:
        call_command("migrate", interactive=False, no_color=True, stdout=_Applied(bar))


class _Applied:
    """What ``migrate`` writes to; each migration that it reports moves the bar."""

    def __init__(self, bar: Any) -> None:
        self.bar = bar

    def write(self, text: str) -> None:
        self.bar.update(text.count(" OK"))

    def flush(self) -> None:
        """Hold nothing back."""
