"""Static files of an older program stay as long as a baked page may name them."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from masthead.bake.models import Tape
from masthead.bake.work import new_baker, prepare
from masthead.conf.readiness import (
    collect_static_files,
    forget_old_static_files,
    static_files_are_current,
)

pytestmark = pytest.mark.django_db(transaction=True)
OURS = "masthead/site.css"


@pytest.fixture
def root(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.BAKE_ROOT = tmp_path / "baked"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    collect_static_files()
    return Path(settings.STATIC_ROOT)


def bake_everything():
    baker = new_baker()
    prepare(baker)
    baker.is_patient = False
    baker.run_until_idle()


def test_the_styles_of_an_older_program_stay_until_all_is_baked_anew(root):
    old = root / "masthead/site.0123456789ab.css"
    old.write_text("body{}")
    bake_everything()
    Tape.objects.update(build="an older program")

    collect_static_files()
    forget_old_static_files()
    assert old.exists()

    bake_everything()
    forget_old_static_files()
    assert not old.exists()
    assert (root / staticfiles_storage.stored_name(OURS)).exists()
    assert static_files_are_current()


def test_a_file_that_changed_is_collected_although_its_date_is_older(root):
    (root / OURS).write_text("not ours")

    collect_static_files()

    assert (root / OURS).read_text("utf-8") != "not ours"
