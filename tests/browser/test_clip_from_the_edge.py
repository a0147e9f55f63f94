"""A clip, played by a browser from the edge."""

from pathlib import Path

import pytest

from tests.bake.edge.baked import Baked
from tests.bake.edge.conftest import edge, settings_of_the_edge  # noqa: F401 - fixtures

CLIP = max((Path(__file__).parents[2] / "demo/clips").glob("*.mp4"), key=lambda p: p.stat().st_size)


@pytest.fixture
def page_with_clip(edge):  # noqa: F811 - the fixture
    name, host = f"clip/{'c' * 22}.mp4", f"127.0.0.1:{edge.port}"
    (edge.settings.media / name).write_bytes(CLIP.read_bytes())
    body = f'<title>Clip</title><video src="/media/{name}" muted></video>'
    Baked(edge.settings.baked).page("/", body, host=host)
    (edge.settings.baked / host / "index.html.br").unlink()  # no real brotli in tests
    return f"http://{host}/"


def test_a_clip_plays_and_goes_where_the_reader_wants(page_with_clip, page):
    page.goto(page_with_clip)
    video = page.locator("video")

    video.evaluate("video => video.play()")
    video.evaluate(
        "video => new Promise(done => {"
        " video.onseeked = done; video.currentTime = video.duration * 0.8; })"
    )
    length, at = video.evaluate("video => [video.duration, video.currentTime]")

    assert length > 1
    assert at >= length * 0.8
    page.wait_for_function("() => document.querySelector('video').ended")
