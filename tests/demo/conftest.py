"""The demo newsroom as ``make demo`` runs it."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.mail.smtp_server import MailServer
from tests.postgres import free_port
from tests.until import until

ROOT = Path(__file__).resolve().parent.parent.parent


class Demo:
    """The demo newsroom's process, its address and its tour."""

    def __init__(self, home, post):
        self.home, self.port, self.post = home, free_port(), post
        self.address = f"http://localhost:{self.port}"
        self.process = None

    def start(self):
        environment = {name: os.environ[name] for name in os.environ if "DJANGO" not in name}
        environment |= {"MASTHEAD_HOME": str(self.home), "PORT": str(self.port)}
        environment["EMAIL_URL"] = f"smtp://127.0.0.1:{self.post.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self.answers, within=240)

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def answers(self):
        assert self.process.poll() is None, "the demo has ended"
        try:
            return urlopen(f"{self.address}/readyz", timeout=5).status == 200
        except OSError:
            return False

    @property
    def tour(self):
        return (self.home / "tour.txt").read_text("utf-8").format(address=self.address)


@pytest.fixture(scope="session")
def post():
    """The mail server to which the demo hands its mails; it keeps what it gets."""
    with MailServer(features=["PIPELINING"]) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def demo(tmp_path_factory, post):
    running = Demo(tmp_path_factory.mktemp("demo") / "var", post)
    try:
        running.start()
        yield running
    finally:
        running.stop()
