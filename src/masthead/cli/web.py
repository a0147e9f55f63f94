"""The web server: gunicorn, with the application that was imported before the fork."""

import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import ThreadWorker

from masthead.cli.processes import end_with_parent

#: Seconds that requests in flight are given when the server stops.
GRACE = 30
#: Seconds for which a client may say nothing in the middle of a request.
PATIENCE = 20
#: Seconds for which a client that still sends is listened to after the answer.
LINGER = 1
THREADS = 8


def serve_web(
    application: Callable[..., Any], listener: socket.socket, *, workers: int, parent: int
) -> int:
    """Answer requests until told to stop (SIGTERM) or until the parent process is gone."""
    Server(Web(application, listener, workers), parent).run()
    return 0


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
            "keepalive": 5,
            # What proxies claim is judged by masthead.conf.middleware.trusted_proxies.
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

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Tell of a failure, unless it is a client that fell silent (see PATIENCE)."""
        if not isinstance(sys.exc_info()[1], BlockingIOError):
            super().exception(msg, *args, **kwargs)


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


def _closed(**_options: Any) -> None:
    """Do nothing: the connection is closed already."""


class Worker(ThreadWorker):
    """Answers requests in threads. When it stops it answers all whose connection was made."""

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        """Stop accepting for good only when nobody waits any more.

        Closing a listening socket resets the connections in its queue, so the queue is emptied
        just before: whoever closes last leaves nobody behind.
        """
        super().set_accept_enabled(enabled)
        if not self.alive and not enabled:
            for listener in self.sockets:
                self._accept_all(listener)
                listener.close()

    def _accept_all(self, listener: socket.socket) -> None:
        before = -1
        while before != self.nr_conns:
            before = self.nr_conns
            self.accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """Read a request, but not for ever: a silent client would keep one of few threads."""
        patience = struct.pack("ll", PATIENCE, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer a request and close the connection if it ends.

        Gunicorn closes it in the loop that accepts all others, and waits there for the client to
        close too: a few that do not would keep everybody waiting.
        """
        keeps_open = super().handle(conn)
        if not keeps_open:
            self._close(conn)
            conn.close = _closed
        return keeps_open

    def _close(self, conn: Any) -> None:
        request = conn.parser.mesg if conn.parser else None
        if request is None or request.body is None:
            close_graceful(conn.sock, LINGER)
            return
        # Data that nobody read would make the kernel cut our answer off.
        with suppress(Exception):
            conn.parser.finish_body(deadline=time.monotonic() + LINGER)
        conn.close()

    def handle_error(self, req: Any, client: Any, _addr: Any, exc: BaseException) -> None:
        """Refuse what is no request; network addresses stay out of the log."""
        super().handle_error(req, client, ("", -1), exc)
