"""Everything at once: readers, comments, a letter, an encode and editors; figures for each."""

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode

import pytest

from tests import machine
from tests.bench_discussion import OpenLoop, at, name_of, posted
from tests.bench_edge import Tree
from tests.bench_letters import SINK, smtp_sink
from tests.cli.test_clips import ADD, CSRF, SIGN_IN, UPLOADS, ask, rows, send_rest
from tests.desk.editing import complete
from tests.discussion import crowd
from tests.factories.films import film
from tests.proof import IS_FULL
from tests.until import until

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not (IS_FULL or os.environ.get("LOAD")), reason="ten minutes: make prove"),
]
SECONDS, LETTERS, FILM_SECONDS = (600, 100_000, 60) if IS_FULL else (6, 300, 2)
COMMENTS, EDITORS = 20, 3
#: Seconds between two things that an editor does, and between two looks at the memory.
PAUSE, LOOK = 2, SECONDS / 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def newsroom(newsroom):
    newsroom.settings = "masthead.conf.settings"
    crowd.trust_proxies(newsroom)
    path = newsroom.home / "masthead.toml"
    path.write_text(path.read_text().replace("provider = 20", "provider = 0"))
    newsroom.run("dkim")
    return newsroom


@pytest.fixture
def mail_server(newsroom, tmp_path):
    """Run a server that takes every mail: a quick one in C where the proof is whole."""
    if IS_FULL and not machine.prepare((SINK,)):
        with smtp_sink() as port:
            newsroom.extra["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
            yield
        return
    command = [sys.executable, "-m", "tests.mail.sink", "0", str(tmp_path / "taken")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink:
        newsroom.extra["EMAIL_URL"] = f"smtp://127.0.0.1:{int(sink.stdout.readline())}"
        yield
        sink.terminate()


def module(newsroom, name, *arguments):
    command = [sys.executable, "-m", name, *map(str, arguments)]
    done = subprocess.run(command, env=newsroom.environment, check=True, capture_output=True)
    return done.stdout.decode().splitlines()


class Beside:
    """Something that goes on in threads of its own until the others have ended."""

    def __init__(self, work, count=1):
        self.is_over = threading.Event()
        self.failure = None
        self.threads = [threading.Thread(target=self.run, args=[work, n]) for n in range(count)]

    def run(self, work, number):
        try:
            while not self.is_over.is_set():
                self.is_over.wait(work(number))
        except Exception as error:  # noqa: BLE001 - told by the test itself
            self.failure = error

    @contextmanager
    def running(self):
        for each in self.threads:
            each.start()
        try:
            yield
        finally:
            self.is_over.set()
            for each in self.threads:
                each.join(120)
        if self.failure:
            raise self.failure


class Editors:
    """People at the desk: each keeps a story of their own, and publishes it now and then."""

    def __init__(self, newsroom, served, stories, cookies):
        self.served, self.took, self.saved = served, [], Counter()
        known = "SELECT page_ptr_id, section_id FROM stories_story WHERE public_id = '{}'"
        self.stories = [rows(newsroom, known.format(each))[0] for each in stories]
        self.cookies = cookies

    def edit(self, number):
        page, section = self.stories[number]
        turn = self.saved[number] = self.saved[number] + 1
        data = complete(Section(section), title=f"Seen {turn} times", slug=f"story-{number}")
        data |= {"csrfmiddlewaretoken": CSRF} | ({"action-publish": "1"} if turn % 5 == 0 else {})
        path, cookies = f"/desk/pages/{page}/edit/", self.cookies
        begun = time.monotonic()
        shown, _body = ask(self.served, "GET", path, b"", cookies)
        kept, body = ask(
            self.served, "POST", path, urlencode(data, doseq=True).encode(), cookies, **FORM
        )
        self.took.append(1000 * (time.monotonic() - begun) / 2)
        assert (shown.status, kept.status) == (200, 302), re.findall(rb"error[^<]*<[^<]*", body)
        return PAUSE


def sign_in(newsroom):
    """Return the cookies of somebody who has just signed in."""
    found = newsroom.run("manage", "shell", "-c", SIGN_IN)
    session = re.search(r"session (\w+)", found.stdout)[1]
    return f"session={session}; csrftoken={CSRF}"


class Section:
    def __init__(self, pk):
        self.pk = pk


class Clips:
    """A clip whose versions are made, again and again."""

    def __init__(self, newsroom, served, cookies):
        self.newsroom, self.encoded = newsroom, 0
        content = film(size="1280x720", seconds=FILM_SECONDS, rate=30).read_bytes()
        began, _ = ask(served, "POST", UPLOADS, b"", cookies, Upload_Length=len(content))
        address = began.headers["Location"]
        send_rest(served, address, content, 0, cookies)
        token = {"film-token": address.split("/")[-2], "csrfmiddlewaretoken": CSRF}
        form = {"title": "Kettle", "description": "x", "credit": "x"} | token
        ask(served, "POST", ADD, urlencode(form).encode(), cookies, **FORM)

    def again(self, _number):
        with closing(sqlite3.connect(self.newsroom.home / "masthead.sqlite3", timeout=20)) as base:
            over = "UPDATE media_preparation SET is_over = 0, step = 'ladder' WHERE is_over"
            self.encoded += base.execute(over).rowcount
            base.commit()
        return 1


@dataclass
class Figures:
    """What became of all that was asked for."""

    reads: dict
    comments: OpenLoop
    letter_seconds: float
    editors: Editors
    clips: Clips
    memory: list
    errors: list

    @property
    def posted(self):
        return [each for each in self.comments.answers if each.status == 303]

    def halves(self):
        """Return the most memory (MB) in the first half of the time, and in the second."""
        half = len(self.memory) // 2
        return max(self.memory[: half + 1]), max(self.memory[half:])

    def tell(self, sent):
        first, second = self.halves()
        print(f"\n{SECONDS} s of everything at once")
        print(f"reads, 1,000/s: {self.reads['text']}")
        print(f"comments, {COMMENTS}/s: {took([each.milliseconds for each in self.posted])}")
        print(f"letters: {sent:,} of {LETTERS:,} in {self.letter_seconds:.0f} s")
        print(f"encodes that ended: {self.clips.encoded}")
        print(f"pages of {EDITORS} editors: {took(self.editors.took)}")
        print(f"memory: {first:.0f} MB at most in the first half, {second:.0f} MB in the second")
        print(f"errors in the log: {len(self.errors)}")


def test_everything_at_once_fails_nobody_and_memory_stays_flat(newsroom, mail_server, capsys):
    made = module(newsroom, "tests.discussion.newsroom_discussed", 200, *[5] * EDITORS)
    story, *edited = map(json.loads, made)

    with newsroom.serve() as served:
        found = everything(newsroom, served, story, edited)

    sent = rows(newsroom, "SELECT count(*) FROM mail_delivery WHERE state = 'sent'")[0][0]
    kept = {name for (name,) in rows(newsroom, "SELECT name FROM discussion_comment")}
    with capsys.disabled():
        found.tell(sent)
    first, second = found.halves()
    assert found.reads["text"].endswith("failed 0 (0)")
    assert len(found.posted) == COMMENTS * SECONDS
    assert {name_of(each) for each in found.posted} <= kept
    assert sent == LETTERS
    assert found.errors == []
    assert second < 1.25 * first


def everything(newsroom, served, story, edited):
    """Ask for everything at once; return what became of it when the letter is out."""
    public_id, path = story
    until(lambda: served.baker() and served.get(path)[0].status == 200)
    cookies = sign_in(newsroom)
    editors = Editors(newsroom, served, [each for each, _path in edited], cookies)
    clips, tree, memory = Clips(newsroom, served, cookies), Tree(served.process.pid), []

    def look(_number):
        with suppress(FileNotFoundError, ProcessLookupError, TypeError):  # one has just ended
            memory.append(tree.memory())
        return LOOK

    with ExitStack() as beside:
        for each in (Beside(editors.edit, EDITORS), Beside(clips.again), Beside(look)):
            beside.enter_context(each.running())
        module(newsroom, "tests.mail.newsroom_sending", LETTERS, "all-at-once")
        begun, comments = time.monotonic(), OpenLoop(served.port)
        reads = read_and_comment(served.port, path, public_id, comments)
        left = "SELECT 1 FROM mail_delivery WHERE state NOT IN ('sent', 'refused')"
        until(lambda: not rows(newsroom, left), within=900)
        seconds = time.monotonic() - begun
    errors = [line for line in served.lines() if line["level"] in {"ERROR", "CRITICAL"}]
    return Figures(reads, comments, seconds, editors, clips, memory, errors)


def read_and_comment(port, path, public_id, comments):
    command = [sys.executable, "-m", "tests.bench_discussion", "read", str(port), path]
    with subprocess.Popen([*command, str(SECONDS)], stdout=subprocess.PIPE) as readers:
        asyncio.run(comments.send(COMMENTS, SECONDS, lambda number: posted(public_id, number)))
        return json.loads(readers.communicate()[0])


def took(milliseconds):
    found = sorted(milliseconds)
    return f"{len(found):,}, median {median(found):.0f} ms, p99 {at(found, 0.99):.0f} ms"
