"""A newsroom of each release, kept for the tests of the next.

``python -m tests.cli.older_newsroom`` writes ``tests/data/newsroom-VERSION.tar``, a backup as
``masthead backup`` makes it. Until the first release it is made again when a first migration is;
from then on there is one of each release, and none is ever written again.
"""

import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from masthead.lib.archive import read_about, unpack
from masthead.upkeep.contents import SQLITE, is_wanted
from masthead.upkeep.database import unpack_sqlite
from tests.cli.newsroom import Newsroom

DATA = Path(__file__).parents[1] / "data"
#: What people have done there: a story with a picture and a comment, and a reader of letters.
LIFE = """
from masthead.cli import main
from masthead.readers.models import Address
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.media import ImageFactory
from tests.factories.stories import StoryFactory

story = StoryFactory(title="Kept from an older release", lead_picture=ImageFactory())
comment_on(open_to_all(story), "I was here before you.")
Address.objects.create(email="stays@example.org")
raise SystemExit(main(["backup", FILE]))
"""


def make() -> Path:
    """Write the backup of this release's newsroom; return where it is."""
    file = DATA / f"newsroom-{version('masthead')}.tar"
    file.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="masthead-older-") as folder:
        newsroom = Newsroom.copy(Path(folder) / "home")
        program = LIFE.replace("FILE", repr(str(file)))
        done = newsroom.run("manage", "shell", "-v", "0", "-c", program)
        if done.returncode:
            sys.exit(done.stderr)
    return file


def unpacked(file: Path, home: Path) -> Newsroom:
    """Return the newsroom of a backup as that release left it: nothing is brought up to date."""
    home.mkdir()
    about = read_about(file)
    unpack(file, home, is_wanted, lambda _size: None)
    database = home / SQLITE
    unpack_sqlite(database, home / "masthead.sqlite3", about["database_bytes"])
    database.unlink()
    return Newsroom(home)


if __name__ == "__main__":
    print(make())
