"""The application behind the edge: gunicorn, with all that was imported before the fork."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from masthead.lib.process_end import end_with_parent

#: Seconds that requests in flight are given when the server stops.
GRACE = 30
BACKLOG = 1024
THREADS = 8


def serve_web(application: Callable[..., Any], path: Path, *, workers: int, parent: int) -> int:
    """Answer the edge at a socket until told to stop (SIGTERM) or the parent process is gone."""
    Server(Web(application, bind(path), workers), parent).run()
    return 0


def bind(path: Path) -> socket.socket:
    """Return a socket at a path that this user alone may connect to, in place of an older one."""
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(BACKLOG)
    return listener


class Web(BaseApplication):
    """Gunicorn's settings; none of them comes from its files or the environment."""

    def __init__(
        self, application: Callable[..., Any], listener: socket.socket, workers: int
    ) -> None:
        self.application = application
        self.options: dict[str, Any] = {
            "bind": f"fd://{listener.detach()}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": Worker,
            "logger_class": Log,
            "graceful_timeout": GRACE,
            "keepalive": 0,
            # What proxies claim is judged by the edge.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108 - memory: a heartbeat must not need the disk
            "post_fork": _begin_worker,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.application


def _begin_worker(arbiter: Any, _worker: Any) -> None:
    # Until it answers requests a worker may end at once; gunicorn's arbiter would wait for it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent(arbiter.pid, signal.SIGTERM)


class Log(Logger):
    """Gunicorn's messages, in the same log as all others."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log.propagate = True


class Server(Arbiter):
    """Keeps the workers alive, and ends with the process that started it."""

    def __init__(self, app: Web, parent: int) -> None:
        self.parent = parent
        super().__init__(app)

    def init_signals(self) -> None:
        super().init_signals()
        # Ctrl-C in a terminal reaches the whole tree: its first process stops the others.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def maybe_promote_master(self) -> None:
        """Stop when the parent is gone; called once a second."""
        if os.getppid() != self.parent:
            raise StopIteration


class Worker(ThreadWorker):
    """Answers requests in threads. The edge is its only client, and never a slow one."""

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
