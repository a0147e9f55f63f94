"""What one machine bakes stands in the others' trees, and in a bucket."""

import pytest

from masthead.bake import shared
from masthead.bake.baker import check
from masthead.bake.tree import Tree
from masthead.stories.models import Story
from tests.bucket import bucket, s3  # noqa: F401 - fixtures
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def others(settings, bucket):  # noqa: F811 - the fixture
    settings.BUCKET = bucket


@pytest.fixture
def follower(tmp_path):
    return shared.Follower(Tree(tmp_path / "another"))


def stale(kitchen, follower):
    return list(check(kitchen.source, follower.tree))


def publish(story, **changes):
    for name, value in changes.items():
        setattr(story, name, value)
    story.save_revision().publish()


def test_another_machine_shows_what_one_has_baked(kitchen, follower):
    story = StoryFactory(title="Harbour opens")
    kitchen.settle()
    assert follower()
    assert stale(kitchen, follower) == []

    publish(Story.objects.get(pk=story.pk), title="Harbour closes")
    changed = kitchen.settle()
    generation = (follower.tree.root / ".generation").read_bytes()

    assert changed
    assert follower()
    assert stale(kitchen, follower) == []
    assert (follower.tree.root / ".generation").read_bytes() != generation
    assert not follower()


def test_what_is_unpublished_goes_everywhere(kitchen, follower, bucket):  # noqa: F811
    story = StoryFactory()
    kitchen.settle()
    follower()
    while shared.fill_bucket():
        pass
    assert bucket.holds(f"baked/localhost:8000{story.address}index.html")

    story.unpublish()
    kitchen.settle()
    follower()
    while shared.fill_bucket():
        pass

    assert stale(kitchen, follower) == []
    assert not bucket.holds(f"baked/localhost:8000{story.address}index.html")
    assert bucket.holds("baked/localhost:8000/index.html")


def test_pages_of_before_leave_the_bucket(kitchen, bucket):  # noqa: F811
    StoryFactory()
    kitchen.settle()
    bucket.put_bytes("baked/localhost:8000/old/index.html", b"of before", "text/html", "")

    while shared.fill_bucket():
        pass

    assert shared.remove_unknown_from_bucket() == 1
    assert not bucket.holds("baked/localhost:8000/old/index.html")
    assert bucket.holds("baked/localhost:8000/index.html")
    assert shared.remove_unknown_from_bucket() == 0


def test_a_machine_that_was_off_is_brought_up_to_date(kitchen, follower):
    story = StoryFactory(title="Before")
    kitchen.settle()
    follower()
    publish(Story.objects.get(pk=story.pk), title="After")
    kitchen.settle()
    damaged = follower.tree.root / f"localhost:8000{story.address}index.html"
    damaged.write_text("half a pa")

    again = shared.Follower(follower.tree)

    assert again()
    assert stale(kitchen, again) == []


def test_a_restored_database_takes_away_what_it_does_not_know(kitchen, follower):
    story = StoryFactory(title="After the backup")
    kitchen.settle()
    follower()
    lost = follower.tree.root / f"localhost:8000{story.address}index.html"
    assert lost.exists()

    story.delete()
    kitchen.settle()
    # What a restored database holds: the pages that are baked now, numbered from one.
    given = shared.SharedPage.objects.exclude(digest="").order_by("serial")
    kept = [(page.place, page.about, page.content, page.digest) for page in given]
    shared.SharedPage.objects.all().delete()
    for page in kept:
        shared._put(*page)
    assert follower._last() < follower.serial

    assert follower()
    assert not lost.exists()
    assert stale(kitchen, follower) == []


def test_another_baker_goes_on_where_one_stopped(kitchen, follower):
    StoryFactory()
    kitchen.settle()
    follower()
    publish(Story.objects.get(), title="Left unfinished")
    kitchen.tell()
    kitchen._lease(16)  # and dies

    heir = type(kitchen)(kitchen.source, follower.tree)
    heir.now = kitchen.now
    heir.clock = lambda: heir.now
    shared.take_over(heir.name)

    assert heir.settle()
    assert stale(kitchen, follower) == []
    assert shared.Follower(kitchen.tree)()
    assert stale(kitchen, shared.Follower(kitchen.tree)) == []
