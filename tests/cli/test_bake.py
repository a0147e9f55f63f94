"""The baker within ``masthead serve``, killed at any moment, and ``masthead bake``."""

import os
import random
import signal
import sqlite3
from contextlib import closing

from tests.cli.newsroom import runs
from tests.proof import IS_FULL
from tests.until import until

#: In full with fewer kills: a baker that has died often waits longer before it starts again.
EDITS, EDITS_A_KILL = (1_000, 40) if IS_FULL else (25, 5)
FRONT = "baked/localhost:8000/index.html"


def write(newsroom, statement, *values):
    path = newsroom.home / "masthead.sqlite3"
    with closing(sqlite3.connect(path, timeout=20)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        return database.execute(statement, values).fetchall()


def rename(newsroom, title):
    write(newsroom, f"UPDATE wagtailcore_page SET title = ? WHERE id = ({PAGE})", title)


PAGE = "SELECT page_ptr_id FROM stories_standingpage ORDER BY page_ptr_id LIMIT 1"


def waiting(newsroom):
    ((count,),) = write(
        newsroom,
        "SELECT (SELECT count(*) FROM bake_change WHERE turn = 0) + "
        "(SELECT count(*) FROM bake_node WHERE changes > 0)",
    )
    return count


def test_a_baker_that_is_killed_again_and_again_loses_no_edit(newsroom):
    chance = random.Random(1)
    with newsroom.serve() as served:
        until((newsroom.home / FRONT).exists)
        for number in range(EDITS):
            if number % EDITS_A_KILL == 0:
                victim, last_moment = served.baker(), number + chance.randrange(EDITS_A_KILL)
            rename(newsroom, f"About us {number}")
            if number == last_moment:
                os.kill(victim, signal.SIGKILL)
                until(lambda: not runs(victim))  # noqa: B023
        last = f"About us {EDITS - 1}"
        served.baker()
        until(lambda: last in served.get("/about/")[1] and not waiting(newsroom))

        done = newsroom.run("bake", "--check")

    assert done.stdout == "Every file is fresh\n", done.stdout
    assert done.returncode == 0


def test_a_page_that_was_changed_while_nobody_baked_is_found_and_baked(newsroom):
    assert newsroom.run("bake").returncode == 0
    rename(newsroom, "About the lamp")
    (newsroom.home / FRONT).write_text("torn")

    checked = newsroom.run("bake", "--check")
    baked = newsroom.run("bake")

    assert checked.returncode == 1
    assert "differs  localhost:8000/about/" in checked.stdout
    assert "differs  localhost:8000/\n" in checked.stdout
    assert "pages/s" in baked.stdout
    assert newsroom.run("bake", "--check").returncode == 0
