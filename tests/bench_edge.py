"""What the edge costs, measured beside nginx in the same run."""

import os
import random
import re
import socket
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from tests import machine
from tests.bake.edge.baked import Baked
from tests.cli.newsroom import tree_below
from tests.until import until

WRK = machine.Program("wrk", "wrk")
HOST = "bench.example"
PAGE_BYTES = 60_000
IDLE = 2000
#: Connections of one address; the edge bounds those.
EACH = 200
ROUNDS = 3
CLIP_BYTES = 100_000_000
SLOW = 50
#: Asks as many different readers: no two requests are the same.
DIFFERENT = """
n = 0
request = function()
  n = n + 1
  return wrk.format("GET", nil, {
    ["Host"] = "bench.example", ["Accept-Encoding"] = "gzip", ["Accept"] = "text/html",
    ["User-Agent"] = "Reader " .. n, ["Cookie"] = "session=" .. n, ["Accept-Language"] = "en"})
end
"""


@dataclass
class Tree:
    """A process and all below it."""

    root: int

    def __iter__(self):
        return iter([self.root, *tree_below(self.root)])

    def cpu(self):
        """Return seconds of CPU that the processes have used."""
        return sum(ticks(each) for each in self) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Return MB of memory, what is shared counted once."""
        return sum(kilobytes(each) for each in self) / 1024

    def settle(self):
        """Wait until nothing waits any more to be baked or converted."""
        idle = 0
        while idle < 3:
            before = self.cpu()
            time.sleep(2)
            idle = idle + 1 if 0 <= self.cpu() - before < 0.1 else 0


def ticks(process):
    """Return ticks of CPU that a process has used; nothing if it has ended."""
    fields = about(process, "stat").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]) if fields else 0


def kilobytes(process):
    """Return kB of memory of a process, its part of what is shared; nothing if it has ended."""
    found = re.search(r"^Pss:\s+(\d+)", about(process, "smaps_rollup"), re.MULTILINE)
    return int(found[1]) if found else 0


def about(process, name):
    try:
        return Path(f"/proc/{process}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@dataclass
class Load:
    """What a server did under load."""

    rate: float
    microseconds: float
    errors: str


@dataclass
class Reference:
    """A server that gives the story at ``/story/``, and its processes."""

    port: int
    processes: Tree

    def load(self, *options):
        """Ask for the story for some seconds, as fast as it goes."""
        before = self.processes.cpu()
        command = [WRK.find(), "-t1", "-c64", "-d5s", *options]
        address = f"http://127.0.0.1:{self.port}/story/"
        said = subprocess.run(
            [*command, address], capture_output=True, text=True, check=True
        ).stdout
        count = int(re.search(r"(\d+) requests in", said)[1])
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
        errors = "; ".join(re.findall(r"Non-2xx.*|Socket errors.*", said))
        return Load(rate, 1e6 * (self.processes.cpu() - before) / count, errors)

    def tag(self):
        """Return the tag of the story, or nothing while there is none."""
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/story/", headers={"Host": HOST, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.headers["ETag"] if answer.status == 200 else None


class Edge(Reference):
    """A newsroom that is served."""

    def __init__(self, home, port, processes):
        super().__init__(port, processes)
        self.baked = Baked(home / "baked")

    def measure(self, nginx, folder):
        """Print what readers of one story cost, and what it costs to keep them connected."""
        print(f"idle process tree: {self.processes.memory():.0f} MB")
        self.baked.page("/story/", long_story().decode(), host=HOST)
        until(self.tag)
        (folder / "different.lua").write_text(DIFFERENT)
        plain = ("-H", f"Host: {HOST}", "-H", "Accept-Encoding: gzip")
        ours, theirs = ((*plain, "-H", f"If-None-Match: {each.tag()}") for each in (self, nginx))
        different = ("-s", folder / "different.lua")
        self.compare("story page of 60 kB", nginx, plain, plain)
        self.compare("the same, unchanged (304)", nginx, ours, theirs)
        self.compare("the same, no two requests alike", nginx, different, different)
        self.keep_connected()
        self.send_clip(nginx, folder)

    def compare(self, what, nginx, ours, theirs):
        """Print requests a second and CPU of both, measured in turns; medians."""
        found = [(self.load(*ours), nginx.load(*theirs)) for _round in range(ROUNDS)]
        ratio = median(edge.rate / reference.rate for edge, reference in found)
        print(f"{what}: {ratio:.2f} x nginx")
        for name, loads in zip(("edge", "nginx"), zip(*found, strict=True), strict=True):
            rate = median(load.rate for load in loads)
            cpu = median(load.microseconds for load in loads)
            print(f"  {name}: {rate:,.0f}/s, {cpu:.1f} us of CPU each")
            print(*(f"  ERRORS: {load.errors}\n" for load in loads if load.errors), sep="", end="")

    def keep_connected(self):
        """Print what connections cost that wait for their next request."""
        request = f"GET /story/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
        before = self.processes.memory()
        with ExitStack() as stack:
            clients = []
            for number in range(IDLE):
                source = (f"127.0.0.{2 + number // EACH}", 0)
                client = socket.create_connection(("127.0.0.1", self.port), source_address=source)
                clients.append(stack.enter_context(client))
                take(client, request)
            print(f"{IDLE:,} idle connections: {self.processes.memory() - before:.1f} MB more")
            for client in clients[-EACH:]:
                take(client, request)

    def send_clip(self, nginx, folder):
        """Print how fast a clip is sent, and what fifty readers cost who take it slowly."""
        content = random.Random(1).randbytes(CLIP_BYTES)
        name = f"clip/{'c' * 22}.mp4"
        (self.baked.folder.parent / "media" / name).parent.mkdir(parents=True, exist_ok=True)
        (self.baked.folder.parent / "media" / name).write_bytes(content)
        (folder / "baked" / "clip.mp4").write_bytes(content)
        ours, theirs = (asked(f"/media/{name}"), asked("/clip.mp4"))
        found = [(rate(self.port, ours), rate(nginx.port, theirs)) for _round in range(ROUNDS)]
        edge, reference = (median(each) for each in zip(*found, strict=True))
        print(f"clip of 100 MB: {edge / reference:.2f} x nginx ({edge:,.0f} MB/s)")
        before = self.processes.memory()
        with ExitStack() as stack:
            for _number in range(SLOW):
                client = socket.socket()
                stack.enter_context(client)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
                client.connect(("127.0.0.1", self.port))
                client.sendall(ours)
                client.recv(8192)
            time.sleep(2)
            more = self.processes.memory() - before
        print(f"{SLOW} slow readers of a clip of 100 MB: {more:.1f} MB more (at most 30)")


def asked(path):
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nRange: bytes=0-\r\n\r\n".encode()


def rate(port, request):
    """Return MB a second at which one reader is sent a clip."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        before = time.monotonic()
        client.sendall(request)
        left = CLIP_BYTES
        while left > 0:
            left -= len(client.recv(1_000_000))
        return CLIP_BYTES / 1e6 / (time.monotonic() - before)


def take(client, request):
    client.sendall(request)
    left = PAGE_BYTES
    while left > 0:
        left -= len(client.recv(1_000_000))


def long_story():
    """Return a page as long as a long story's, of words that are no easier to compress."""
    dice = random.Random(1)
    words = ["".join(dice.choices("etaoinshrdlucmfw", k=dice.randint(2, 9))) for _ in range(3000)]
    text = "<!doctype html><title>Story</title>"
    while len(text) < PAGE_BYTES:
        text += f"<p>{' '.join(dice.choices(words, k=80))}.</p>"
    return text[:PAGE_BYTES].encode()
