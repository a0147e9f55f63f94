import pytest

from masthead.stories.models import Newsroom
from masthead.stories.queries import main_site


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.SENDING_FOLDER, settings.DKIM_FOLDER = tmp_path / "sending", tmp_path / "dkim"


@pytest.fixture
def newsroom():
    """A newsroom that may send letters: with a postal address."""
    site = main_site()
    Newsroom.for_site(site)
    Newsroom.objects.filter(site=site).update(postal_address="4 Chandlers' Steps\nQuillhaven")
    return site
