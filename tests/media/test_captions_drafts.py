"""Captions that a program drafts, and an editor corrects."""

import shlex
import sys
import threading
import wave
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from masthead.lib import speech
from masthead.media import captions_drafts
from masthead.media.captions_drafts import captions_drafts_are_due, make_captions_draft
from masthead.media.models import CaptionsDraft, Clip
from tests.factories.films import film
from tests.factories.media import ClipFactory

pytestmark = pytest.mark.django_db
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\nThe bridge is open again now.\n"
WRITES = f"""
import sys, wave
with wave.open(sys.argv[-1]) as sound:
    assert (sound.getnchannels(), sound.getframerate()) == (1, 16000)
    assert sound.getnframes()
print({CAPTIONS!r})
"""


def command(code):
    return f"{sys.executable} -c {shlex.quote(code)}"


@pytest.fixture
def clip():
    clip = ClipFactory(poster=None)
    clip.original.save("original.mp4", ContentFile(film(seconds=1).read_bytes()))
    return clip


def ask(desk, clip):
    return desk.post(f"/desk/clips/{clip.pk}/preparation/", {"do": "draft"}).content.decode()


def told(desk, clip):
    return desk.get(f"/desk/clips/{clip.pk}/preparation/").content.decode()


def test_a_program_drafts_what_an_editor_corrects_and_readers_see_only_that(desk, clip, settings):
    settings.SPEECH_TO_TEXT = command(WRITES)
    assert "Have the captions drafted" in told(desk, clip)

    assert "The captions are being drafted." in ask(desk, clip)
    assert make_captions_draft()
    assert not captions_drafts_are_due()

    assert "A draft of the captions is there." in told(desk, clip)
    address = f"/desk/snippets/media/clip/edit/{clip.pk}/"
    assert "The bridge is open again now." in desk.get(address).content.decode()
    assert not Clip.objects.get().captions
    corrected = CAPTIONS.replace("open again now", "open")
    fields = {"title": "x", "description": "x", "credit": "x", "captions_language": "en"}
    desk.post(address, fields | {"captions_text": corrected})
    with Clip.objects.get().captions.open() as file:
        assert file.read().decode() == corrected
    assert not CaptionsDraft.objects.exists()


def test_a_service_drafts_as_well(desk, clip, settings):
    heard = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CAPTIONS.encode())

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.SPEECH_TO_TEXT = f"http://127.0.0.1:{server.server_port}/asr"
        ask(desk, clip)

        assert make_captions_draft()
        server.shutdown()

    assert CaptionsDraft.objects.get().text.startswith("WEBVTT")
    with wave.open(BytesIO(heard[0])) as sound:
        assert sound.getframerate() == 16_000


@pytest.mark.parametrize(
    ("by", "why"),
    [
        (command("raise SystemExit(3)"), "The program for it failed."),
        (command("print('Hello')"), "What came back are no captions."),
        ("/nowhere/whisper", "The program for it cannot be started."),
        ("http://127.0.0.1:9/", "The service for it cannot be reached."),
    ],
)
def test_a_failure_is_told_in_words_and_can_be_tried_again(desk, clip, settings, by, why):
    settings.SPEECH_TO_TEXT = by
    ask(desk, clip)

    assert make_captions_draft()

    page = told(desk, clip)
    assert f"There is no draft of the captions. {why}" in page
    assert "Have the captions drafted" in page


def test_a_program_that_does_not_end_is_ended(tmp_path):
    code = "import signal; signal.pause()"

    with pytest.raises(speech.SpeechError, match="too long"):
        speech.captions_of(Path(tmp_path), by=command(code), within=0.3)


def test_a_silent_clip_has_nothing_to_write_down(desk, clip, settings):
    settings.SPEECH_TO_TEXT = command(WRITES)
    clip.original.save("original.mp4", ContentFile(film(seconds=1, sound=False).read_bytes()))
    ask(desk, clip)

    assert make_captions_draft()

    assert "There is no sound in it." in told(desk, clip)


def test_where_nothing_is_set_nothing_is_offered(desk, clip):
    assert "drafted" not in told(desk, clip)
    captions_drafts.draft_captions(clip=clip)
    assert not captions_drafts_are_due()
    assert not make_captions_draft()
