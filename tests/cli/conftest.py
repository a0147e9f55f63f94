import pytest

from tests.cli.newsroom import Newsroom


@pytest.fixture
def newsroom(tmp_path):
    return Newsroom.copy(tmp_path / "home")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Give a newsroom that is served while all tests of a module run; each leaves it well."""
    newsroom = Newsroom.copy(tmp_path_factory.mktemp("served") / "home")
    with newsroom.serve() as served:
        served.newsroom = newsroom
        yield served
