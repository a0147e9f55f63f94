"""What ffmpeg is asked to do with a film: arguments, and which sizes of it are made.

Whatever comes out holds pictures and sound and nothing else: no metadata of the file or of a
track, no chapters, no data tracks, and no notes between the pictures (H.264's SEI, in which
cameras write place, time and serial number). What is made is named plainly and written into the
folder that ffmpeg runs in.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from masthead.lib.ffmpeg import Source
from masthead.lib.film_facts import Facts

#: Most bits a second of a version, by its shorter side in pixels.
LADDER = {360: 800_000, 720: 2_800_000, 1080: 5_000_000}
#: Made first, from one reading of the film; the others follow one by one.
FIRST = 720
SOUND_BITS = {360: 96_000, 720: 128_000, 1080: 128_000}
#: Seconds between two pictures at which a player can begin, and of one part of a version.
KEY, PART = 2, 4
LEAST = 300_000
MOST_RATE = 60
BARE = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"),
    *("-fflags", "+bitexact", "-bsf:v", "filter_units=remove_types=6"),
)
#: A player can begin before it has fetched all.
PLAYABLE = ("-movflags", "+faststart", "-f", "mp4")
TO_PLAIN_COLOURS = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,"
)
CONFIGURATION = re.compile(rb"avcC\x01(.)(.)(.)", re.DOTALL)


@dataclass(frozen=True)
class Version:
    """A size in which a film is made: its shorter side in pixels, most bits a second."""

    side: int
    tier: int

    @property
    def is_first(self) -> bool:
        """Whether it is made with the first."""
        return self.tier <= FIRST


def versions(short_side: int) -> list[Version]:
    """Return the sizes in which a film is made, smallest first; none larger than itself."""
    found = []
    for tier in LADDER:
        side = min(tier, short_side) // 2 * 2
        found.append(Version(side, tier))
        if tier >= 0.9 * short_side:
            break
    return found


def remux(source: Source, facts: Facts, target: str) -> list[str]:
    """Take the pictures over as they are, and sound that browsers play."""
    sound = ["copy"] if facts.sound == "aac" else ["aac", "-b:a", "160k", "-ac", "2"]
    return [
        *(*source.arguments(), "-map", "0:v:0", "-map", "0:a:0?", "-c:v", "copy", "-c:a"),
        *(*sound, *BARE, *PLAYABLE, target),
    ]


def sound(source: Source, target: str) -> list[str]:
    """Take the sound alone, as programs that write down speech like it: 16 kHz, one channel."""
    return [
        *(*source.arguments(), "-vn", "-map", "0:a:0", "-ac", "1", "-ar", "16000"),
        *("-c:a", "pcm_s16le", "-map_metadata", "-1", "-f", "wav", target),
    ]


def frame(source: Source, facts: Facts, at: float, target: str) -> list[str]:
    """Take the picture that is shown at a second, as PNG and at most 1,920 pixels wide."""
    size = "scale=iw*sar:ih,setsar=1,scale='min(1920,iw)':-2"
    return [
        *("-ss", f"{at:.3f}", *source.arguments(), "-an", "-frames:v", "1"),
        *("-vf", f"{_colours(facts)}{size},format=rgb24", "-map_metadata", "-1"),
        *("-f", "image2", "-update", "1", target),
    ]


def ladder(source: Source, facts: Facts, wanted: Sequence[Version]) -> list[str]:
    """Make versions in one go: ``360.mp4``, fragments in one file, and ``360.m3u8``, its list."""
    threads = str(max(1, (os.cpu_count() or 1) - 1))
    parts = "".join(f"[s{each.side}]" for each in wanted)
    split = f"[0:v:0]{_prepared(facts)}split={len(wanted)}{parts}"
    scaled = [f"[s{each.side}]{_scale(facts, each.side)}[v{each.side}]" for each in wanted]
    outputs = [argument for each in wanted for argument in _output(facts, each, threads)]
    return [
        *("-threads", threads, "-filter_complex_threads", "1", *source.arguments()),
        *("-filter_complex", ";".join([split, *scaled]), *outputs),
    ]


def _prepared(facts: Facts) -> str:
    even = "bwdif=mode=send_frame," if facts.is_interlaced else ""
    calm = f"fps={MOST_RATE}," if facts.rate > MOST_RATE + 1 else ""
    return f"{even}{calm}{_colours(facts)}scale=iw*sar:ih,setsar=1,"


def _colours(facts: Facts) -> str:
    return TO_PLAIN_COLOURS if facts.has_high_range else ""


def _scale(facts: Facts, side: int) -> str:
    sides = f"-2:{side}" if facts.width >= facts.height else f"{side}:-2"
    return f"scale={sides}:flags=bilinear,format=yuv420p"


def _output(facts: Facts, version: Version, threads: str) -> list[str]:
    name = version.side
    # Never more than the film itself has: it was made with more patience than we have.
    most = min(LADDER[version.tier], max(facts.bits, LEAST)) if facts.bits else LADDER[version.tier]
    return [
        *("-map", f"[v{name}]", "-map", "0:a:0?", *BARE),
        *("-c:v", "libx264", "-preset", "superfast", "-threads", threads, "-crf", "23"),
        *("-maxrate", str(most), "-bufsize", str(2 * most), "-profile:v", "high"),
        # By time, not by count: the versions' keys fall together whatever the rate is.
        *("-force_key_frames", f"expr:gte(t,n_forced*{KEY})", "-sc_threshold", "0"),
        *("-c:a", "aac", "-b:a", str(SOUND_BITS[version.tier]), "-ac", "2", "-ar", "48000"),
        *("-f", "hls", "-hls_time", str(PART), "-hls_playlist_type", "vod"),
        *("-hls_segment_type", "fmp4", "-hls_flags", "single_file+independent_segments"),
        *("-hls_segment_filename", f"{name}.mp4"),
        f"{name}.m3u8",
    ]


def rewritten(playlist: str, name: str) -> str:
    """Return the list of a version's parts with the public name of its file."""
    lines = []
    for line in playlist.splitlines():
        if line.startswith("#EXT-X-MAP:"):
            lines.append(re.sub(r'URI="[^"]*"', f'URI="{name}"', line))
        else:
            lines.append(line if not line or line.startswith("#") else name)
    return "\n".join(lines) + "\n"


def bandwidths(playlist: str) -> tuple[int, int]:
    """Return the bits a second of the most demanding part and of the whole (RFC 8216, 4.3.4.2)."""
    lengths = [float(each) for each in re.findall(r"#EXTINF:([\d.]+)", playlist)]
    sizes = [int(each) for each in re.findall(r"#EXT-X-BYTERANGE:(\d+)", playlist)]
    parts = list(zip(lengths, sizes, strict=True))
    peak = max((8 * size / length for length, size in parts if length > 0), default=0)
    return round(peak), round(8 * sum(sizes) / max(sum(lengths), 0.001))


def codecs(head: bytes, *, has_sound: bool) -> str:
    """Return the codecs of a version, from the first bytes of its file (RFC 6381)."""
    found = CONFIGURATION.search(head)
    profile = b"".join(found.groups()).hex() if found else "64001f"
    return f"avc1.{profile}" + (",mp4a.40.2" if has_sound else "")


@dataclass(frozen=True)
class Listed:
    """A version as the list of all versions names it."""

    address: str
    bandwidth: int
    average: int
    shape: str
    codecs: str


def list_of(found: Iterable[Listed]) -> str:
    """Return the list from which a player chooses a version by the line."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for each in found:
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={each.bandwidth},AVERAGE-BANDWIDTH={each.average},"
            f'RESOLUTION={each.shape},CODECS="{each.codecs}"'
        )
        lines.append(each.address)
    return "\n".join(lines) + "\n"


def moments(seconds: float, count: int) -> list[float]:
    """Return moments, in seconds, spread over a film: where a poster may be found."""
    edges = [seconds * number / count for number in range(count + 1)]
    return [(first + last) / 2 for first, last in pairwise(edges)]
