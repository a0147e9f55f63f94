"""The worker: jobs that come round again, whatever happens to one of them."""

import logging
import signal
import subprocess
import sys

import pytest
from django.db import OperationalError

from masthead.cli import work
from masthead.cli.work import LONGEST_PAUSE, Outcome, Turn, do
from masthead.lib.jobs import Job
from masthead.lib.lock import is_held
from tests.cli.newsroom import environment, runs
from tests.until import until


@pytest.fixture
def worker(tmp_path):
    command = [sys.executable, "-m", "tests.cli.worker_driver", str(tmp_path)]
    log = tmp_path / "log"
    with (
        log.open("w") as stderr,
        subprocess.Popen(command, env=environment(tmp_path), stderr=stderr) as process,
    ):
        yield process
        process.kill()


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def heavy_processes(folder):
    (line,) = until(lambda: lines(folder / "heavy"))
    return [int(each) for each in line.split()]


def test_a_job_that_fails_is_told_and_tried_again_and_the_others_go_on(worker, tmp_path):
    until(lambda: len(lines(tmp_path / "bad")) >= 2)
    before = len(lines(tmp_path / "good"))
    until(lambda: len(lines(tmp_path / "good")) > before)

    assert "bad on purpose" in (tmp_path / "log").read_text()


def test_a_job_with_more_to_do_is_called_again_at_once(worker, tmp_path):
    until(lambda: len(lines(tmp_path / "row")) == 5)
    until(lambda: len(lines(tmp_path / "heavy_row")) == 3)


def test_a_heavy_job_has_a_process_of_its_own_with_less_priority(worker, tmp_path):
    process, _program = heavy_processes(tmp_path)
    before = len(lines(tmp_path / "good"))

    until(lambda: len(lines(tmp_path / "good")) > before)

    assert process != worker.pid
    assert int(lines(tmp_path / "nice")[0]) >= 10
    assert len(set(lines(tmp_path / "heavy_row"))) == len(lines(tmp_path / "heavy_row"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_heavy_job_and_no_program_of_it_outlives_the_worker(worker, tmp_path, number):
    processes = heavy_processes(tmp_path)

    worker.send_signal(number)

    assert worker.wait(20) == (0 if number != signal.SIGKILL else -signal.SIGKILL)
    until(lambda: not any(runs(each) for each in processes))
    assert not is_held(tmp_path / "work.lock")


def test_a_second_worker_on_the_same_folder_is_refused(newsroom):
    with newsroom.serve():
        until(lambda: is_held(newsroom.home / "work.lock"))

        second = newsroom.run("work")

    assert second.returncode == 1
    assert "works for this folder already" in second.stderr


def test_the_pause_after_failures_grows_and_ends_with_the_first_success(monkeypatch):
    monkeypatch.setattr(work.time, "monotonic", lambda: 0.0)
    turn = Turn(Job("mail", lambda: False, every=0.5))

    pauses = []
    for _ in range(8):
        turn.note(Outcome.FAILED)
        pauses.append(turn.due_at)
    turn.note(Outcome.IDLE)

    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert turn.due_at == 0.5


def test_a_database_that_is_gone_is_told_in_one_line_without_a_trace(caplog, db):
    def ask():
        raise OperationalError from ConnectionRefusedByDriverError()

    with caplog.at_level(logging.ERROR):
        outcome = do(Job("mail", ask, every=1))

    assert outcome == Outcome.FAILED
    (record,) = caplog.records
    assert "“mail” failed: the database does not answer" in record.getMessage()
    assert not record.exc_info


class ConnectionRefusedByDriverError(Exception):
    """What a driver raises; ``sqlite_errorname`` is where SQLite's says why."""

    sqlite_errorname = "SQLITE_CANTOPEN"
