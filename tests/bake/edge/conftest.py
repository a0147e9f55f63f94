import tempfile
from pathlib import Path

import pytest

from masthead.bake.edge.settings import Limits, Refusal, Settings
from tests.bake.edge.baked import Baked
from tests.bake.edge.served import Application, Served


@pytest.fixture
def settings_of_the_edge(tmp_path):
    for name in ("baked", "static", "media/clip", "uploads"):
        (tmp_path / name).mkdir(parents=True)
    with tempfile.TemporaryDirectory() as short:
        yield Settings(
            baked=tmp_path / "baked",
            static=tmp_path / "static",
            media=tmp_path / "media",
            spool=tmp_path / "uploads",
            reads=tmp_path / "reads",
            application=Path(short) / "application.sock",
            pages={each: f"<p>{each}</p>".encode() for each in Refusal},
            large_paths=("/desk/",),
            private_paths=("/desk/", "/account/"),
            limits=Limits(
                reach_seconds=0, body_bytes=200_000, large_body_bytes=2_000_000, head_bytes=8192
            ),
        )


@pytest.fixture
def baked(settings_of_the_edge):
    return Baked(settings_of_the_edge.baked)


@pytest.fixture
def application(settings_of_the_edge):
    with Application(settings_of_the_edge.application).running() as running:
        yield running


@pytest.fixture
def edge(settings_of_the_edge):
    with Served(settings_of_the_edge).running() as running:
        yield running
