"""Two machines behind nginx: one dies under load, and readers and commenters notice nothing."""

import http.client
import itertools
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager

import psycopg
import pytest

from masthead.lib.counters import sums
from tests import postgres
from tests.cli import machines
from tests.cli.newsroom import Newsroom, kill_tree
from tests.discussion import crowd
from tests.machine import NGINX, POSTGRESQL, REDIS
from tests.proof import IS_FULL
from tests.until import until

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(
        not all(each.find() for each in (NGINX, POSTGRESQL, REDIS)),
        reason="needs nginx, PostgreSQL and Redis",
    ),
]
READERS, POSTERS = 2, 3
#: Pages that are not fresh yet; some rest after they were baked, until nothing does.
WAITING = "SELECT 1 FROM bake_node WHERE changes > 0 UNION SELECT 1 FROM bake_change WHERE turn = 0"
RESTED = "UPDATE bake_node SET due_at = 0"
RENAMED = (
    "UPDATE wagtailcore_page SET title = 'Renamed once' "
    "WHERE id = (SELECT min(page_ptr_id) FROM stories_standingpage)"
)
#: What people wrote, whom they are and what they were promised.
KEPT = [
    "SELECT name, text, state FROM discussion_comment ORDER BY name",
    "SELECT email, confirmed_at FROM readers_address ORDER BY email",
    "SELECT title, live FROM wagtailcore_page ORDER BY path",
]
#: How often a machine is killed, and the comments that are acknowledged before and after it.
KILLS, COMMENTS = (20, 200) if IS_FULL else (1, 5)


@pytest.fixture(scope="module")
def servers():
    with postgres.server() as database, machines.redis() as cache:
        yield database, cache


@pytest.fixture(scope="module")
def rooms(servers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("machines")
    first = Newsroom.copy(folder / "one")
    said = machines.move(first, *servers)
    assert "Every file is fresh" in said
    return [first, machines.another(first, folder / "two")]


@pytest.fixture(scope="module")
def story(rooms):
    command = [sys.executable, "-m", "tests.discussion.newsroom_followed"]
    done = subprocess.run(command, env=rooms[0].environment, check=True, capture_output=True)
    return json.loads(done.stdout)[0]


class Load:
    """Readers at one port until told to stop, and as many comments as are asked for."""

    def __init__(self, port, paths, story, numbers):
        self.port, self.paths, self.story, self.numbers = port, paths, story, numbers
        self.asked_for = threading.Semaphore(0)
        self.reads = self.refused = 0
        self.failed, self.acknowledged = [], []
        self.is_over = threading.Event()

    @contextmanager
    def running(self):
        work = [self.read] * READERS + [self.post] * POSTERS
        threads = [threading.Thread(target=each) for each in work]
        for each in threads:
            each.start()
        try:
            yield self
        finally:
            self.is_over.set()
            self.asked_for.release(POSTERS)
            for each in threads:
                each.join(60)

    def read(self):
        for path in itertools.cycle(self.paths):
            if self.is_over.is_set():
                return
            status = self.ask("GET", path, {"Host": crowd.HOST})[0]
            self.reads += 1
            if status != 200:
                self.failed.append((path, status))

    def post(self):
        while self.asked_for.acquire() and not self.is_over.is_set():
            path, headers, body = crowd.comment(self.story, next(self.numbers))
            status, where = self.ask("POST", path, headers, body)
            if status == 303:
                self.acknowledged.append(crowd.name_in(where))
            else:  # its writer was told, and sends it again
                self.refused += 1
                self.asked_for.release()

    def ask(self, method, path, headers, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")

    def has(self, count):
        until(lambda: len(self.acknowledged) >= count, within=120)


def test_the_machine_that_bakes_is_killed_under_load(rooms, story, capsys):
    numbers, acknowledged, reads, refused, took = itertools.count(), [], 0, 0, []
    with ExitStack() as running:
        baking = running.enter_context(rooms[0].serve())
        until(lambda: has_taken_over(baking))
        for kill in range(KILLS):
            waiting = running.enter_context(rooms[(kill + 1) % 2].serve())
            said = len(waiting.lines())  # in its lives before
            with machines.nginx([baking.port, waiting.port]) as port:
                load = Load(port, addresses(rooms), story, numbers)
                with load.running():
                    load.asked_for.release(2 * COMMENTS)
                    load.has(COMMENTS)
                    assert not has_taken_over(waiting, said)  # one alone bakes a change
                    kill_tree(baking.process)
                    killed_at = time.monotonic()
                    until(lambda: has_taken_over(waiting, said))  # noqa: B023
                    took.append(time.monotonic() - killed_at)
                    load.has(2 * COMMENTS)
            assert load.failed == []
            acknowledged += load.acknowledged
            reads, refused = reads + load.reads, refused + load.refused
            baking = waiting
        wait_until_all_is_fresh(rooms)
        kept = Counter(name for (name,) in rows(rooms, "SELECT name FROM discussion_comment"))
        checked = rooms[KILLS % 2].run("bake", "--check").stdout

    with capsys.disabled():
        print(
            f"\n{KILLS} machines killed: {reads} reads, none failed; {len(acknowledged)} comments"
        )
        print(f"acknowledged, none lost; {refused} were refused, and taken when sent again")
        print(f"the other one baked after {min(took):.1f} to {max(took):.1f} s")
    assert [kept[name] for name in acknowledged] == [1] * len(acknowledged)
    assert checked == "Every file is fresh\n"


def test_a_change_is_baked_once_by_one_machine(rooms):
    with rooms[0].serve() as first, rooms[1].serve() as second:
        until(lambda: has_taken_over(first))
        wait_until_all_is_fresh(rooms)
        ((last,),) = rows(rooms, "SELECT max(serial) FROM bake_sharedpage")
        with connected(rooms) as connection:
            connection.execute(RENAMED)

        until(lambda: all("Renamed once" in each.get("/about/")[1] for each in (first, second)))
        wait_until_all_is_fresh(rooms)
        until(lambda: sums(rooms[0].home / "reads")["baker swaps"])  # written every ten seconds

    put = f"SELECT count(*), max(serial) - {last} FROM bake_sharedpage WHERE serial > {last}"
    ((pages, times),) = rows(rooms, put)
    assert times == pages > 0
    assert sums(rooms[1].home / "reads")["baker renders"] == 0


def test_postgresql_goes_and_comes_back(servers, rooms, story):
    path, headers, body = crowd.comment(story, 10_000_000)
    with rooms[0].serve() as served:
        with away(servers[0]):
            assert served.get("/about/")[0].status == 200
            assert post(served, path, headers, body)[0] == 503
        where = until(lambda: accepted(served, path, headers, body))
        assert served.get("/readyz")[0].status == 200

    name = crowd.name_in(where)
    assert rows(rooms, f"SELECT count(*) FROM discussion_comment WHERE name = '{name}'") == [(1,)]


def test_redis_goes_and_comes_back(servers, rooms, story):
    token = 32 * "a"
    body = f"email=ada%40example.org&csrfmiddlewaretoken={token}"
    asking = "/account/login/code/", crowd.HEADERS | {"Cookie": f"csrftoken={token}"}, body
    with rooms[0].serve() as served:
        assert accepted(served, *asking)
        with away(servers[1]):
            assert served.get("/about/")[0].status == 200
            assert post(served, *asking)[0] == 503
            assert accepted(served, *crowd.comment(story, 10_000_001))
        assert until(lambda: accepted(served, *asking))


def test_a_newsroom_on_postgresql_comes_back_elsewhere(rooms, story, tmp_path):
    file, home = tmp_path / "news.tar", tmp_path / "elsewhere"
    with connected(rooms) as connection:
        connection.autocommit = True
        connection.execute("CREATE DATABASE elsewhere")
    address = database_of(rooms).rpartition("/")[0] + "/elsewhere"

    made = rooms[0].run("backup", str(file))
    done = rooms[0].run("restore", str(file), str(home), f"--database-url={address}")

    assert made.returncode == 0, made.stderr
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "Every file is fresh" in done.stdout
    with psycopg.connect(address) as elsewhere, connected(rooms) as here:
        for question in KEPT:
            assert elsewhere.execute(question).fetchall() == here.execute(question).fetchall()


@contextmanager
def away(server):
    """Stop a server; it runs again afterwards, whatever happened."""
    server.stop()
    try:
        yield
    finally:
        server.start()


def post(served, path, headers, body):
    with closing(served.connect()) as connection:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")


def accepted(served, *request):
    """Return where whoever sent a form is led, if anywhere; nothing when it was refused."""
    status, where = post(served, *request)
    return (where or request[0]) if status < 400 else None


def has_taken_over(served, said=0):
    """Return whether a machine says, after so many lines, that it bakes now."""
    return any("work of the baker" in line["message"] for line in served.lines()[said:])


def wait_until_all_is_fresh(rooms):
    """Let nothing rest, and wait until all is baked."""
    with connected(rooms) as connection:
        connection.execute(RESTED)
    until(lambda: not rows(rooms, WAITING), within=60)


def addresses(rooms):
    places = rows(rooms, "SELECT place FROM bake_sharedpage WHERE digest <> '' AND place LIKE '%/'")
    return [place[place.index("/") :] for (place,) in places]


def rows(rooms, question):
    with connected(rooms) as connection:
        return connection.execute(question).fetchall()


def connected(rooms):
    return psycopg.connect(database_of(rooms))


def database_of(rooms):
    text = (rooms[0].home / "masthead.toml").read_text()
    return text.partition('database_url = "')[2].partition('"')[0]
