"""Two application machines in one: each with a folder and a port, sharing PostgreSQL and Redis."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.cli.newsroom import Newsroom
from tests.discussion import crowd
from tests.machine import NGINX, REDIS
from tests.until import until

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass
class Redis:
    """A server that keeps nothing on the disk, and how it is stopped and started."""

    port: int
    process: subprocess.Popen | None = None

    @property
    def address(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = [REDIS.find(), "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(lambda: answers(self.port))

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextmanager
def redis():
    """Run a server."""
    made = Redis(postgres.free_port())
    made.start()
    yield made
    made.stop()


@contextmanager
def nginx(ports):
    """Run nginx as the how-to shows it, in front of machines; give its port."""
    port, folder = postgres.free_port(), Path(tempfile.mkdtemp(prefix="masthead-nginx-"))
    servers = "\n".join(f"server 127.0.0.1:{each} max_fails=1 fail_timeout=2s;" for each in ports)
    kinds = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} worker_processes 1; pid {folder}/pid; events {{}} http {{ access_log off; {kinds}"
        f"upstream masthead {{ {servers} keepalive 32; }}"
        f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://masthead;"
        "proxy_http_version 1.1; proxy_set_header Host $http_host;"
        'proxy_set_header Connection ""; proxy_connect_timeout 2s;'
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
        "proxy_next_upstream error timeout http_502 http_503; }}}"
    )
    command = [NGINX.find(), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
    with subprocess.Popen([*command, "-g", "daemon off;"]) as server:
        until(lambda: answers(port))
        yield port
        server.terminate()
    shutil.rmtree(folder)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def move(newsroom, database, cache):
    """Move a newsroom into PostgreSQL and Redis; return what the command said."""
    newsroom.settings = "masthead.conf.settings"
    crowd.trust_proxies(newsroom)
    set_to(newsroom, "workers = 2", "workers = 1")
    set_to(newsroom, 'cache_url = ""', f'cache_url = "{cache.address}"')
    moved = newsroom.run("move-database", database.address)
    assert moved.returncode == 0, moved.stderr
    return moved.stdout


def another(newsroom, home):
    """Set a machine up beside one that there is, as the how-to says."""
    home.mkdir()
    shutil.copy(newsroom.home / "masthead.toml", home)
    return Newsroom(home, newsroom.settings)


def set_to(newsroom, before, after):
    path = newsroom.home / "masthead.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
