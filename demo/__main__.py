"""Make the demo newsroom in the data folder if there is none, and serve it: ``python -m demo``."""

import os
import shutil
import sys
from pathlib import Path

import django

from demo.files import TOUR_FILE, read
from masthead.conf.installation import FILE_NAME, Installation
from masthead.lib.address import SiteAddress


def main() -> None:
    home = Path(os.environ.get("MASTHEAD_HOME", "var")).resolve()
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    address = SiteAddress.parse(f"http://localhost:{port}")
    os.environ["MASTHEAD_ADDRESS"] = str(address)
    if not (home / FILE_NAME).exists():
        make(home, address)
    os.environ["MASTHEAD_HOME"] = str(home)
    serve = [sys.executable, "-m", "masthead", "serve", "--host", host, "--port", port]
    print((home / TOUR_FILE).read_text("utf-8").format(address=address), flush=True)
    os.execv(sys.executable, serve)  # noqa: S606 - our own command


def make(home: Path, address: SiteAddress) -> None:
    """Build the newsroom beside its place and move it there whole: a broken set-up leaves none."""
    if home.exists() and any(home.iterdir()):
        sys.exit(f"{home} is in use by something else: choose another MASTHEAD_HOME")
    building = home.with_name(home.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    site = read("site.toml")
    Installation(
        home=building,
        address=address,
        language=site["language"],
        languages=(site["language"], *site["editions"]),
        time_zone=site["time_zone"],
    ).write()
    os.environ["MASTHEAD_HOME"] = str(building)
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.conf.settings"
    django.setup()
    from demo.newsroom import Demo

    Demo(site=site, address=address).load()
    shutil.rmtree(home, ignore_errors=True)
    building.rename(home)


if __name__ == "__main__":
    main()
