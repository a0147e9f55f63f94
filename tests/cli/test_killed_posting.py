"""A newsroom that is killed while readers comment: what was acknowledged is there, once."""

import http.client
import json
import random
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing

import pytest

from tests.cli.newsroom import kill_tree
from tests.discussion import crowd
from tests.proof import IS_FULL
from tests.until import until

KILLS = 100 if IS_FULL else 1
POSTING = 4
#: Comments that are acknowledged before a kill, at most.
MOST = 12

pytestmark = pytest.mark.proof


@pytest.fixture
def newsroom(newsroom):
    newsroom.settings = "masthead.conf.settings"
    crowd.trust_proxies(newsroom)
    return newsroom


class Crowd:
    """Guests who comment until the newsroom is killed, and once more when it is back."""

    def __init__(self, stories):
        self.stories = stories
        self.numbers = iter(range(1_000_000))
        self.sent = {}
        self.acknowledged = {}
        self.lock = threading.Lock()

    def comment_until_killed(self, port, kill):
        threads = [threading.Thread(target=self.go_on, args=[port]) for _each in range(POSTING)]
        wanted = len(self.acknowledged) + random.randrange(1, MOST)
        for each in threads:
            each.start()
        until(lambda: len(self.acknowledged) >= wanted, within=60)
        kill()
        for each in threads:
            each.join(60)

    def go_on(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with closing(connection):
            while True:
                with self.lock:
                    number = next(self.numbers)
                    self.sent[number] = self.stories[number % len(self.stories)]
                try:
                    self.send(connection, number)
                except (OSError, http.client.HTTPException):
                    return

    def send(self, connection, number):
        path, headers, body = crowd.comment(self.sent[number], number)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 303, (answer.status, text)
        self.acknowledged[number] = crowd.name_in(answer.headers["Location"])

    def send_again(self, port):
        """Send what nobody acknowledged, as somebody does whose browser says that it failed."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with closing(connection):
            for number in self.sent.keys() - self.acknowledged.keys():
                self.send(connection, number)


def test_every_acknowledged_comment_is_there_once_with_its_mail(newsroom, capsys):
    open_story, first_story = made = make_stories(newsroom)
    posting = Crowd(made)
    for _kill in range(KILLS):
        with newsroom.serve() as served:
            posting.send_again(served.port)
            posting.comment_until_killed(served.port, lambda: kill_tree(served.process))
    with newsroom.serve() as served:
        posting.send_again(served.port)
        until(lambda: not ask(newsroom, "SELECT 1 FROM discussion_notice"), within=60)

    rows = ask(newsroom, "SELECT name, author_name FROM discussion_comment")
    names = Counter(author for _name, author in rows)
    told = Counter(waiting(newsroom))
    asked = Counter(email for (email,) in ask(newsroom, "SELECT recipient FROM mail_outgoingmail"))
    with capsys.disabled():
        print(f"\n{KILLS} kills, {len(posting.acknowledged)} comments: each there once")
    assert dict(rows).keys() == set(posting.acknowledged.values())
    assert set(names.values()) == {1}
    for number, name in posting.acknowledged.items():
        if posting.sent[number] == open_story:
            assert told[name] == 1, "its follower is told of it once"
        else:
            assert asked[crowd.address_of(number)] == 1, "it is to be confirmed once"
    assert first_story in posting.sent.values()


def make_stories(newsroom):
    """Return two stories: one open to all with a follower, one where first comments confirm."""
    command = [sys.executable, "-m", "tests.discussion.newsroom_followed"]
    done = subprocess.run(command, env=newsroom.environment, check=True, capture_output=True)
    return json.loads(done.stdout)


def waiting(newsroom):
    """Return the names of the comments of which the follower will be told."""
    names = (
        "SELECT c.name FROM discussion_waiting w JOIN discussion_comment c ON c.id = w.comment_id"
    )
    return [name for (name,) in ask(newsroom, names)]


def ask(newsroom, question):
    with closing(sqlite3.connect(newsroom.home / "masthead.sqlite3", timeout=20)) as database:
        return database.execute(question).fetchall()
