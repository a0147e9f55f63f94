"""Clips in stories, as readers and machines get them."""

import pytest
from django.core.files.base import ContentFile

from masthead.media.models import Clip, Rung
from masthead.media.preparation import prepare_clip
from masthead.stories.completeness import check_complete
from masthead.stories.models import Story
from tests.factories.media import ClipFactory, mp4
from tests.factories.stories import StoryFactory
from tests.stories.test_pages import read
from tests.stories.test_search import found

pytestmark = pytest.mark.django_db


def listed_clip(**changes):
    clip = ClipFactory(duration=134, width=640, height=360, **changes)
    clip.playlist.save("c.m3u8", ContentFile(b"#EXTM3U\n"))
    return clip


def test_the_mark_stands_wherever_the_story_does_and_goes_with_the_clip(client):
    story = StoryFactory(lead_clip=listed_clip())
    assert "VIDEO" in read(client, story.address)
    assert "VIDEO" in read(client, "/")

    Clip.objects.update(is_withdrawn=True)

    for address in (story.address, "/"):
        page = read(client, address)
        assert "VIDEO" not in page
        assert "<video" not in page
        assert "og:video" not in page


def test_a_clip_that_is_not_ready_is_not_shown_and_keeps_its_story_from_being_published(client):
    clip = ClipFactory(file="", poster=None)
    clip.original.save("a.mp4", ContentFile(mp4()))
    prepare_clip(clip=clip)
    story = StoryFactory(lead_clip=clip)

    with pytest.raises(Exception, match="still being prepared"):
        check_complete(story)
    assert "<video" not in read(client, story.address)
    clip.preparation.error = "There are no pictures in it."
    clip.preparation.save()
    with pytest.raises(Exception, match="no pictures in it"):
        check_complete(Story.objects.get())


def test_a_story_tells_machines_of_its_clip(client):
    clip = listed_clip()
    page = read(client, StoryFactory(lead_clip=clip).address)

    address = f"http://localhost:8000{clip.file.url}"
    assert f'<meta property="og:video" content="{address}">' in page
    assert f'"contentUrl": "{address}"' in page or '"video"' not in page


def test_the_script_that_follows_the_line_comes_with_a_clip_alone(client):
    plain, moving = StoryFactory(), StoryFactory(lead_clip=listed_clip())
    inside = StoryFactory(body=[("clip", {"clip": ClipFactory(), "caption": ""})])

    assert "masthead/clip" not in read(client, plain.address)
    assert "masthead/clip" in read(client, moving.address)
    assert "masthead/clip" in read(client, inside.address)
    assert "hls.light" in read(client, moving.address)


def test_a_printed_story_says_where_the_clip_is(client):
    story = StoryFactory(lead_clip=listed_clip())

    page = read(client, story.address)

    assert f"To be seen at http://localhost:8000{story.address}" in page


def test_a_story_is_found_by_what_is_said_in_its_clips(client):
    leading, inside = ClipFactory(), ClipFactory(transcript="A samovar sings.")
    StoryFactory(title="Kettles", lead_clip=leading)
    StoryFactory(title="Inner kettles", body=[("clip", {"clip": inside, "caption": ""})])
    assert found(client, q="samovar") == ["Inner kettles"]
    assert found(client, q="whistle") == []

    leading.transcript = "It will whistle."
    leading.save()

    assert found(client, q="whistle") == ["Kettles"]


@pytest.fixture
def known(client):
    """A clip of which everything is known."""
    return ClipFactory(
        origin="user",
        digital_source="digitalCapture",
        place="Harbour Square",
        taken_on="2026-11-01",
        verification="We compared the tower with our own pictures.",
        verified_by="Ada Brook",
        verified_on="2026-11-02",
        rights="© 2026 Petra Hidden",
        credentials_state="none",
    )


def test_readers_are_told_where_a_clip_comes_from_in_plain_words(client, known):
    page = read(client, StoryFactory(lead_clip=known).address)

    for words in (
        *("About this clip", "Somebody who was there", "Taken with a camera", "Harbour Square"),
        *("Nov. 1, 2026", "We compared the tower", "Ada Brook", "© 2026 Petra Hidden"),
        "None came with it.",
    ):
        assert words in page


def test_of_a_protected_source_readers_are_told_the_credit_and_the_check_alone(client, known):
    Clip.objects.update(protects_source=True)
    page = read(client, StoryFactory(lead_clip=Clip.objects.get()).address)

    assert "We compared the tower" in page
    assert known.credit in page
    for words in (
        "Somebody who was there",
        "Harbour Square",
        "Nov. 1, 2026",
        "Petra Hidden",
        "credentials",
    ):
        assert words not in page


def test_of_an_asset_that_nothing_is_known_of_nothing_is_said(client):
    assert "About this clip" not in read(client, StoryFactory(lead_clip=ClipFactory()).address)


@pytest.mark.parametrize(
    "known_as", [{"origin": "generated"}, {"digital_source": "trainedAlgorithmicMedia"}]
)
def test_what_ai_made_says_so_even_if_the_source_is_protected(client, known_as):
    clip = ClipFactory(protects_source=True, **known_as)

    assert "Made with AI" in read(client, StoryFactory(lead_clip=clip).address)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("trusted", "Signed by The Lantern, and not changed since."),
        ("unknown", "we do not know the signer"),
        ("changed", "changed after it was signed"),
    ],
)
def test_credentials_are_told_and_never_called_a_proof(client, state, words):
    clip = ClipFactory(credentials_state=state, credentials_signer="The Lantern")
    page = read(client, StoryFactory(lead_clip=clip).address)

    assert words in page
    assert "not whether what it shows is true" in page
    assert "proof" not in page.lower()


def test_versions_are_public_under_names_that_nobody_can_guess(client):
    clip = listed_clip()
    rung = Rung(clip=clip, height=360, bandwidth=1, average=1, shape="640x360", codecs="avc1")
    rung.file.save("360.mp4", ContentFile(mp4()), save=False)
    rung.playlist.save("360.m3u8", ContentFile(b"#EXTM3U\n"), save=False)
    rung.save()

    for file, kind in ((rung.file, "video/mp4"), (clip.playlist, "application/vnd.apple.mpegurl")):
        answer = client.head(file.url, headers={"host": "localhost:8000"})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"].endswith("immutable")
    assert "360" not in rung.file.name
