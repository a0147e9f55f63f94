"""A newsroom in a folder, run by the real commands in processes of their own."""

import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from masthead.cli.supervisor import LONGEST_PAUSE
from masthead.lib.lock import is_held
from tests.database import KEPT, ROOT, one_at_a_time, template_key
from tests.until import until

MASTHEAD = [sys.executable, "-m", "masthead"]
ANSWERS = ["--name=The Lamp", "--email=ada@example.org", "--editor=Ada Lovelace"]
HOST = "localhost:8000"


def environment(home, **more):
    """Return the environment of a command; none of it comes from the test run's own newsroom."""
    mine = {"MASTHEAD_HOME", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "EMAIL_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in mine}
    return kept | {"MASTHEAD_HOME": str(home), "PYTHONPATH": str(ROOT)} | more


def founded() -> Path:
    """Return a newsroom made by ``masthead init``, kept from one test run to the next."""
    source = (ROOT / "src/masthead/cli/init.py").read_bytes() + template_key().encode()
    home = KEPT / f"newsroom-{hashlib.sha256(source).hexdigest()[:12]}"
    with one_at_a_time():
        if not (home / "masthead.toml").exists():
            command = [*MASTHEAD, "init", str(home), *ANSWERS]
            subprocess.run(command, env=environment(home), check=True, capture_output=True)
    return home


@dataclass
class Newsroom:
    home: Path
    settings: str = "tests.cli.served_settings"
    extra: dict = field(default_factory=dict)

    @property
    def environment(self):
        return environment(self.home, DJANGO_SETTINGS_MODULE=self.settings, **self.extra)

    @classmethod
    def copy(cls, home: Path) -> "Newsroom":
        shutil.copytree(founded(), home)
        return cls(home)

    def run(self, *arguments, **options):
        """Run a command to its end."""
        return subprocess.run(
            [*MASTHEAD, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.home.parent,
            **options,
        )

    @contextmanager
    def serve(self, *arguments):
        """Run ``masthead serve`` on a free port until the end of the block."""
        log = self.home.with_name(self.home.name + ".log")
        with log.open("ab") as stderr:
            process = subprocess.Popen(
                [*MASTHEAD, "serve", "--port=0", *arguments],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=self.home.parent,
                start_new_session=True,
            )
        served = Served(process, log, self.home)
        try:
            served.read_port()
            yield served
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


@dataclass
class Served:
    process: subprocess.Popen
    log: Path
    folder: Path
    port: int = 0

    def read_port(self):
        for line in self.process.stdout:
            if found := re.search(r"Listening on http://127.0.0.1:(\d+)", line):
                self.port = int(found[1])
                return
        raise AssertionError(self.log.read_text())

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path, method="GET", **headers):
        """Return the answer and its text."""
        connection = self.connect()
        try:
            connection.request(method, path, headers={"Host": HOST} | headers)
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()

    def web_server(self):
        """Return the process id of the web server, the one that has two processes of its own."""
        return until(lambda: self._child(lambda below: len(below) == 2))

    def worker(self):
        """Return the process id of the worker, once it works."""
        return self._holder("work.lock")

    def baker(self):
        """Return the process id of the baker, once it bakes."""
        return self._holder("bake.lock")

    def _holder(self, name):
        lock = self.folder / name
        longest = LONGEST_PAUSE + 20
        return until(lambda: is_held(lock) and int(lock.read_text() or 0), within=longest)

    def edges(self):
        """Return the process ids of the edge: those without processes of their own."""
        others = {self.worker(), self.web_server(), self.baker()}
        return [each for each in children_of(self.process.pid) if each not in others]

    def _child(self, is_it):
        found = (each for each in children_of(self.process.pid) if is_it(children_of(each)))
        return next(found, None)

    def lines(self):
        """Return what was logged."""
        whole, _end, _begun = self.log.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]


def children_of(process):
    """Return the process ids of a process's children, the oldest first."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(each) for each in text.split()]


def tree_below(process):
    below = [(child, *tree_below(child)) for child in children_of(process)]
    return [each for branch in below for each in branch]


def kill_tree(process):
    """Kill a process and all below it before any of them can act."""
    victims = [process.pid, *tree_below(process.pid)]
    for each in victims:
        signal_one(each, signal.SIGSTOP)
    for each in [*victims, *tree_below(process.pid)]:
        signal_one(each, signal.SIGKILL)
    process.wait()


def signal_one(process, number):
    with suppress(ProcessLookupError):
        os.kill(process, number)


def runs(process):
    """Return whether a process is there and is no zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}
