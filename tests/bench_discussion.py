"""What a comment costs, and what a storm of them does to readers.

``python -m tests.bench_discussion``; with ``short`` in a minute and a half, with smaller stories
and a shorter storm.
"""

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import uvloop

from tests.bench_bake import served, wait_until
from tests.bench_edge import Tree
from tests.cli.newsroom import Newsroom
from tests.discussion import crowd
from tests.postgres import free_port

SIZES = (200, 5_000, 100_000)
#: Posts on a story, in batches; those before that do not count.
POSTS, BATCH, WARM = 400, 20, 40
#: Reads a second, for how many seconds while all is calm; comments a second, for how many seconds.
READS, CALM = 1_000, 20
STORM = ((10, 30), (50, 30))
#: The story of so many comments on which the storm breaks loose.
STORMED = 5_000
#: Connections that carry a load; seconds between two looks at what readers see.
CONNECTIONS, LOOK = 64, 0.05


@dataclass(frozen=True)
class Size:
    """How much is tried."""

    sizes: tuple = SIZES
    posts: int = POSTS
    calm: int = CALM
    storm: tuple = STORM


FULL = Size()
SHORT = Size(sizes=(200, 5_000), posts=60, calm=6, storm=((10, 6), (50, 6)))


def main(size: Size = FULL) -> int:
    """Make a newsroom with long discussions, serve it, comment in it; print what that took."""
    with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
        newsroom = Newsroom.copy(Path(folder) / "home")
        newsroom.settings = "masthead.conf.settings"
        crowd.trust_proxies(newsroom)
        made = run(newsroom, "tests.discussion.newsroom_discussed", *map(str, size.sizes))
        stories = [json.loads(line) for line in made.splitlines()]
        run(newsroom, "masthead", "bake")
        port = free_port()
        with served(newsroom.environment, port) as processes:
            wait_until(lambda: is_calm(newsroom))
            cost = Cost(newsroom, port, processes, size.posts)
            medians = [
                cost.measure(count, public_id)
                for count, (public_id, _path) in zip(size.sizes, stories, strict=True)
            ]
            sizes(port, Story(*stories[size.sizes.index(STORMED)]))
            print(f"largest / smallest: {max(medians) / min(medians):.2f} (at most 1.5)")
            wait_until(lambda: is_calm(newsroom))
            public_id, path = stories[size.sizes.index(STORMED)]
            asyncio_run(storm(newsroom, port, Story(public_id, path), size))
    return 0


def run(newsroom, *command):
    done = subprocess.run(
        [sys.executable, "-m", *command], env=newsroom.environment, check=True, capture_output=True
    )
    return done.stdout.decode()


def ask(newsroom, question):
    with closing(sqlite3.connect(newsroom.home / "masthead.sqlite3", timeout=20)) as database:
        return database.execute(question).fetchall()


def is_calm(newsroom):
    waiting = "SELECT 1 FROM bake_node WHERE changes > 0 UNION SELECT 1 FROM bake_change "
    return not ask(newsroom, f"{waiting} WHERE turn = 0")


def million_additions():
    """Return the milliseconds of CPU that they take: by them figures of different hours compare."""
    before = time.process_time()
    sum(number * number % 7 for number in range(1_000_000))
    return 1000 * (time.process_time() - before)


@dataclass
class Batch:
    """What some posts took: milliseconds each; of CPU; million additions in as much CPU."""

    took: list
    cpu: float
    additions: float


@dataclass
class Cost:
    """Posts one comment after the other; tells what one took of time and of processor."""

    newsroom: Newsroom
    port: int
    processes: Tree
    posts: int
    numbers: object = field(default_factory=lambda: iter(range(1_000_000, 2_000_000)))

    def measure(self, comments, story):
        """Print and return milliseconds a post, as whoever sends it waits for it.

        A machine's speed drifts: each batch of posts stands beside the additions of its moment.
        """
        self.post(story, WARM)
        batches = [self.batch(story) for _each in range(self.posts // BATCH)]
        took = [each for batch in batches for each in batch.took]
        print(
            f"post on a story with {comments:,} comments: median {median(took):.1f} ms, "
            f"p95 {at(sorted(took), 0.95):.1f} ms (at most 30), "
            f"{median(each.cpu for each in batches):.1f} ms of CPU (at most 10, "
            f"{min(each.cpu for each in batches):.1f} in the quietest of {len(batches)} batches), "
            f"as much as {median(each.additions for each in batches):.3f} million additions",
            flush=True,
        )
        return median(took)

    def batch(self, story):
        before = million_additions()
        took, cpu = self.post(story, BATCH)
        return Batch(took, cpu, 2 * cpu / (before + million_additions()))

    def post(self, story, count):
        before, took = self.cpu(), []
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        for _each in range(count):
            path, headers, body = crowd.comment(story, next(self.numbers))
            started = time.perf_counter()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            took.append(1000 * (time.perf_counter() - started))
            assert answer.status == 303, answer.status
        connection.close()
        return took, 1000 * (self.cpu() - before) / count

    def cpu(self):
        """Return seconds of CPU of edge and web server: baker and worker come after the answer."""
        others = (
            int((self.newsroom.home / f"{each}.lock").read_text()) for each in ("work", "bake")
        )
        return self.processes.cpu() - sum(Tree(each).cpu() for each in others)


@dataclass
class Story:
    public_id: str
    path: str


@dataclass
class Answer:
    """What came back, and when (monotonic seconds): due, answered."""

    status: int
    headers: bytes
    body: bytes
    due: float
    at: float

    @property
    def milliseconds(self):
        return 1000 * (self.at - self.due)


@dataclass
class OpenLoop:
    """Sends requests at their time whatever becomes of those before; slow answers count whole."""

    port: int
    #: Whether what came back is wanted, beside how long it took.
    keeps_bodies: bool = True
    answers: list = field(default_factory=list)
    failed: int = 0

    async def send(self, rate, seconds, request):
        """Send so many a second; ``request`` makes the one of a number."""
        queue = asyncio.Queue()
        workers = [asyncio.create_task(self.work(queue)) for _each in range(CONNECTIONS)]
        begun = time.monotonic()
        for number in range(rate * seconds):
            due = begun + number / rate
            await asyncio.sleep(max(0, due - time.monotonic()))
            queue.put_nowait((due, request(number)))
        for _worker in workers:
            queue.put_nowait(None)
        await asyncio.gather(*workers)

    async def work(self, queue):
        reader = writer = None
        while (asked := await queue.get()) is not None:
            due, request = asked
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(request)
                answer = await taken(reader, due)
                self.answers.append(answer if self.keeps_bodies else replace(answer, body=b""))
            except (OSError, asyncio.IncompleteReadError):
                self.failed += 1
                writer = None
        if writer:
            writer.close()


async def taken(reader, due):
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    body = await reader.readexactly(length)
    return Answer(int(head.split(b" ", 2)[1]), head, body, due, time.monotonic())


def get(path, encoding="br"):
    return (
        f"GET {path} HTTP/1.1\r\nHost: {crowd.HOST}\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()
    )


def posted(story, number):
    path, headers, body = crowd.comment(story, number)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n{body}".encode()


async def storm(newsroom, port, story, size):
    """Print what readers feel while a storm of comments is posted, and when they see each.

    It is calm before the storm and after it, so that a machine whose speed drifts favours neither.
    """
    calm = await reads(port, story, size.calm // 2)
    seconds = sum(each for _rate, each in size.storm)
    reading = asyncio.create_task(reads(port, story, seconds))
    posts, seen = OpenLoop(port), {}
    looking = asyncio.create_task(look(port, story, seen))
    first = 2_000_000
    for rate, each in size.storm:
        await posts.send(
            rate, each, lambda number, first=first: posted(story.public_id, first + number)
        )
        first += rate * each
    stormy = await reading
    await asyncio.sleep(3)
    looking.cancel()
    wait_until(lambda: is_calm(newsroom))
    calm += await reads(port, story, size.calm // 2)
    print(f"reads while all is calm, before and after: {calm}")
    print(f"reads during the storm: {stormy}")
    print(f"p99 of reads: {stormy.p99 / calm.p99:.2f} x the calm one (at most 2)")
    tell(newsroom, posts, seen)


def tell(newsroom, posts, seen):
    good = [each for each in posts.answers if each.status == 303]
    names = {name_of(each): each.at for each in good}
    stored = {name for (name,) in ask(newsroom, "SELECT name FROM discussion_comment")}
    late = sorted(1000 * (seen[name] - at) for name, at in names.items() if name in seen)
    took = sorted(each.milliseconds for each in good)
    refused = len(posts.answers) - len(good) + posts.failed
    print(f"{len(good)} comments, median {median(took):.1f} ms, p99 {at(took, 0.99):.1f} ms")
    print(
        f"not taken {refused}, lost {len(names.keys() - stored)} (0), "
        f"unseen {len(names) - len(late)}"
    )
    print(f"visible to others: median {median(late):.0f} ms, p95 {at(late, 0.95):.0f} ms (1,000)")


def at(ordered, share):
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def name_of(answer):
    location = re.search(rb"(?i)location: (\S+)", answer.headers)[1]
    return crowd.name_in(location.decode())


async def look(port, story, seen):
    """Note when each comment first stands in what readers are given."""
    loop = OpenLoop(port)
    while True:
        await loop.send(1, 1, lambda _number: get(f"{story.path}comments/newest/", "identity"))
        answer = loop.answers.pop()
        for name in re.findall(rb'id="c-([\w-]+)"', answer.body):
            seen.setdefault(name.decode(), answer.at)
        await asyncio.sleep(LOOK)


@dataclass
class Reads:
    """How long reads took (milliseconds), and how many failed."""

    took: list
    failed: int

    def __add__(self, other):
        return Reads(self.took + other.took, self.failed + other.failed)

    def __str__(self):
        middle = f"median {median(self.took):.2f} ms, p99 {self.p99:.2f} ms"
        return f"{len(self.took):,}, {middle}, failed {self.failed} (0)"

    @property
    def p99(self):
        return at(sorted(self.took), 0.99)


async def reads(port, story, seconds):
    """Read a story so many times a second in a process of its own; return what that was like."""
    command = [sys.executable, "-m", "tests.bench_discussion", "read", str(port), story.path]
    process = await asyncio.create_subprocess_exec(
        *command, str(seconds), stdout=asyncio.subprocess.PIPE
    )
    printed, _errors = await process.communicate()
    return Reads(**json.loads(printed))


async def read(port, path, seconds):
    go_first()
    loop = OpenLoop(port, keeps_bodies=False)
    await loop.send(READS, seconds, lambda _number: get(path))
    bad = loop.failed + sum(each.status != 200 for each in loop.answers)
    took = [round(each.milliseconds, 3) for each in loop.answers]
    print(json.dumps({"took": took, "failed": bad}))


def go_first():
    """Run before all others, or say that it is not allowed.

    Readers have processors of their own, and their packets interrupt a server's: a process that
    had to wait for its turn here would tell its own waiting as the server's.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        print("who reads waits for a processor like the server, and counts it", file=sys.stderr)


def sizes(port, story):
    """Print what a long discussion weighs: its story, and "View all" page by page."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def body(rest, encoding):
        headers = {"Host": crowd.HOST, "Accept-Encoding": encoding}
        connection.request("GET", story.path + rest, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    whole, fragment = body("", "identity")[1], body("comments/newest/", "identity")[1]
    pages = []
    while (found := body(f"comments/{len(pages) + 1}/", "identity"))[0] == 200:
        pages.append(len(found[1]))
    each = len(fragment) / fragment.count(b'<li id="c-')
    print(f"a comment: {each / 1000:.2f} kB of HTML (at most 1.2)")
    shown, wire = fragment.count(b'<li id="c-'), len(body("", "br")[1])
    print(
        f"a story with {shown} of {STORMED:,} comments: {len(whole) / 1000:.0f} kB, "
        f"{wire / 1000:.1f} kB on the wire (at most 60 with styles and scripts)"
    )
    print(f"View all: {len(pages)} pages, the largest {max(pages) / 1000:.1f} kB (at most 100)")


def asyncio_run(what):
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(what)


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        asyncio_run(read(int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
    else:
        sys.exit(main(SHORT if sys.argv[1:] == ["short"] else FULL))
