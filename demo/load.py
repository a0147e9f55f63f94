"""Make the demo newsroom in the data folder: ``python -m demo.load``.

Times are told from the moment of loading, so that the lead story is always this morning's.
"""

import os
import shutil
from pathlib import Path

import django

from demo.files import read
from masthead.conf.installation import FILE_NAME, Installation
from masthead.lib.address import SiteAddress


def main() -> None:
    home = Path(os.environ["MASTHEAD_HOME"]).resolve()
    if (home / FILE_NAME).exists():
        return
    site = read("site.toml")
    address = SiteAddress.parse(f"http://localhost:{os.environ.get('PORT', '8000')}")
    # Built beside its place and moved there whole: an interrupted set-up leaves no half newsroom.
    building = home.with_name(home.name + ".building")
    os.environ["MASTHEAD_HOME"] = str(building)
    clear(building)
    Installation(
        home=building,
        address=address,
        language=site["language"],
        languages=(site["language"], *site["editions"]),
        time_zone=site["time_zone"],
    ).write()
    django.setup()
    from demo.newsroom import Demo

    Demo(site=site, address=address).load()
    home.parent.mkdir(parents=True, exist_ok=True)
    if home.exists():
        home.rmdir()
    building.rename(home)


def clear(folder: Path) -> None:
    """Remove what an interrupted set-up left."""
    if folder.exists():
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
