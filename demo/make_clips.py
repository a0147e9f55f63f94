"""Draw the demo's two clips frame by frame, with their sound: python make_clips.py [name ...]

Needs Pillow, numpy and imageio-ffmpeg. The same program always draws the same frames.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import props as p
from PIL import Image, ImageFilter
from press import (
    AMBER,
    BONE,
    BRICK,
    CORAL,
    DEEP,
    FOAM,
    GLOW,
    INK,
    NIGHT,
    PAPER,
    PLUM,
    ROSE,
    SAND,
    SLATE,
    Point,
    Sheet,
)

HERE = Path(__file__).resolve().parent
RATE, FPS = 44_100, 25
WHITE = "#ffffff"
Signal = np.ndarray


def ease(t: float, start: float, end: float) -> float:
    """0 before `start`, 1 after `end`, softly between."""
    x = min(max((t - start) / (end - start), 0.0), 1.0)
    return x * x * x * (x * (6 * x - 15) + 10)


def mix(a: str, b: str, t: float) -> str:
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(x + (y - x) * t):02x}" for x, y in pairs)


# -- the Needle turns ----------------------------------------

CX, DECK, SLANT, HALF, ROAD = 700.0, 462.0, 0.27, 470.0, 40.0
FAR_EDGE, NEAR_EDGE = DECK - SLANT * HALF, DECK + SLANT * HALF
WATER = 48.0  # how far the water lies below the deck at high tide


SKIES = (
    (PLUM, BRICK, CORAL, ROSE, SAND),
    ("#1c2547", "#4a3560", "#8c4a66", "#d27f72", "#efb48f"),
    (NIGHT, "#1a3052", "#274766", "#45627c", "#4d6c84"),
)
ROOF = ("#452f4c", "#16263f")
HILL = ("#8d4a5e", "#1b3350")
WALLS = (("#6f3f5c", "#2b4260"), ("#7b4658", "#31405f"), ("#5f3a58", "#24395a"))
HOUSES = [(-30 + i * 61, 46 + (i * 37) % 44, i) for i in range(22) if not 9 < i < 13]


def town(s: Sheet, dark: float) -> None:
    """The far bank: hills, houses, wall."""
    roof = mix(*ROOF, dark)
    p.hills(s, mix(*HILL, dark), 345, 150, 4, 345)
    for x, height, i in HOUSES:
        wall = mix(*WALLS[i % 3], dark)
        p.house(s, x, FAR_EDGE + 2, 56, height, wall, roof, None, i % 3 != 0, i, roof)
    s.rect(mix("#553750", "#22344e", dark), -9, FAR_EDGE, 1300, WATER)
    s.rect(mix("#8b5560", "#3a4d66", dark), -9, FAR_EDGE, 1300, 7)


def shore(sky: tuple[str, ...], dark: float) -> Image.Image:
    """Everything that does not move, at one hour of the evening."""
    s = Sheet(1280, 720)
    s.sky(sky, 0, 335)
    town(s, dark)
    s.rect(mix("#b0615d", "#1d4260", dark), -9, FAR_EDGE + WATER - 5, 1300, 400)
    water = s.mask(lambda m: m.rect(WHITE, 0, FAR_EDGE + WATER, 1280, 400))
    s.shade(mix("#4d3653", NIGHT, dark), (0, FAR_EDGE + WATER), (0, NEAR_EDGE + 30), water)
    return s.image


@dataclass
class Needle:
    """The first clip: bell, barrier, bridge, ferry."""

    width, height, seconds = 1280, 720, 22.0
    poster_at = 13.1

    def __post_init__(self) -> None:
        self.hours = [shore(sky, i / 2) for i, sky in enumerate(SKIES)]
        rng = np.random.default_rng(3)
        self.strokes = rng.random((120, 4))
        self.sky_lights = rng.random((80, 4))
        self.panes = [
            (x + 28 * (k + 0.5) - 6.4, FAR_EDGE + 2 - height * 0.72, min(height * 0.5, 20), when)
            for (x, height, _), pair in zip(HOUSES, rng.random((len(HOUSES), 2)), strict=True)
            for k, when in enumerate(pair)
        ]

    def frame(self, t: float) -> Sheet:
        dark = ease(t, 0.0, 15.0)
        early, late = (0, 1) if dark < 0.5 else (1, 2)
        s = Sheet.on(Image.blend(self.hours[early], self.hours[late], dark * 2 - early))
        self.heaven(s, t, dark)
        self.windows(s, t)
        self.river(s, t, dark)
        turn = ease(t, 4.2, 9.6) - ease(t, 18.6, 24.5)
        self.pier(s, dark)
        self.span(s, turn, dark)
        self.boat(s, t)
        self.quay(s, t, dark)
        return s

    def heaven(self, s: Sheet, t: float, dark: float) -> None:
        for x, y, size, when in self.sky_lights:
            if dark > 0.45 + when * 0.5:
                flicker = 0.75 + 0.25 * math.sin(t * (2 + when * 3) + x * 40)
                s.disc(PAPER, x * 1280, y * 210, (0.8 + size**3 * 1.6) * flicker)
        y = 345 - 230 * ease(t, 5.0, 21.0)
        if y < 320:
            s.disc(mix(SAND, PAPER, dark), 1060, y, 46)
            town(s, dark)
        for k in range(3):
            x = 300 + k * 70 + t * 26
            p.gull(
                s,
                x,
                120 + 26 * k + 8 * math.sin(t * 1.4 + k),
                15 - 2 * k,
                mix(PAPER, "#5f748c", dark),
                0.12 * math.sin(t * 2.2 + k),
            )

    def windows(self, s: Sheet, t: float) -> None:
        for x, y, high, when in self.panes:
            if when < 0.7 and t > 0.6 + when * 19:
                s.rect(AMBER, x, y, 12.9, high)

    def river(self, s: Sheet, t: float, dark: float) -> None:
        low = 15 * (1 - ease(t, 0.0, 10.0))
        if low > 0.3:
            s.rect(mix("#2f3a3c", "#1d2b33", dark), -9, FAR_EDGE + WATER - 4, 1300, low)
            ledge = [
                (
                    40 + i * 30,
                    FAR_EDGE
                    + WATER
                    + 92
                    - low * 1.5 * math.sin(i / 11 * math.pi) * (0.7 + 0.3 * (i % 2)),
                )
                for i in range(12)
            ]
            s.poly(
                mix("#38283f", "#101d30", dark),
                [*ledge, (370, FAR_EDGE + WATER + 98), (40, FAR_EDGE + WATER + 98)],
            )
        light = mix(ROSE, "#4d7f98", dark)
        for x, depth, phase, size in self.strokes:
            y = FAR_EDGE + WATER + low * 0.5 + 6 + depth**1.2 * 196
            beat = 0.5 + 0.5 * math.sin(t * 1.3 + phase * 6.3)
            half = (6 + 34 * depth) * (0.35 + size) * (0.25 + 0.75 * beat) / 2
            px = (x * 1380 + t * (5 + 9 * depth)) % 1380 - 50
            s.poly(
                light,
                [
                    (px - half, y),
                    (px, y - 0.8 - 1.6 * depth),
                    (px + half, y),
                    (px, y + 0.8 + 1.4 * depth),
                ],
            )
        self.reflect(s, t, 1060, mix(SAND, PAPER, dark), 70 * ease(t, 9, 14), 7)
        for k, x in enumerate((90, 330, 480, 880, 1010, 1190)):
            self.reflect(s, t, x, AMBER, 16 * ease(t, 3 + k * 1.4, 6 + k * 1.4), k)

    def reflect(self, s: Sheet, t: float, x: float, colour: str, width: float, seed: int) -> None:
        if width < 1:
            return
        y = FAR_EDGE + WATER + 8.0
        while y < NEAR_EDGE:
            depth = (y - FAR_EDGE - WATER) / 190
            half = (
                width * (0.4 + depth) * (0.45 + 0.55 * abs(math.sin(t * 1.7 + y * 0.31 + seed))) / 2
            )
            shift = math.sin(t * 1.1 + y * 0.2 + seed) * width * 0.12
            s.poly(
                colour,
                [
                    (x - half + shift, y),
                    (x + shift, y - 1.6 - depth),
                    (x + half + shift, y),
                    (x + shift, y + 1.6 + depth),
                ],
            )
            y += 8 + 7 * depth

    def pier(self, s: Sheet, dark: float) -> None:
        stone = mix("#3d2b44", "#0f1b30", dark)
        s.disc(stone, CX, DECK + WATER + 8, 74, 21)
        s.poly(
            stone,
            [
                (CX - 62, DECK + 2),
                (CX + 62, DECK + 2),
                (CX + 74, DECK + WATER + 8),
                (CX - 74, DECK + WATER + 8),
            ],
        )
        s.disc(mix("#5b4258", "#22354f", dark), CX, DECK + 2, 62, 17)

    def span(self, s: Sheet, turn: float, dark: float) -> None:
        """Both girders and the deck, turned about the pier and seen from above at a slant."""
        angle = turn * math.pi / 2
        along, across = (math.sin(angle), math.cos(angle)), (math.cos(angle), -math.sin(angle))

        def at(u: float, v: float, h: float) -> Point:
            x, z = u * along[0] + v * across[0], u * along[1] + v * across[1]
            return CX + x, DECK + z * SLANT - h

        steel, road = mix("#2b2138", "#0b1526", dark), mix("#4a3a4c", "#1b2b42", dark)
        back, front = (1, -1) if across[1] < 0 else (-1, 1)
        self.girder(s, at, back * ROAD, mix(steel, road, 0.35))
        s.poly(
            road, [at(-HALF, -ROAD, 0), at(HALF, -ROAD, 0), at(HALF, ROAD, 0), at(-HALF, ROAD, 0)]
        )
        self.cabin(s, at(0, 0, 92), dark)
        self.girder(s, at, front * ROAD, steel)
        for end in (-HALF, HALF):
            s.disc(CORAL if 0.01 < turn < 0.99 else AMBER, *at(end, front * ROAD, 44), 5.5)

    def girder(
        self, s: Sheet, at: Callable[[float, float, float], Point], v: float, colour: str
    ) -> None:
        def rise(u: float) -> float:
            return 24 + 66 * (1 - abs(u) / HALF) ** 1.15

        us = np.linspace(-HALF, HALF, 17).tolist()
        s.line(colour, [at(u, v, rise(u)) for u in us], 5)
        s.line(colour, [at(-HALF, v, 0), at(HALF, v, 0)], 8)
        for a, b in zip(us, us[1:], strict=False):
            s.line(colour, [at(a, v, 0), at(a, v, rise(a))], 3.4)
            lower, upper = (a, b) if a < 0 else (b, a)
            s.line(colour, [at(lower, v, 0), at(upper, v, rise(upper))], 2.6)
        s.line(colour, [at(HALF, v, 0), at(HALF, v, rise(HALF))], 3.4)

    def cabin(self, s: Sheet, foot: Point, dark: float) -> None:
        p.cabin(
            s,
            foot[0],
            foot[1] + 8,
            66,
            mix(BONE, "#8d93a0", dark),
            AMBER,
            mix(BRICK, "#6d3036", dark),
        )

    def boat(self, s: Sheet, t: float) -> None:
        x = -640 + 2060 * ((t - 8.6) / 10.6)
        if not -640 <= x <= 1420:
            return
        y = DECK + WATER + 58 + 1.6 * math.sin(t * 1.9)
        for k in range(5):
            back = x + 20 - k * 46
            s.poly(
                FOAM,
                [
                    (back, y + 6),
                    (back - 90, y + 2 + k),
                    (back - 220 - 30 * k, y + 7),
                    (back - 90, y + 9),
                ],
            )
        p.ferry(s, x, y, 560, AMBER, "#10192c", "#d9d3c4", CORAL)
        bow = x + 540
        s.poly(PAPER, [(bow, y + 2), (bow + 26, y + 9), (bow - 70, y + 11), (bow - 130, y + 8)])
        for k in range(3):
            age = (t * 0.5 + k / 3) % 1
            s.disc(
                mix("#596a7c", "#2c4561", age),
                x + 226 - age * 120,
                y - 236 - age * 60,
                8 + 17 * age,
                6 + 11 * age,
            )

    def quay(self, s: Sheet, t: float, dark: float) -> None:
        stone, edge = mix("#2d2236", "#0a1220", dark), mix("#6b4a58", "#2a3c55", dark)
        s.rect(stone, -9, NEAR_EDGE, 1300, 200)
        s.rect(edge, -9, NEAR_EDGE, 1300, 6)
        s.poly(
            mix("#3e3043", "#142033", dark),
            [
                (CX - ROAD, NEAR_EDGE),
                (CX + ROAD, NEAR_EDGE),
                (CX + ROAD + 12, 730),
                (CX - ROAD - 12, 730),
            ],
        )
        for y in (614, 650, 690):
            s.rect(SAND, CX - 2, y, 4, 16)
        for x in (120, 330, 980, 1180):
            s.rect(mix("#1d1728", "#050b16", dark), x, 578, 26, 26, 5)
            s.rect(mix("#1d1728", "#050b16", dark), x - 5, 574, 36, 10, 5)
        self.barrier(s, t)
        self.van(s, t)
        self.lamp(s, t)

    def barrier(self, s: Sheet, t: float) -> None:
        shut = ease(t, 2.4, 3.8)
        angle = math.radians(84 * (1 - shut))
        x, y = CX - ROAD - 26, 606.0
        for k in range(6):
            a, b = k * 22, (k + 1) * 22
            s.line(
                BRICK if k % 2 else PAPER,
                [
                    (x + a * math.cos(angle), y - a * math.sin(angle)),
                    (x + b * math.cos(angle), y - b * math.sin(angle)),
                ],
                6,
            )
        s.rect(INK, x - 10, y - 14, 20, 40, 4)
        if shut > 0.2 and (t * 1.6) % 1 < 0.6:
            s.disc(CORAL, x, y - 22, 8)
        else:
            s.disc("#5a2f38", x, y - 22, 8)

    def van(self, s: Sheet, t: float) -> None:
        """The baker, seen from behind."""
        y = 800 - 130 * ease(t, 0.3, 3.2)
        s.rect(INK, CX - 30, y + 24, 14, 12)
        s.rect(INK, CX + 16, y + 24, 14, 12)
        s.rect("#c9b08a", CX - 34, y - 36, 68, 62, 8)
        s.rect(DEEP, CX - 24, y - 28, 22, 18, 3)
        s.rect(DEEP, CX + 2, y - 28, 22, 18, 3)
        s.rect("#a4402d", CX - 34, y, 68, 8)
        stopped = t > 1.6
        for side in (-29, 21):
            s.rect(CORAL if stopped else BRICK, CX + side, y + 12, 8, 8, 2)

    def lamp(self, s: Sheet, t: float) -> None:
        x = 176
        s.rect(INK, x - 4, 430, 8, 190)
        s.rect(INK, x - 18, 420, 36, 8)
        on = t > 5.4 or 5.0 < t < 5.1
        if on:
            glow = s.mask(lambda m: m.disc(WHITE, x, 446, 46))
            s.veil(AMBER, glow, 0.4, 16)
        s.rect(AMBER if on else SLATE, x - 11, 428, 22, 34, 4)


# -- the bay glows ----------------------------------------


@dataclass
class Glow:
    """The second clip, upright: five waves, a grown-up and a child."""

    width, height, seconds = 720, 1280, 14.0
    poster_at = 8.4

    def __post_init__(self) -> None:
        s = Sheet(720, 1280)
        s.sky(["#0b152b", "#0e1b37", NIGHT, "#1b3a66", "#2a5a80"], 0, 560)
        p.stars(s, 60, 420, 8, "#8fa3bd")
        p.hills(s, "#0c1830", 575, 90, 26, 590)
        for i in range(17):
            s.rect(AMBER, 24 + i * 19 + (i * 17) % 9, 548 + (i * 29) % 14, 4, 5)
        s.rect("#12294d", -9, 565, 740, 730)
        s.shade("#0d1d3a", (0, 600), (0, 1150), s.mask(lambda m: m.rect(WHITE, 0, 565, 720, 720)))
        self.ground = s.image
        rng = np.random.default_rng(12)
        self.lights = rng.random((90, 4))
        self.sparks = rng.random((260, 4))

    def frame(self, t: float) -> Sheet:
        s = Sheet.on(self.ground)
        for x, y, size, when in self.lights:
            flicker = 0.5 + 0.5 * math.sin(t * (1.4 + 2.5 * when) + when * 30)
            s.disc(PAPER, x * 720, y * 500, (0.7 + 1.9 * size**3) * (0.55 + 0.45 * flicker))
        for age in sorted(((t / 11 + k / 6) % 1) for k in range(6)):
            self.wave(s, age, t)
        self.sand(s, t)
        return s

    def crest(self, age: float, t: float) -> list[Point]:
        y = 575 + 500 * age**1.7
        swell = 3 + 22 * age
        return [
            (
                x,
                y
                + math.sin(x / (70 + 120 * age) + age * 19 + t * 0.35) * swell * 0.5
                + math.sin(x / 31 + age * 40) * swell * 0.12,
            )
            for x in range(-20, 745, 12)
        ]

    def wave(self, s: Sheet, age: float, t: float) -> None:
        line = self.crest(age, t)
        s.poly(mix("#15315c", "#0d1f40", age), [(-20, 1300), *line, (740, 1300)])
        power = ease(age, 0.2, 0.8) * (1 - 0.7 * ease(age, 0.93, 1.0))
        face = s.mask(
            lambda m: m.poly(WHITE, [*line, *[(x, cy + 10 + 62 * age) for x, cy in line[::-1]]])
        )
        s.veil("#2b86ad", face, 0.5 * power + 0.08, 14 + 10 * age)
        core = s.mask(lambda m: m.line(WHITE, line, 2 + 13 * age * power))
        s.veil(GLOW, core, 0.9 * power + 0.1, 7)
        s.line(mix("#2b6f96", "#eafff8", power), line, 0.8 + 3.2 * age * power)
        for x, dy, when, size in self.sparks[:150]:
            if (when + t * 0.9 + age) % 1 < 0.25 * power:
                px = x * 720
                cy = line[min(int((px + 20) / 12), len(line) - 1)][1]
                s.disc(GLOW, px, cy + dy * (14 + 70 * age), 0.8 + 2.2 * size * age)

    def sand(self, s: Sheet, t: float) -> None:
        wash = 1092 - 26 * math.sin(t * 2 * math.pi / 5.5)
        edge = [
            (x, wash + 10 * math.sin(x / 130 + 0.6) + 5 * math.sin(x / 47 + t * 0.5))
            for x in range(-20, 745, 12)
        ]
        s.poly("#0a1326", [(-20, 1300), *edge, (740, 1300)])
        rim = s.mask(lambda m: m.line(WHITE, edge, 7))
        s.veil(GLOW, rim, 0.75, 6)
        s.line("#bdf5ee", edge, 2)
        run = ease(t, 4.6, 6.4) - ease(t, 9.6, 11.4)
        cx, cy = 410 + 70 * run, 1176 - 96 * run
        step = abs(math.sin(t * 9)) if 0.02 < run < 0.98 else 0
        p.figure(s, 270, 1190, 210, "#35578a", "#7d84ab", "#b98fa0", "#2b4876")
        if run > 0.62:
            self.splash(s, cx, cy, t, 1 if 0.02 < run < 0.98 else 0.5)
        p.figure(s, cx, cy - 7 * step, 122, "#4a6da0", "#6b7aa6", CORAL, "#4a6da0")

    def splash(self, s: Sheet, x: float, y: float, t: float, power: float) -> None:
        pool = s.mask(lambda m: m.disc(WHITE, x, y, 70 * power, 16))
        s.veil(GLOW, pool, 0.75, 10)
        for a, r, when, size in self.sparks[150:]:
            life = (when + t * 1.6) % 1
            reach = (12 + 60 * r) * life * power
            px, py = (
                x + math.cos(a * 6.3) * reach * 1.3,
                y - math.sin(a * 3.1) * reach * (1 - life * 0.6),
            )
            s.disc("#dffcf5" if size > 0.6 else GLOW, px, py, (1 - life) * (1 + 2 * size))


# -- sound ----------------------------------------


def hiss(seconds: float, low: float, high: float, seed: int) -> Signal:
    """Noise between two frequencies."""
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    freqs = np.fft.rfftfreq(count, 1 / RATE)
    band = np.exp(
        -((np.log(np.maximum(freqs, 1) / math.sqrt(low * high)) / math.log(high / low) * 2) ** 2)
    )
    sound = np.fft.irfft(spectrum * band, count)
    return sound / np.abs(sound).max()


def surf(seconds: float, period: float, seed: int) -> Signal:
    time = np.arange(int(seconds * RATE)) / RATE
    rise = (0.5 + 0.5 * np.sin(2 * np.pi * time / period - 1.2)) ** 2.2
    return hiss(seconds, 90, 600, seed) * 0.35 + hiss(seconds, 500, 5000, seed + 1) * (
        0.06 + 0.3 * rise
    )


def strike(track: Signal, at: float, pitch: float, loud: float) -> None:
    """A bell: five notes at least, as its founder says."""
    time = np.arange(int(3.6 * RATE)) / RATE
    notes = (
        (0.5, 0.5, 1.5),
        (1.0, 1.0, 2.2),
        (1.19, 0.6, 2.8),
        (1.5, 0.4, 3.6),
        (2.0, 0.7, 3.2),
        (2.74, 0.25, 5.0),
        (4.1, 0.1, 8.0),
    )
    ring = sum(
        level * np.sin(2 * np.pi * pitch * ratio * time) * np.exp(-time * fade)
        for ratio, level, fade in notes
    )
    start = int(at * RATE)
    end = min(start + len(time), len(track))
    track[start:end] += ring[: end - start] * np.minimum(time[: end - start] * 400, 1) * loud


def horn(track: Signal, at: float, length: float, loud: float) -> None:
    time = np.arange(int(length * RATE)) / RATE
    shape = np.minimum(time / 0.18, 1) * np.minimum((length - time) / 0.5, 1)
    tone = sum(
        np.sin(2 * np.pi * f * n * time) / n**1.5 for f in (98.0, 123.5) for n in (1, 2, 3, 4)
    )
    start = int(at * RATE)
    track[start : start + len(time)] += tone * shape * loud


def needle_sound(seconds: float) -> Signal:
    time = np.arange(int(seconds * RATE)) / RATE
    left, right = surf(seconds, 6.2, 1) * 0.3, surf(seconds, 7.1, 5) * 0.3
    bell = np.zeros_like(time)
    for at in (2.2, 3.0, 3.8, 18.3):
        strike(bell, at, 523.0, 0.1)
    gears = hiss(seconds, 60, 260, 9) * (0.5 + 0.5 * np.sign(np.sin(2 * np.pi * 5 * time)) * 0.3)
    gears *= np.clip(np.minimum((time - 4.2) / 1.0, (9.6 - time) / 1.0), 0, 1) * 0.16
    engine = (np.sin(2 * np.pi * 46 * time) + 0.5 * np.sin(2 * np.pi * 92 * time)) * (
        0.75 + 0.25 * np.sin(2 * np.pi * 7.5 * time)
    )
    engine *= np.exp(-(((time - 13.9) / 3.2) ** 2)) * 0.2
    call = np.zeros_like(time)
    horn(call, 8.7, 1.7, 0.035)
    pan = np.clip((time - 9) / 10, 0, 1)
    left += bell + gears + (engine + call) * (1 - 0.7 * pan)
    right += bell * 0.8 + gears + (engine + call) * (0.3 + 0.7 * pan)
    return fade(np.stack([left, right], axis=1), 0.8, 1.6)


def glow_sound(seconds: float) -> Signal:
    time = np.arange(int(seconds * RATE)) / RATE
    left, right = surf(seconds, 5.5, 21) * 0.5, surf(seconds, 5.9, 25) * 0.5
    steps = hiss(seconds, 700, 4000, 31) * np.maximum(np.sin(2 * np.pi * 2.9 * time), 0) ** 8
    steps *= np.clip(np.minimum((time - 4.8) / 0.4, (11.2 - time) / 0.6), 0, 1) * 0.25
    chime = np.zeros_like(time)
    strike(chime, 1.4, 261.6, 0.02)
    return fade(np.stack([left + steps + chime, right + steps * 0.8 + chime], axis=1), 1.0, 1.5)


def fade(sound: Signal, start: float, end: float) -> Signal:
    count = len(sound)
    ramp = np.minimum(np.arange(count) / (start * RATE), 1) * np.minimum(
        (count - np.arange(count)) / (end * RATE), 1
    )
    return np.tanh(sound * ramp[:, None] * 1.3) * 0.8


def write_wave(path: Path, sound: Signal) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32_000).astype("<i2").tobytes())


# -- film ----------------------------------------


PLAIN = "-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"
COLOUR = (
    "-vf scale=out_color_matrix=bt709:out_range=tv "
    "-colorspace bt709 -color_primaries bt709 -color_trc bt709"
)
FILM = (
    "-c:v libx264 -profile:v high -pix_fmt yuv420p -preset slow -tune animation -g 50 "
    "-c:a aac -b:a 80k"
)


def encode(scene: Needle | Glow, sound: Path, target: Path, crf: int) -> None:
    raw = f"-f rawvideo -pix_fmt rgb24 -s {scene.width}x{scene.height} -r {FPS} -i -"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *raw.split()]
    command += ["-i", str(sound), *PLAIN.split(), *COLOUR.split(), *FILM.split()]
    command += ["-crf", str(crf), "-movflags", "+faststart", str(target)]
    pipe = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own words
    assert pipe.stdin
    for number in range(round(scene.seconds * FPS)):
        image = scene.frame(number / FPS).image.reduce(2)
        pipe.stdin.write(image.tobytes())
    pipe.stdin.close()
    if pipe.wait():
        sys.exit("ffmpeg failed")


def poster(scene: Needle | Glow, path: Path) -> None:
    image = scene.frame(scene.poster_at).image.reduce(2).filter(ImageFilter.UnsharpMask(1, 40, 2))
    image.save(path, quality=84, optimize=True, progressive=True)


CLIPS: dict[str, tuple[type[Needle | Glow], Callable[[float], Signal], int]] = {
    "lead": (Needle, needle_sound, 25),
    "glow": (Glow, glow_sound, 27),
}


def main(names: list[str]) -> None:
    (HERE / "clips").mkdir(exist_ok=True)
    for name in names or CLIPS:
        make, sound, crf = CLIPS[name]
        scene, target = make(), HERE / "clips" / f"{name}.mp4"
        poster(scene, HERE / "pictures" / f"{name}-poster.jpg")
        with tempfile.TemporaryDirectory() as folder:
            track = Path(folder) / "sound.wav"
            write_wave(track, sound(scene.seconds))
            encode(scene, track, target, crf)
        print(f"{target.name}: {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
