"""Films made on the spot by ffmpeg, with the marks that must never get out."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from masthead.lib import ffmpeg

FOLDER = Path(mkdtemp(prefix="masthead-films-"))
MARKS = (
    *("-metadata", "location=+48.8583+002.2945/", "-metadata", "artist=Petra Hidden"),
    *("-metadata", "comment=SN-4711-0815 Leakcam 9000", "-metadata", "title=Secretville"),
    *("-metadata:s:v", "handler_name=Petra Hidden", "-metadata:s:a", "handler_name=Leakcam 9000"),
    *("-movflags", "use_metadata_tags"),
)
#: A note between the pictures, as cameras leave it: SEI, user data, unregistered.
NOTE = "-bsf:v h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+SN-4711-0815"


def program():
    found = ffmpeg.find()
    assert found, "tests need ffmpeg: it comes with imageio-ffmpeg"
    return found


@cache
def film(name="clip.mp4", *, size="320x180", seconds=2, rate=10, sound=True, options=()):
    """Return the path of a film that moves, with a tone; ``options`` are for its encoding."""
    key = f"{size}-{seconds}-{rate}-{sound}-{abs(hash(options))}"
    path = FOLDER / key / name
    path.parent.mkdir(exist_ok=True)
    inputs = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=440:d={seconds}"] if sound else []
    codecs = options or ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    made(*inputs, *tone, *codecs, *NOTE.split() * ("libx264" in codecs), *MARKS, str(path))
    return path


def made(*arguments):
    subprocess.run([program(), "-v", "error", "-y", *arguments], check=True)
