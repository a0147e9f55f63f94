"""Programs outside are asked about comments: a reason to look, whatever they answer."""

import hmac
import json
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
import time_machine
from django.utils import timezone

from masthead.discussion import scorers
from masthead.discussion.follow import COMMENTS, find_followers
from masthead.discussion.models import Comment, CommentState, Scoring, Standing, Tally, Waiting
from masthead.discussion.moderation import Verdict, decide, set_standing
from masthead.discussion.scoring import ask_due, is_due
from masthead.readers.models import Address, Subscription
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
KEY = "a key of some length"


@pytest.fixture
def story():
    return open_to_all(StoryFactory(title="Harbour opens"))


@contextmanager
def answering(status, body):
    """Answer every request in the same way; yield the address, and what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.headers, content))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/score", asked
        server.shutdown()


@pytest.fixture
def scorer(settings):
    """Let the newsroom's own scorer answer with a score, or with whatever it says."""

    @contextmanager
    def answers(said, status=200):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        with answering(status, body) as (address, asked):
            settings.SCORER_URL, settings.SCORER_KEY = address, KEY
            yield asked

    return answers


def state_of(comment):
    comment.refresh_from_db()
    return comment.state


def test_a_high_score_lets_somebody_look_and_the_queue_says_why(scorer, story, new_browser):
    with scorer({"score": 93, "reason": "sounds like an <b>advert</b>"}):
        comment = comment_on(story)
        assert state_of(comment) == CommentState.PUBLISHED
        ask_due()

    assert state_of(comment) == CommentState.HELD
    assert Tally.objects.get().comments == 0
    desk = new_browser()
    desk.force_login(UserFactory(role="Moderator"))
    text = desk.get("/desk/discussion/").text
    assert "Your scorer gives it 93/100: sounds like an &lt;b&gt;advert" in text


def test_a_low_score_changes_nothing(scorer, story):
    with scorer({"score": 79.9}):
        comment = comment_on(story)
        ask_due()

    assert state_of(comment) == CommentState.PUBLISHED
    assert comment.reasons == []
    assert not Scoring.objects.exists()


def test_a_scorer_knows_who_asks_and_learns_no_address(scorer, story):
    with scorer({"score": 0}) as asked:
        comment_on(story, "What I think.", email="secret@example.org")
        ask_due()

    headers, body = asked[0]
    signed = f"{headers['X-Masthead-Time']}.".encode() + body
    expected = hmac.new(KEY.encode(), signed, sha256).hexdigest()
    assert headers["X-Masthead-Signature"] == f"sha256={expected}"
    assert json.loads(body)["text"] == "What I think."
    assert b"secret" not in body
    assert b"network" not in body


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"", 200),
        (b"[" * 9_000, 200),
        (b"x" * 20_000, 200),
        ({"score": "99"}, 200),
        (b'{"score": NaN}', 200),
        ({"score": 1e9}, 200),
        ({"score": True}, 200),
        ({"score": 99, "reason": ["x"]}, 200),
        ({"score": 99}, 500),
        ({"score": 99}, 302),
    ],
)
def test_an_answer_that_is_none_changes_nothing_and_is_asked_for_again(scorer, story, said, status):
    with scorer(said, status):
        comment = comment_on(story)
        ask_due()

    assert state_of(comment) == CommentState.PUBLISHED
    assert comment.reasons == []
    assert not is_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert is_due()


def test_a_scorer_that_is_gone_is_given_up_after_an_hour(settings, story):
    settings.SCORER_URL, settings.SCORER_KEY = "http://127.0.0.1:1/", KEY
    comment = comment_on(story)
    ask_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        ask_due()

    assert state_of(comment) == CommentState.PUBLISHED
    assert not Scoring.objects.exists()


def test_what_somebody_decided_meanwhile_stands(scorer, story):
    with scorer({"score": 100}):
        comment = comment_on(story, is_trapped=True)
        moderator = UserFactory(role="Moderator")
        decide(comment=comment.pk, version=0, verdict=Verdict.APPROVE, by=moderator)
        ask_due()

    assert state_of(comment) == CommentState.PUBLISHED
    assert [each["code"] for each in comment.reasons] == ["trap", "score"]


def test_nobody_is_asked_about_people_who_are_trusted(scorer, story, reader):
    with scorer({"score": 100}) as asked:
        reader.comment(story)
        trusted = Comment.objects.get().commenter
        Scoring.objects.all().delete()
        set_standing(commenter=trusted, standing=Standing.TRUSTED, by=UserFactory(role="Moderator"))
        reader.comment(story, "And again.")
        ask_due()

    assert asked == []


def test_followers_wait_for_the_answer_but_not_for_long(scorer, story):
    Subscription.objects.create(
        address=Address.objects.create(email="fan@example.org"),
        kind=COMMENTS,
        target=story.public_id,
        confirmed_at=timezone.now(),
    )
    with scorer({"score": 1}):
        comment_on(story)
        assert not find_followers()
        with time_machine.travel(timezone.now() + timedelta(seconds=31)):
            assert find_followers()

    assert Waiting.objects.exists()


@pytest.mark.parametrize(("said", "state"), [(b"true", "held"), (b"false", "published")])
def test_akismet_is_asked_by_key(settings, monkeypatch, story, said, state):
    settings.AKISMET_KEY = "0123456789ab"
    with answering(200, said) as (address, asked):
        monkeypatch.setattr(scorers, "AKISMET", address)
        comment = comment_on(story, "Cheap watches.", name="Ana")
        ask_due()

    told = {name: value for name, (value,) in parse_qs(asked[0][1].decode()).items()}
    assert told["api_key"] == "0123456789ab"
    assert told["comment_content"] == "Cheap watches."
    assert told["permalink"] == f"http://localhost:8000{story.address}"
    assert comment.network not in told.values()
    assert state_of(comment) == state
