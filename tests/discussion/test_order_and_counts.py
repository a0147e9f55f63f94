"""Whatever is written, decided, taken back and erased, in whatever order: order and counts hold."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from masthead.discussion import actions, queries
from masthead.discussion.errors import NotTaken
from masthead.discussion.follow import erase
from masthead.discussion.models import Comment, CommentState
from masthead.discussion.moderation import Verdict, decide, undo
from tests.factories.discussion import comment_on, open_to_all
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory
from tests.proof import effort

pytestmark = [pytest.mark.django_db, pytest.mark.proof]


@dataclass
class Life:
    """A discussion to which something happens again and again."""

    story: object
    moderator: object
    comments: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    places: dict = field(default_factory=dict)

    def one(self, number):
        return Comment.objects.get(pk=self.comments[number % len(self.comments)].pk)

    def post(self, number, *, is_reply=False, is_trapped=False):
        parent = self.one(number) if is_reply else None
        self.comments.append(comment_on(self.story, parent=parent, is_trapped=is_trapped))

    def decide(self, number, verdict):
        comment = self.one(number)
        decision = decide(
            comment=comment.pk, version=comment.version, verdict=verdict, by=self.moderator
        )
        self.decisions.append(decision)

    def take_back(self, number):
        if self.decisions:
            undo(decision=self.decisions[number % len(self.decisions)], by=self.moderator)

    def erase(self, number):
        commenter = self.one(number).commenter
        if commenter.address:
            commenter.confirmed_at = commenter.created_at
            commenter.save()
            erase(commenter.address)

    def do(self, what, number):
        """Do something; what cannot be done is refused and changes nothing."""
        ways = {
            "post": lambda: self.post(number),
            "hold back": lambda: self.post(number, is_trapped=True),
            "reply": lambda: self.post(number, is_reply=True),
            "reply held": lambda: self.post(number, is_reply=True, is_trapped=True),
            "approve": lambda: self.decide(number, Verdict.APPROVE),
            "hold": lambda: self.decide(number, Verdict.HOLD),
            "remove": lambda: self.decide(number, Verdict.REMOVE),
            "undo": lambda: self.take_back(number),
            "delete": lambda: actions.delete(comment=self.one(number)),
            "change": lambda: actions.change(comment=self.one(number), text=f"Other {number}"),
            "erase": lambda: self.erase(number),
        }
        with suppress(NotTaken):
            ways[what]()


WHAT = ["post", "reply", "reply", "hold back", "reply held", "approve", "hold", "remove", "undo"]
WHAT += ["delete", "erase", "change"]


@given(st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 50)), min_size=10, max_size=16))
@effort(5)
def test_order_and_counts_hold_whatever_happens(life):
    with transaction.atomic():
        world = Life(open_to_all(StoryFactory()), UserFactory(role="Moderator"))
        for what, number in [("post", 0), *life]:
            world.do(what, number)
            check(world)
        transaction.set_rollback(True)


def check(world):
    rows = list(Comment.objects.filter(story=world.story))
    visible = {row.name for row in rows if row.state == CommentState.PUBLISHED}
    tally = queries.tally_of(world.story)
    pages = [queries.page_of_threads(world.story, n) for n in range(1, tally.pages + 1)]
    threads = [thread for page in pages for thread in page.threads]
    nodes = [node for thread in threads for node in walk(thread.first)]
    shown = [node.comment.name for node in nodes if node.is_visible]

    assert tally.comments == len(visible)
    assert sorted(shown) == sorted(visible), "each comment stands once"
    assert tally.threads == sum(1 for row in rows if row.thread and not row.parent_id)
    numbers = [thread.number for thread in threads]
    assert numbers == sorted(set(numbers)), "threads stand in the order in which they were seen"
    assert [each.number for each in queries.newest(world.story, tally).threads] == numbers[::-1]
    for node in nodes:
        answers = [each.comment.pk for each in node.replies]
        assert answers == sorted(answers), "answers stand in the order in which they came"
    for row in rows:
        if row.page_id:
            assert world.places.setdefault(row.pk, (row.page_id, row.thread)) == (
                row.page_id,
                row.thread,
            ), "a comment stays where it stands"


def walk(node):
    yield node
    for each in node.replies:
        yield from walk(each)
