"""A letter whose senders are killed again and again: nobody gets it twice, nobody is forgotten."""

import random
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing, contextmanager
from functools import partial

import pytest

from tests.cli.newsroom import MASTHEAD, Newsroom, children_of, environment, kill_tree
from tests.proof import IS_FULL
from tests.until import until

RECIPIENTS = 20_000 if IS_FULL else 1_500
ROUNDS = 30 if IS_FULL else 1
KILLS = 3
CONNECTIONS = 3


@contextmanager
def running(command, **options):
    process = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield process
    finally:
        kill_tree(process)


@pytest.fixture
def sink(tmp_path):
    log = tmp_path / "taken"
    command = [sys.executable, "-m", "tests.mail.sink", "0", str(log)]
    with running(command, stdout=subprocess.PIPE, text=True, env=environment(tmp_path)) as process:
        yield int(process.stdout.readline()), log
        process.stdout.close()


@pytest.fixture
def newsroom(tmp_path, sink):
    port, _log = sink
    newsroom = Newsroom.copy(tmp_path / "home")
    newsroom.extra["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    settings = newsroom.home / "masthead.toml"
    settings.write_text(settings.read_text().replace("provider = 20", "provider = 0"))
    return newsroom  # without a key: what is not signed leaves fastest


def test_a_worker_that_is_told_to_stop_leaves_nobody_in_doubt(newsroom, sink):
    _port, log = sink
    start(newsroom, "stopped")
    with running([*MASTHEAD, "work"], env=newsroom.environment) as worker:
        until(partial(has_lines, log, 200), within=120)
        worker.terminate()
        assert worker.wait(20) == 0

    found = dict(ask(newsroom, "SELECT state, COUNT(*) FROM mail_delivery GROUP BY state"))
    assert found["sent"] == lines(log)
    assert found == {"sent": lines(log), "queued": RECIPIENTS - lines(log)}


@pytest.mark.proof
def test_killed_senders_send_nobody_two_letters_and_forget_nobody(newsroom, sink, capsys):
    _port, log = sink
    totals = Counter()

    for seed in range(ROUNDS):
        log.write_bytes(b"")
        start(newsroom, seed)
        kill_again_and_again(newsroom, log, random.Random(seed))
        totals.update(judge(finish(newsroom), Counter(log.read_text().split())))

    with capsys.disabled():
        print(f"\n{ROUNDS} x {RECIPIENTS} recipients, {KILLS} kills each: {dict(totals)}")
    assert totals["sent, but not taken"] == totals["taken twice"] == totals["forgotten"] == 0
    assert totals["unknown"] <= ROUNDS * KILLS * CONNECTIONS
    assert totals["sent"] > 0


def start(newsroom, seed):
    command = [
        sys.executable,
        "-m",
        "tests.mail.newsroom_sending",
        str(RECIPIENTS),
        f"letter-{seed}",
    ]
    env = newsroom.environment | {"DJANGO_SETTINGS_MODULE": "masthead.conf.settings"}
    subprocess.run(command, env=env, check=True)


def kill_again_and_again(newsroom, log, dice):
    for number in range(KILLS):
        with running([*MASTHEAD, "work"], env=newsroom.environment) as worker:
            wanted = lines(log) + dice.randrange(1, RECIPIENTS // (KILLS + 1))
            until(partial(has_lines, log, wanted), within=120)
            assert children_of(worker.pid), number


def lines(log):
    return log.read_bytes().count(b"\n")


def has_lines(log, wanted):
    return lines(log) >= wanted


def finish(newsroom):
    with running([*MASTHEAD, "work"], env=newsroom.environment):
        until(lambda: newest_campaign(newsroom)[1] == "sent", within=300)
    campaign, _state = newest_campaign(newsroom)
    return dict(
        ask(newsroom, f"SELECT email, state FROM mail_delivery WHERE campaign_id={campaign}")
    )


def newest_campaign(newsroom):
    return ask(newsroom, "SELECT id, state FROM mail_campaign ORDER BY id DESC")[0]


def ask(newsroom, question):
    with closing(sqlite3.connect(newsroom.home / "masthead.sqlite3", timeout=20)) as database:
        return database.execute(question).fetchall()


def judge(rows, taken):
    counts = Counter(rows.values())
    return Counter(
        {
            "sent": counts["sent"],
            "unknown": counts["unknown"],
            "unknown, and taken": sum(
                rows[email] == "unknown" and taken[email] > 0 for email in rows
            ),
            "forgotten": RECIPIENTS - counts["sent"] - counts["unknown"],
            "taken twice": sum(count - 1 for count in taken.values()),
            "sent, but not taken": sum(
                state == "sent" and not taken[email] for email, state in rows.items()
            ),
        }
    )
