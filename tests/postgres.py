"""A PostgreSQL server of the checks' own, on a loopback port, gone when they end."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.machine import POSTGRESQL

# Durability is not under test, so nothing waits for the disk.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


@dataclass
class Server:
    """A server, and how it is stopped and started; ``address`` is its DATABASE_URL."""

    address: str
    control: list[str]
    options: str

    def start(self) -> None:
        """Start it, with what it held."""
        _run([*self.control, "-o", self.options, "start"])

    def stop(self, mode: str = "fast") -> None:
        """Stop it, whoever is connected."""
        _run([*self.control, "-m", mode, "stop"])


@contextmanager
def server() -> Iterator[Server]:
    """Run a server with an empty data folder."""
    initdb = Path(POSTGRESQL.find() or "")
    folder = Path(tempfile.mkdtemp(prefix="masthead-postgres-"))
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
    data, port = str(folder / "data"), free_port()
    _run([str(initdb), "-D", data, "-U", "masthead", "--auth=trust", "-E", "UTF8", "--no-sync"])
    control = [str(initdb.with_name("pg_ctl")), "-D", data, "-w", "-l", str(folder / "log")]
    options = f"-c port={port} -c listen_addresses=127.0.0.1 -k {folder} {OPTIONS}"
    made = Server(f"postgres://masthead@127.0.0.1:{port}/postgres", control, options)
    try:
        made.start()
        yield made
    finally:
        made.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
