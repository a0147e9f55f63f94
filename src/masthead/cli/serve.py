"""Run the newsroom: edge, web server and worker, until told to stop."""

import argparse
import errno
import gc
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error, connections

from masthead.cli import CommandError, load_program, say
from masthead.cli.alone import alone
from masthead.cli.pause import UpgradePause, was_cut_off
from masthead.cli.supervisor import Child, keep_alive
from masthead.conf.installation import Installation
from masthead.lib.counters import begin_anew
from masthead.lib.outage import outage_behind

DEFAULT_PORT = 8000
BACKLOG = 1024
#: How far the others stand behind the edge when all want the processor: readers come first, then
#: whoever writes to us, then what is made for later.
WEB_NICENESS, LATER_NICENESS = 5, 10
CUT_OFF = "an upgrade was cut off: masthead upgrade puts things right"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    parser.add_argument(
        "--port",
        type=int,
        help="the port to listen on (the address's own when that is this machine, else "
        f"{DEFAULT_PORT}; 0 for any free one)",
    )
    # What a program that was upgraded hands on to the newer one.
    parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; find everything that can be wrong before a process is forked."""
    installation: Installation = settings.INSTALLATION
    with alone(installation.home / "serve.lock", "serves this folder already") as lock:
        listener = _listener(options, installation)
        load_program()
        application = prepare(installation)
        is_replaced = _serve(application, listener, lock, installation)
    if is_replaced:
        _go_on_with_newer_program(listener)
    say("Stopped.")
    return 0


def _listener(options: argparse.Namespace, installation: Installation) -> socket.socket:
    if options.listener is not None:
        listener = socket.socket(fileno=options.listener)
        listener.set_inheritable(False)
        return listener
    return bind(options.host, port_of(options.port, installation))


def _go_on_with_newer_program(listener: socket.socket) -> None:
    """Become the program that is installed now; whoever connects meanwhile waits in the queue."""
    say("Upgraded. Going on with the newer program.")
    listener.set_inheritable(True)
    command = [sys.executable, "-m", "masthead", "serve", f"--listener={listener.fileno()}"]
    os.execv(sys.executable, command)  # noqa: S606 - our own command


def port_of(asked: int | None, installation: Installation) -> int:
    """Return the port to listen on."""
    if asked is not None:
        return asked
    return installation.address.port if installation.address.is_loopback else DEFAULT_PORT


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to host and port. Raises CommandError when that cannot be."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = min(found)  # IPv4 before IPv6
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        raise CommandError(_why_not_bound(host, port, error)) from error
    return listener


def _why_not_bound(host: str, port: int, error: Exception) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return f"port {port} is taken: stop what listens there, or choose another by --port"
        case errno.EACCES:
            return f"port {port} needs more rights: choose one from 1024 by --port"
    return f"cannot listen on “{host}” port {port}: {error}"


def prepare(installation: Installation) -> Callable[..., Any]:
    """Return the application, loaded, with its database and files ready.

    Raises CommandError, with one line for a person, when they are not.
    """
    from masthead.conf import readiness  # noqa: PLC0415 - needs the apps

    try:
        _check_database()
        if not readiness.static_files_are_current():
            say("Collecting static files")
            readiness.collect_static_files()
        follow_address(installation)
        _follow_other_machines()
        begin_anew(settings.READS_ROOT)
    except (Error, OSError) as error:
        outage = outage_behind(error)
        raise CommandError(str(outage) if outage else f"cannot start: {error}") from error
    finally:
        connections.close_all()
    from masthead.conf.wsgi import application  # noqa: PLC0415 - needs the static files

    readiness.warm_up()
    connections.close_all()
    return application


def _check_database() -> None:
    from masthead.conf.readiness import (  # noqa: PLC0415 - needs the apps
        missing_database_file,
        missing_migrations,
    )

    if was_cut_off(settings.HOME):
        raise CommandError(CUT_OFF)
    if path := missing_database_file():
        msg = f"{path} is missing: bring it back from a backup, or make a newsroom: masthead init"
        raise CommandError(msg)
    if missing := missing_migrations():
        msg = f"the database lacks {len(missing)} migrations: masthead upgrade"
        raise CommandError(msg)


def _follow_other_machines() -> None:
    """Answer nobody from pages that another machine baked anew while this one was off."""
    from masthead.bake import shared  # noqa: PLC0415 - needs the apps
    from masthead.bake.tree import Tree  # noqa: PLC0415 - as above

    if shared.is_shared():
        shared.Follower(Tree(settings.BAKE_ROOT))()


def follow_address(installation: Installation) -> None:
    """Let the site's record say the address of the settings. Raises CommandError without a site."""
    from wagtail.models import Site  # noqa: PLC0415 - needs the apps

    from masthead.stories.founding import keep_address  # noqa: PLC0415 - needs the apps

    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        msg = "the database holds no newsroom: make one in an empty folder: masthead init"
        raise CommandError(msg)
    keep_address(site=site, address=installation.address)


def _serve(
    application: Callable[..., Any],
    listener: socket.socket,
    lock: int,
    installation: Installation,
) -> bool:
    from masthead.bake.edge.process import GRACE, serve_edge  # noqa: PLC0415 - for serving only
    from masthead.cli.web import serve_web  # noqa: PLC0415 - gunicorn is for serving only
    from masthead.cli.work import bake, work  # noqa: PLC0415 - needs the apps
    from masthead.conf.edge import edge_settings  # noqa: PLC0415 - needs the apps

    parent = os.getpid()
    told = edge_settings(installation)

    def edge() -> int:
        os.close(lock)
        return serve_edge(told, listener, parent=parent)

    def web() -> int:
        os.nice(WEB_NICENESS)
        os.close(lock)
        listener.close()
        return serve_web(application, told.application, workers=installation.workers, parent=parent)

    def worker() -> int:
        os.nice(LATER_NICENESS)
        os.close(lock)
        listener.close()
        return work(installation, parent=parent)

    def baker() -> int:
        os.nice(LATER_NICENESS)
        os.close(lock)
        listener.close()
        return bake(installation, parent=parent)

    _announce(listener, installation)
    # What was allocated until now is never collected, so its memory stays shared by all.
    gc.collect()
    gc.freeze()
    # The edge answers whom it has heard while the application still runs.
    edges = [Child("edge", edge) for _ in range(installation.workers)]
    others = [
        Child("web", web, turn=1, can_pause=True),
        Child("worker", worker, can_pause=True),
        Child("baker", baker, can_pause=True),
    ]
    pause = UpgradePause(installation.home)
    is_replaced = keep_alive(
        [*edges, *others], before_stop=listener.close, grace=GRACE + 5, pause=pause
    )
    told.application.unlink(missing_ok=True)
    if told.application.parent != installation.home:
        told.application.parent.rmdir()
    return is_replaced


def _announce(listener: socket.socket, installation: Installation) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    say(f"Listening on http://{shown}:{port}. Ctrl-C stops it.")
    if installation.address.is_loopback and installation.address.port != port:
        say(f"Readers are sent to {installation.address}: set “address” to change that.")
    else:
        say(f"Your newsroom: {installation.address}")
