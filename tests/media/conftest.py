from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages

from masthead.media.models import Clip


@pytest.fixture
def desk(client, django_user_model):
    """A browser in which somebody who may do everything is signed in."""
    client.defaults["HTTP_HOST"] = "localhost:8000"
    client.force_login(
        django_user_model.objects.create_superuser(email="chief@example.org", password="x")
    )
    return client


@pytest.fixture
def stored():
    """What lies in the folders of private and public files, told anew by each call."""
    folders = [settings.HOME / name for name in ("originals", "media", "uploads")]

    def files():
        return {path for folder in folders for path in Path(folder).rglob("*") if path.is_file()}

    return files


@pytest.fixture(autouse=True)
def own_folders(tmp_path, settings, monkeypatch):
    """Give each test folders of its own: nothing that it leaves is found by another."""
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    # A test that changed STORAGES leaves others there than the fields have.
    public = {storages["public"], Clip._meta.get_field("file").storage}
    for storage in (storages["default"], *public):
        name = "media" if storage in public else "originals"
        folder = str(tmp_path / name)
        arguments, options = storage._constructor_args
        moved = (arguments, options | {"location": folder})
        monkeypatch.setattr(storage, "_constructor_args", moved)
        # What is computed from others goes first: what it was is put back afterwards.
        for attribute in ("location", "base_location", "_location"):
            monkeypatch.setattr(storage, attribute, folder)
