import re
import socket
import threading
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.base import ContentFile

from masthead.lib import ffmpeg
from masthead.media.models import Clip, FormerFile, Image, Preparation
from masthead.media.preparation import (
    delete_former_files,
    make_clip_playable,
    make_versions,
    pick_poster,
    playable_clips_are_due,
    prepare_clip,
    versions_are_due,
)
from tests.factories.films import film, made, program
from tests.factories.media import SECRETS, ClipFactory, ImageFactory, box, mp4, track

pytestmark = pytest.mark.django_db
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=0", "-tag:v", "hvc1")
HDR = (
    *HEVC[:5],
    "log-level=0:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
    *("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
    *HEVC[6:],
)
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def uploaded(path, **changes):
    clip = ClipFactory(file="", **{"poster": None, **changes})
    with Path(path).open("rb") as file:
        clip.original.save(Path(path).name, File(file))
    prepare_clip(clip=clip)
    return clip


def finish(clip):
    while make_clip_playable() or make_versions():
        pass
    return Clip.objects.get(pk=clip.pk)


def prepared(path, **changes):
    return finish(uploaded(path, **changes))


def text_of(file):
    with file.open() as opened:
        return opened.read().decode()


def described(file):
    container = "mov"
    return ffmpeg.describe(program(), ffmpeg.Source(Path(file.path), container))


def test_a_clip_that_browsers_play_can_be_seen_before_any_version_of_it_is_made():
    clip = uploaded(film(size="640x360"))

    assert playable_clips_are_due()
    assert make_clip_playable()
    clip = Clip.objects.get(pk=clip.pk)

    assert clip.is_shown
    assert (clip.width, clip.height, clip.duration) == (640, 360, 2.0)
    assert not clip.playlist
    assert make_clip_playable()
    assert not make_clip_playable()
    assert Clip.objects.get(pk=clip.pk).poster.credit == clip.credit
    assert versions_are_due()


def test_every_size_is_made_that_is_no_larger_than_the_clip():
    clip = prepared(film(size="1920x1080", seconds=1))

    assert [rung.height for rung in clip.rungs.all()] == [360, 720, 1080]
    assert [rung.shape for rung in clip.rungs.all()] == ["640x360", "1280x720", "1920x1080"]
    listed = text_of(clip.playlist)
    assert re.findall(r"RESOLUTION=(\w+)", listed) == ["640x360", "1280x720", "1920x1080"]
    for rung in clip.rungs.all():
        assert f"../{rung.playlist.name}" in listed
        assert rung.codecs in listed
        parts = text_of(rung.playlist)
        assert Path(rung.file.name).name in parts
        sizes = [int(size) for size in re.findall(r"BYTERANGE:(\d+)@", parts)]
        head = int(re.search(r'BYTERANGE="(\d+)@0"', parts)[1])
        assert sum(sizes) + head == rung.file.size


@pytest.mark.parametrize(
    ("size", "heights", "shapes"),
    [
        ("360x640", [360], ["360x640"]),
        ("400x400", [360], ["360x360"]),
        ("320x180", [180], ["320x180"]),
        ("960x540", [360, 540], ["640x360", "960x540"]),
    ],
)
def test_portrait_square_and_small_clips_keep_their_shape(size, heights, shapes):
    clip = prepared(film(size=size, seconds=1))

    assert [rung.height for rung in clip.rungs.all()] == heights
    assert [rung.shape for rung in clip.rungs.all()] == shapes
    assert f"{clip.width}x{clip.height}" in {size, *shapes}


def test_a_clip_that_was_taken_upright_stands_upright(tmp_path):
    turned = tmp_path / "turned.mp4"
    made("-display_rotation", "90", "-i", str(film(size="640x360")), "-c", "copy", str(turned))

    clip = prepared(turned)

    assert (clip.width, clip.height) == (360, 640)
    assert [rung.shape for rung in clip.rungs.all()] == ["360x640"]
    assert (clip.poster.width, clip.poster.height) == (360, 640)


def test_a_silent_clip_and_one_of_changing_rate_are_made(tmp_path):
    changing = tmp_path / "changing.mp4"
    select = "select='not(mod(n,3))+between(n,5,9)',setpts=PTS-STARTPTS"
    made("-i", str(film(sound=False)), "-vf", select, "-fps_mode", "vfr", str(changing))

    clip = prepared(changing)

    assert clip.preparation.error == ""
    assert [rung.codecs.count("mp4a") for rung in clip.rungs.all()] == [0]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("hevc.mov", (*HEVC, "-pix_fmt", "yuv420p10le")),
        ("hdr.mov", (*HDR, "-pix_fmt", "yuv420p10le")),
        ("a.webm", ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus")),
        ("pcm.mov", (*X264, "-c:a", "pcm_s16le")),
        ("cut.mp4", (*X264, "-movflags", "frag_keyframe+empty_moov")),
    ],
)
def test_what_few_browsers_play_is_made_into_what_all_of_them_play(name, options):
    clip = prepared(film(name, seconds=1, options=options))

    assert clip.preparation.error == ""
    assert clip.is_shown
    assert "Video: h264" in described(clip.file)
    assert "yuv420p" in described(clip.file)
    assert "Audio: aac" in described(clip.file)
    assert not re.search("bt2020|smpte2084", described(clip.file))  # plain colours


def test_a_heavy_clip_gets_a_light_file_and_the_heavy_one_stays_for_pages_that_name_it(
    django_capture_on_commit_callbacks, time_machine
):
    options = (*X264, "-crf", "1")
    clip = uploaded(film(size="640x360", seconds=1, options=options))
    make_clip_playable()
    heavy = Path(Clip.objects.get(pk=clip.pk).file.path)
    clip = finish(clip)

    assert clip.file.size < heavy.stat().st_size / 2
    assert heavy.exists()
    assert not delete_former_files()
    FormerFile.objects.update(delete_at=clip.created_at)
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_former_files()
    assert not heavy.exists()
    assert Path(clip.file.path).exists()


def test_nothing_of_place_device_or_person_survives_in_anything_public(settings):
    original = film(size="640x360", options=())
    taken = original.read_bytes()
    assert all(word in taken for word in (b"Petra Hidden", b"+48.8583", b"SN-4711-0815"))

    clip = prepared(original)
    public = [path for path in (settings.HOME / "media").rglob("*") if path.is_file()]

    assert len(public) == 4  # the file, a version with its list, the list of versions
    for path in public:
        content = path.read_bytes()
        for secret in SECRETS:
            assert secret not in content, (path.name, secret)
        assert not re.search("petra|clip|secret|4711", path.name, re.IGNORECASE)
    assert clip.poster.title == clip.title


def test_a_gps_track_beside_the_pictures_is_left_out(tmp_path):
    tracked = tmp_path / "tracked.mp4"
    words = tmp_path / "gps.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:01,000\n+48.8583 Secretville\n")
    made("-i", str(film()), "-i", str(words), "-c", "copy", "-c:s", "mov_text", str(tracked))
    assert b"Secretville" in tracked.read_bytes()

    clip = prepared(tracked)

    with clip.file.open() as file:
        assert b"Secretville" not in file.read()


def test_the_best_of_several_pictures_stands_for_a_clip_and_another_can_be_picked(tmp_path):
    dark = tmp_path / "dark.mp4"
    inputs = ("color=black:s=320x180:r=10:d=3", "testsrc2=s=320x180:r=10:d=1")
    given = [argument for each in inputs for argument in ("-f", "lavfi", "-i", each)]
    made(*given, "-filter_complex", "[0][1]concat", "-pix_fmt", "yuv420p", str(dark))
    clip = prepared(dark)
    with clip.poster.file.open() as file:
        assert brightness(file.read()) > 40

    pick_poster(clip=clip, at=0.5)
    clip = finish(clip)

    with clip.poster.file.open() as file:
        assert brightness(file.read()) < 5
    assert clip.preparation.is_over


def brightness(content):
    from PIL import Image as Pixels
    from PIL import ImageStat

    with Pixels.open(BytesIO(content)) as picture:
        return ImageStat.Stat(picture.convert("L")).mean[0]


def test_a_poster_that_an_editor_chose_stays():
    poster = ImageFactory()

    assert prepared(film(), poster=poster).poster == poster
    assert Image.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (mp4(), "how long|pictures"),
        (mp4(track(b"mp4a", width=0, height=0)), "no pictures|damaged"),
        (b"\x1aE\xdf\xa3" + bytes(200), "no pictures|damaged"),
    ],
)
def test_a_failure_is_told_in_words_and_the_original_stays(content, reason):
    clip = ClipFactory(file="", poster=None)
    clip.original.save("x.mp4", ContentFile(content))
    prepare_clip(clip=clip)

    clip = finish(clip)

    assert re.search(reason, clip.preparation.error)
    assert clip.preparation.is_over
    assert not clip.is_shown
    assert Path(clip.original.path).read_bytes() == content


def test_a_step_that_was_cut_off_begins_anew_and_one_that_kills_the_worker_is_given_up():
    clip = uploaded(film())
    make_clip_playable()
    Preparation.objects.update(attempts=2)  # as after two cuts
    folder = Path(clip.original.storage.location).parent / "uploads" / f"clip-{clip.pk}"
    folder.mkdir()
    (folder / "0.png").write_bytes(b"half")

    assert make_clip_playable()
    assert Preparation.objects.get().attempts == 0
    assert not folder.exists()
    Preparation.objects.update(attempts=3)
    clip = finish(clip)

    assert "did not survive" in clip.preparation.error
    assert clip.is_shown


def once_after(monkeypatch):
    """Let something happen after the next run of ffmpeg."""
    waiting, run = [], ffmpeg.run

    def both(*args, **kwargs):
        run(*args, **kwargs)
        if waiting:
            waiting.pop()()

    monkeypatch.setattr(ffmpeg, "run", both)
    return waiting.append


def test_a_clip_that_is_replaced_meanwhile_is_begun_anew(monkeypatch):
    clip = uploaded(film(seconds=1))
    run = once_after(monkeypatch)

    def replaced():
        found = Clip.objects.get(pk=clip.pk)
        with film(size="400x400", seconds=1).open("rb") as file:
            found.original.save("other.mp4", File(file))
        prepare_clip(clip=found)

    run(replaced)
    found = finish(clip)

    assert found.width == found.height
    assert found.rungs.get().shape == "360x360"


def test_a_clip_that_is_deleted_meanwhile_leaves_nothing(
    monkeypatch, stored, django_capture_on_commit_callbacks
):
    before = stored()
    clip = uploaded(film(seconds=1))

    def deleted():
        with django_capture_on_commit_callbacks(execute=True):
            Clip.objects.get(pk=clip.pk).delete()

    once_after(monkeypatch)(deleted)
    while make_clip_playable() or make_versions():
        pass

    assert stored() == before


def test_without_ffmpeg_a_clip_plays_as_it_is_if_it_tells_nothing(settings):
    settings.FFMPEG = "/nowhere/ffmpeg"
    bare, telling = ClipFactory(file="", poster=None), ClipFactory(file="", poster=None)
    bare.original.save("a.mp4", ContentFile(mp4(seconds=7.5)))
    telling.original.save("b.mp4", ContentFile(mp4(more=box(b"udta", box(b"\xa9xyz", b"+48")))))
    prepare_clip(clip=bare)
    prepare_clip(clip=telling)

    bare, telling = finish(bare), finish(telling)

    assert bare.is_shown
    assert (bare.duration, bare.poster) == (7.5, None)
    assert "the place" in telling.preparation.error
    assert not telling.is_shown


class Listener:
    """Hears whether anybody asks it for anything."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.asked = self.is_over = False
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/x.ts"

    def listen(self):
        while not self.asked and not self.is_over:
            try:
                self.socket.accept()[0].close()
                self.asked = True
            except TimeoutError:
                continue
            except OSError:
                return

    def close(self):
        self.is_over = True
        self.thread.join()
        self.socket.close()


@pytest.fixture
def listener():
    found = Listener()
    yield found
    found.close()


def test_ffmpeg_reads_no_other_file_and_asks_nobody(listener, tmp_path):
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(film(seconds=1).read_bytes())
    hostile = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{listener.address}\n#EXT-X-ENDLIST\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
        f"ffconcat version 1.0\nfile '{listener.address}'\n",
        f'<?xml version="1.0"?><MPD><BaseURL>{listener.address}</BaseURL></MPD>',
    ]
    for number, text in enumerate(hostile):
        for container in ("mov", "matroska"):
            path = tmp_path / f"{number}.mp4"
            path.write_text(text)
            source = ffmpeg.Source(path, container)

            told = ffmpeg.describe(program(), source)

            assert "Video:" not in told
            with pytest.raises(ffmpeg.FilmError):
                ffmpeg.run(program(), [*source.arguments(), "-f", "null", "-"], folder=tmp_path)
    assert not listener.asked
