import pytest

from masthead.bake.baker import Baker
from masthead.bake.tree import Tree
from masthead.stories.baking import PublicPages


class Kitchen(Baker):
    """A baker that never waits, and what stands in its tree."""

    def settle(self):
        """Bake until nothing is left to do; return the names of what was baked anew."""
        before = self.written()
        while self.tell() or self.bake():
            self.now += 1_000
        after = self.written()
        return {place for place in before | after if before.get(place) != after.get(place)}

    def written(self):
        """Return when each place was written last."""
        paths = {place: self.file(place, about=True) for place in self.tree.places()}
        return {place: path.stat().st_mtime_ns for place, path in paths.items()}

    def file(self, place, *, about=False):
        folder, _slash, name = place.rpartition("/")
        name = name or "index.html"
        return self.tree.root / folder / (f".{name}.json" if about else name)

    def text(self, path):
        return self.file(f"localhost:8000{path}").read_text("utf-8")

    def holds(self, path):
        return f"localhost:8000{path}" in set(self.tree.places())


@pytest.fixture
def kitchen(tmp_path):
    kitchen = Kitchen(PublicPages(), Tree(tmp_path / "baked"))
    kitchen.now = 1_000_000.0
    kitchen.clock = lambda: kitchen.now
    return kitchen
