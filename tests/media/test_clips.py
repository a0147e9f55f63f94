import re
import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from hypothesis import given, strategies

from masthead.lib.mp4 import ClipRefusedError, check_clip
from masthead.lib.webvtt import CaptionsRefusedError, check_captions
from masthead.media.models import Clip
from tests.factories.media import ClipFactory, ImageFactory, box, mp4, track
from tests.proof import effort

pytestmark = pytest.mark.django_db
VTT = "WEBVTT\n\n00:01.000 --> 00:03.500 align:start\n<v Ada>Look, <b>water</b>.\n"
ITEM = box(b"data", struct.pack(">II", 1, 0), b"Lavf61.1.100")


def meta(*items, keys=b""):
    return box(
        b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdir", bytes(12)), keys, box(b"ilst", *items)
    )


def keyed(*names):
    entries = [struct.pack(">I4s", len(name) + 8, b"mdta") + name for name in names]
    keys = box(b"keys", struct.pack(">II", 0, len(names)), *entries)
    return box(b"meta", box(b"hdlr", bytes(8), b"mdta", bytes(12)), keys, box(b"ilst"))


def checked(content):
    return check_clip(BytesIO(content))


def test_a_clip_tells_its_length_and_its_size_as_it_is_shown():
    upright = track(width=1920, height=1080, turned=True)

    clip = checked(mp4(upright, track(b"mp4a", width=0, height=0), seconds=31.25))

    assert (clip.width, clip.height, clip.seconds) == (1080, 1920, 31.25)
    assert clip.starts_fast
    assert not checked(mp4(moov_first=False)).starts_fast


@pytest.mark.parametrize(
    "content",
    [
        mp4(track()),
        mp4(track(b"avc3")),
        mp4(moov_first=False),
        mp4(brand=b"mp42"),
        mp4(more=box(b"udta", meta(box(b"\xa9too", ITEM)))),
        mp4(more=keyed(b"com.android.version")),
        mp4(track(more=box(b"udta", box(b"name", b"Stereo")))),
        mp4(behind=box(b"free", bytes(500))),
    ],
)
def test_what_phones_and_editing_programs_write_is_taken(content):
    checked(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<!doctype html><video>", "no MP4"),
        (b"\x1aE\xdf\xa3webm" + bytes(50), "no MP4"),
        (mp4(brand=b"qt  "), "QuickTime"),
        (mp4()[:-100], "not sent completely"),
        (mp4()[:200], "not sent completely"),
        (box(b"ftyp", b"isom", bytes(4)), "not sent completely"),
        (mp4(track(b"hvc1")), "H.264 (this is hvc1)"),
        (mp4(track(b"av01")), "H.264 (this is av01)"),
        (mp4(track(b"mp4a", width=0, height=0)), "H.264"),
        (mp4(track(), track(b"gpmd", width=0, height=0)), "gpmd"),
        (mp4(track(), track(b"mebx", width=0, height=0)), "mebx"),
        (mp4(track(), track(b"encv")), "encv"),
        (
            mp4(track(reference=box(b"url ", bytes(4), b"http://tracker.example/a\0"))),
            "other files",
        ),
        (mp4(track(reference=box(b"url ", bytes(4), b"file:///etc/passwd\0"))), "other files"),
        (mp4(track(reference=box(b"alis", bytes(4)))), "other files"),
        (mp4(behind=b"\0\0\0\x08free" * 1_000_000), "more parts"),
        (mp4(more=box(b"moov", *[box(b"moov")] * 6000)), "more parts"),
        (mp4(behind=b"\0\0\0\1free" + b"\xff" * 8), "not sent completely"),
        (mp4(behind=b"\0\0\0\1free" + struct.pack(">Q", 3)), "impossible size"),
        (mp4(behind=b"\0\0\0\7free"), "impossible size"),
        (mp4(more=struct.pack(">I4s", 900_000, b"udta")), "impossible size"),
        (mp4(more=box(b"cmov", bytes(8))), "compressed"),
        (mp4(behind=box(b"moof")), "fragments"),
        (mp4(track(width=0)), "how large"),
        (mp4(seconds=0), "how long"),
        (mp4(more=box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+48.8583+002.2945/"))), "the place"),
        (mp4(more=box(b"udta", box(b"loci", bytes(30)))), "the place"),
        (mp4(more=keyed(b"com.apple.quicktime.location.ISO6709")), "the place"),
        (mp4(more=keyed(b"com.apple.quicktime.make")), "the device"),
        (mp4(more=box(b"udta", box(b"\xa9mod", b"\0\5\0\0Leak9"))), "the device"),
        (mp4(more=box(b"udta", meta(box(b"\xa9ART", ITEM)))), "a person's name"),
        (mp4(more=box(b"udta", meta(box(b"\xa9cmt", ITEM)))), "text about the clip"),
        (mp4(more=box(b"udta", box(b"GUMI", b"serial 4711"))), "the device"),
        (mp4(behind=box(b"uuid", bytes(16), b"<x:xmpmeta>")), "a block of metadata"),
        (mp4(behind=box(b"free", b"left over: \xa9xyz +48.8583+002.2945/")), "the place"),
        (mp4(track(more=box(b"udta", box(b"\xa9xyz", b"+48")))), "the place"),
        (mp4(more=box(b"udta", bytes(300_000))), "more metadata"),
    ],
)
def test_everything_else_is_refused_with_the_reason(content, reason):
    with pytest.raises(ClipRefusedError, match=re.escape(reason)):
        checked(content)


@pytest.mark.proof
@effort(100)
@given(strategies.data())
def test_no_damage_is_worse_than_a_refusal(data):
    content = bytearray(mp4(more=box(b"udta", meta(box(b"\xa9too", ITEM)))))
    for _change in range(data.draw(strategies.integers(1, 6))):
        content[data.draw(strategies.integers(8, len(content) - 1))] = data.draw(
            strategies.integers(0, 255)
        )

    with suppress(ClipRefusedError):
        checked(bytes(content[: data.draw(strategies.integers(0, len(content)))]))


def test_of_a_large_clip_little_is_read():
    class Counted(BytesIO):
        taken = 0

        def read(self, size=-1):
            found = super().read(size)
            self.taken += len(found)
            return found

    file = Counted(mp4(behind=box(b"mdat", bytes(20_000_000))))
    check_clip(file)

    assert file.taken < 100_000


@pytest.mark.parametrize(
    "text",
    [
        VTT,
        VTT.replace("\n", "\r\n"),
        "\ufeffWEBVTT - Kitchen\n\nintro\n01:00:00.000 --> 01:00:01.000\n<i>¿Qué?</i> &amp;\n\n",
    ],
)
def test_captions_are_taken(text):
    check_captions(BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Line 1:"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nx\n", "Line 1:"),
        (b"WEBVTT\n", "no captions"),
        (b"WEBVTT\nX: y\n", "Line 2:"),
        (b"WEBVTT\n\nSTYLE\n::cue { background: url(http://x) }\n", "Line 3: .*STYLE"),
        (b"WEBVTT\n\nREGION\nid:a\n", "Line 3: .*REGION"),
        (b"WEBVTT\n\nNOTE Petra filmed this\n", "Line 3: .*NOTE"),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", "Line 3: times run"),
        (b"WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:01.000 --> 00:02.000\ny\n", "Line 6: times"),
        (b"WEBVTT\n\n00:01.000 --> 00:02\nx\n", "Line 3: times are"),
        (b"WEBVTT\n\nname\n", "Line 4: times are"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<script>x</script>\n", "Line 4:"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nok\n<img src=x onerror=y>\n", "Line 5:"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nfa\xe7ade\n", "Line 4: .*UTF-8"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\na\0b\n", "no text"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"x" * 3_000_000, "2 MB"),
    ],
)
def test_captions_with_a_fault_are_refused_by_the_line(content, reason):
    with pytest.raises(CaptionsRefusedError, match=reason):
        check_captions(BytesIO(content))


FIELDS = ("title", "file", "poster", "description", "credit", "captions", "captions_language")


def sent(content=None, captions=None, **changes):
    poster = ImageFactory()
    data = {"title": "x", "poster": poster.pk, "description": "x", "credit": "x", **changes}
    files = {"file": SimpleUploadedFile("Petra IMG_1.mp4", content or mp4(seconds=7.5))}
    if captions:
        files["captions"] = SimpleUploadedFile("c.vtt", captions)
    return modelform_factory(Clip, fields=FIELDS)(data, files)


def test_a_form_keeps_what_the_clip_says_of_itself():
    form = sent(captions=VTT.encode(), captions_language="en")

    assert form.is_valid(), form.errors
    clip = form.save()
    assert (clip.width, clip.height, clip.duration) == (640, 360, 7.5)
    assert "Petra" not in clip.file.url
    assert clip.captions.url.endswith(".vtt")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": mp4(track(b"hvc1"))}, "file"),
        ({"captions": b"WEBVTT\n", "captions_language": "en"}, "captions"),
        ({"captions": VTT.encode()}, "captions_language"),
        ({"credit": ""}, "credit"),
    ],
)
def test_a_form_refuses_and_stores_nothing_public(changes, field, stored):
    form = sent(**changes)
    before = stored()

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert stored() == before


def test_a_clip_above_the_limit_is_refused(settings):
    settings.MEDIA_MAX_CLIP_BYTES = 1000

    assert "at most" in sent(mp4(behind=box(b"free", bytes(2000)))).errors["file"][0]


def test_an_old_clip_is_saved_without_being_looked_into_again():
    clip = ClipFactory(file=ContentFile(mp4(track(b"hvc1")), name="imported.mp4"))

    clip = Clip.objects.get(pk=clip.pk)
    clip.full_clean()
    clip.file = ContentFile(b"x", name="x.mp4")
    with pytest.raises(ValidationError):
        clip.full_clean()


def test_replaced_and_deleted_clips_leave_no_file(django_capture_on_commit_callbacks, stored):
    clip = ClipFactory()
    first = Path(clip.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        clip = Clip.objects.get(pk=clip.pk)
        clip.file = ContentFile(mp4(), name="new.mp4")
        clip.save()
    second = Path(clip.file.path)

    assert (first.exists(), second.exists()) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        clip.delete()
    assert not second.exists()
