"""Where the demo's texts, pictures and clips lie."""

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
#: In the data folder: where to look, and how to sign in.
TOUR_FILE = "tour.txt"
Table = dict[str, Any]


def read(name: str) -> Table:
    """Return one of the demo's files."""
    return tomllib.loads((HERE / name).read_text("utf-8"))


def stories() -> list[Table]:
    """Return the demo's stories, originals before their translations, oldest first."""
    found = [tomllib.loads(path.read_text("utf-8")) for path in (HERE / "stories").glob("*.toml")]
    return sorted(
        found, key=lambda story: ("translation_of" in story, -story["days_ago"], story["time"])
    )
