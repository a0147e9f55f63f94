"""The doctor names own templates whose originals have changed underneath."""

import os

import pytest

from masthead.conf.checkup import own_templates
from masthead.stories import template_changes
from masthead.stories.template_changes import note_own_templates


@pytest.fixture
def own(settings, tmp_path):
    settings.HOME = tmp_path
    path = tmp_path / "templates" / "stories" / "parts" / "footer.html"
    path.parent.mkdir(parents=True)
    path.write_text("<footer>Ours</footer>")
    return path


def told(path):
    return [each for each in own_templates() if str(path) in each.what]


def test_a_template_is_named_once_its_original_changed_until_it_is_saved(own, monkeypatch):
    note_own_templates()
    before = told(own)
    # Another release: the originals are other ones.
    monkeypatch.setattr(template_changes, "_digest", lambda _path: "of the newer release")
    note_own_templates()
    (changed,) = told(own)
    os.utime(own, (1, 1))
    note_own_templates()

    assert before == []
    assert "stands for a template that has changed since" in changed.what
    assert "stories/jinja2/stories/parts/footer.html" in changed.mend
    assert not changed.is_urgent
    assert told(own) == []


def test_notes_that_are_damaged_count_for_nothing(own, settings):
    (settings.HOME / "templates.json").write_text("{")

    assert told(own) == []
    assert note_own_templates() is False
