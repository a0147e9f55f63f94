"""What clips and pictures cost: ``python -m tests.bench_clips``, and a part of ``make bench``."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

from PIL import Image as Pixels
from urllib3 import encode_multipart_formdata

from masthead.lib import ffmpeg, film_recipes
from masthead.lib.film_facts import facts_of
from tests import bench_bake, machine
from tests.bench_edge import Tree
from tests.cli.test_clips import CSRF, SIGN_IN
from tests.postgres import free_port

SECONDS = 10
#: As the worker's heavy jobs.
LOW = 10
PHOTOGRAPHS = 20
PICTURE = Path(__file__).parent.parent / "demo/pictures/harbour-morning.jpg"
MEGABYTE = 1024**2
#: CPU seconds for one second of film, megabytes, seconds, CPU seconds for a photograph.
MOST_CPU, MOST_MEMORY, MOST_WAIT, MOST_PHOTO, MOST_PHOTO_MEMORY = 2.2, 300, 3, 6, 600


def main() -> int:
    """Measure each in a process of its own, so that memory and time are its own."""
    with tempfile.TemporaryDirectory(prefix="masthead-bench-clips-") as folder:
        film = _film(Path(folder))
        for what in ("versions", "playable", "photo"):
            command = [sys.executable, "-m", "tests.bench_clips", what, str(film)]
            subprocess.run(command, check=True)
        reads(film)
    return 0


def _film(folder: Path) -> Path:
    """Return a film of 1080p30 with grain, at some 16 Mbit/s: harder than most phones' films."""
    film = folder / "film.mp4"
    pictures = f"testsrc2=s=1920x1080:r=30:d={SECONDS},noise=alls=12:allf=t"
    inputs = ["-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", f"sine=440:d={SECONDS}"]
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "16M", "-pix_fmt", "yuv420p"]
    subprocess.run([ffmpeg.find(), "-v", "error", "-y", *inputs, *codec, str(film)], check=True)
    return film


def _photograph(folder: Path) -> Path:
    """Return a photograph of 24 megapixels with grain."""
    path = folder / "photo.jpg"
    with Pixels.open(PICTURE) as picture:
        large = picture.convert("RGB").resize((6000, 4000))
    grain = Pixels.effect_noise((6000, 4000), 20).convert("RGB")
    Pixels.blend(large, grain, 0.1).save(path, quality=92)
    return path


def _children() -> tuple[float, float]:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def versions(film: Path) -> None:
    program = ffmpeg.find()
    source = ffmpeg.Source(film, "mov")
    facts = facts_of(ffmpeg.describe(program, source))
    wanted = [each for each in film_recipes.versions(facts.short_side) if each.is_first]
    before = time.monotonic()
    ffmpeg.run(program, film_recipes.ladder(source, facts, wanted), folder=film.parent)
    took = time.monotonic() - before
    cpu, memory = _children()
    print(
        f"versions of 360 and 720 of 1080p30: {cpu / SECONDS:.2f} CPU s for a second of film "
        f"(at most {MOST_CPU}), {memory:.0f} MB (at most {MOST_MEMORY}), "
        f"{SECONDS / took:.2f} x realtime here and now"
    )


def playable(film: Path) -> None:
    program = ffmpeg.find()
    source = ffmpeg.Source(film, "mov")
    before = time.monotonic()
    facts = facts_of(ffmpeg.describe(program, source))
    ffmpeg.run(program, film_recipes.remux(source, facts, "bare.mp4"), folder=film.parent)
    took = time.monotonic() - before
    size = film.stat().st_size / MEGABYTE
    print(f"playable: {took:.2f} s after a clip of {size:.0f} MB (at most {MOST_WAIT})")


def reads(film: Path) -> None:
    """Print what readers of a small newsroom feel while its worker encodes."""
    if machine.prepare((bench_bake.HEY,)):
        return
    port = free_port()
    environment = os.environ | {"MASTHEAD_HOME": str(film.with_name("newsroom"))}
    subprocess.run(
        [sys.executable, "-m", "tests.bench_bake", "make"],
        env=environment | {"PORT": str(port)},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    encode = [sys.executable, "-m", "tests.bench_clips", "encode", str(film)]
    with bench_bake.served(environment, port) as processes:
        bench_bake.wait_until(lambda: _is_idle(processes))  # it prepares clips of its own first
        print(f"reads while all is calm: {bench_bake.latency(port)}")
        with subprocess.Popen(encode) as encoding:
            print(f"reads while a clip is encoded: {bench_bake.latency(port)} (p99 at most double)")
            encoding.terminate()
        photographs(environment, port, processes, _photograph(film.parent))


def photographs(environment: dict[str, str], port: int, processes: Tree, path: Path) -> None:
    """Print what it takes, and what readers feel, when many photographs are dropped at once."""
    cookies = _signed_in(environment)
    before, memory, taken = processes.memory(), [], []

    def send(number: int) -> None:
        file = (f"{number}.jpg", path.read_bytes(), "image/jpeg")
        fields = {"title": f"Photograph {number}", "csrfmiddlewaretoken": CSRF, "files[]": file}
        body, kind = encode_multipart_formdata(fields)
        headers = {
            "Host": f"localhost:{port}",
            "Cookie": cookies,
            "Content-Type": kind,
            "Sec-Fetch-Site": "same-origin",
            "X-Requested-With": "XMLHttpRequest",
        }
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("POST", "/desk/images/multiple/add/", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        taken.append(answer.status == 200 and b'"success": true' in said)

    def look() -> None:
        while len(taken) < PHOTOGRAPHS:
            with suppress(FileNotFoundError, ProcessLookupError, TypeError):  # one has just ended
                memory.append(processes.memory())
            time.sleep(0.1)

    sending = [threading.Thread(target=send, args=[number]) for number in range(PHOTOGRAPHS)]
    begun = time.monotonic()
    for thread in (*sending, looking := threading.Thread(target=look)):
        thread.start()
    felt = bench_bake.latency(port)
    for thread in (*sending, looking):
        thread.join()
    print(
        f"{sum(taken)} of {PHOTOGRAPHS} photographs of 24 megapixels, dropped together, taken in "
        f"{time.monotonic() - begun:.0f} s; the process tree {before:.0f} MB before, at most "
        f"{max(memory):.0f} MB meanwhile"
    )
    print(f"reads meanwhile: {felt}")


def _signed_in(environment: dict[str, str]) -> str:
    """Return the cookies of an operator who has just signed in."""
    program = SIGN_IN.replace('email="ada@example.org"', "is_superuser=True")
    command = [sys.executable, "-m", "masthead", "manage", "shell", "-c", program]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    session = re.search(r"session (\w+)", done.stdout)
    return f"session={session and session[1]}; csrftoken={CSRF}"


def _is_idle(processes: Tree) -> bool:
    try:
        before = processes.cpu()
        time.sleep(3)
        return bool(processes.cpu() - before < 0.3)
    except (FileNotFoundError, ProcessLookupError):  # one has just ended: it had something to do
        return False


def encode(film: Path) -> None:
    """Encode again and again, with the worker's low priority, until it is ended."""
    os.nice(LOW)
    program, source = ffmpeg.find(), ffmpeg.Source(film, "mov")
    facts = facts_of(ffmpeg.describe(program, source))
    wanted = film_recipes.versions(facts.short_side)
    while True:
        ffmpeg.run(program, film_recipes.ladder(source, facts, wanted), folder=film.parent)


def photo(film: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.core.files import File

    from tests import settings  # its folder is ours

    django.setup()
    from masthead.lib.picture_check import check_picture
    from masthead.media.models import Image
    from masthead.media.sizes import ALL

    path = _photograph(film.parent)
    image = Image(pk=1, credit="Photo: Ada Brook", width=6000, height=4000, collection_id=1)
    before = time.process_time()
    with path.open("rb") as file:
        check_picture(file, most_pixels=64_000_000)
        image.file.save("photo.jpg", File(file), save=False)
    pixels = image.read_pixels(list(ALL))
    for spec in ALL:
        image.rendition_file(spec, pixels)
    cpu = time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"a photograph of 24 megapixels and its {len(ALL)} renditions: {cpu:.1f} CPU s "
        f"(at most {MOST_PHOTO}), {memory:.0f} MB (at most {MOST_PHOTO_MEMORY})"
    )
    shutil.rmtree(settings.HOME, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        {"versions": versions, "playable": playable, "photo": photo, "encode": encode}[sys.argv[1]](
            Path(sys.argv[2])
        )
    else:
        sys.exit(main())
