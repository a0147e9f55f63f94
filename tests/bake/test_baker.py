"""From a change to exactly the files that show it."""

import pytest

from masthead.bake.baker import Baker, check
from masthead.bake.tree import Tree
from masthead.stories.baking import PublicPages
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def baker(tmp_path):
    baker = Baker(PublicPages(), Tree(tmp_path / "baked"))
    return baker


def test_a_fresh_newsroom_is_baked_whole(baker):
    story = StoryFactory(title="Harbour opens")
    baker.run_until_idle()
    from masthead.bake.models import Dependency, Node

    for n in Node.objects.all():
        print(n.name, n.place, n.changes, Dependency.objects.filter(node=n).count())
    print(sorted(baker.tree.places()), baker.renders, baker.swaps)
    assert list(check(baker.source, baker.tree)) == []
    assert (baker.tree.root / f"localhost:8000{story.address}" / "index.html").exists()
