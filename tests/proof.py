"""How much a proof tries: a little each time, as much as it can under ``PROVE=1``."""

import os

from hypothesis import Phase, settings

IS_FULL = os.environ.get("PROVE") == "1"
TIMES_MORE = 50


def effort(examples, **options):
    """Return hypothesis's settings: the same few examples each time, many new ones in full."""
    return settings(
        max_examples=examples * TIMES_MORE if IS_FULL else examples,
        derandomize=not IS_FULL,
        database=None,
        # The short form says soon that it failed; the full one looks for the smallest example too.
        phases=list(Phase) if IS_FULL else [Phase.explicit, Phase.generate],
        deadline=None,
        **options,
    )
