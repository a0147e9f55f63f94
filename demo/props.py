"""Things that stand in more than one picture: hills, houses, boats, lighthouses, gulls, weather."""

from __future__ import annotations

import math

import numpy as np
from press import (
    AMBER,
    BONE,
    BRICK,
    CORAL,
    DEEP,
    INK,
    OCHRE,
    PAPER,
    ROSE,
    SLATE,
    Point,
    Sheet,
    curve,
)

WHITE = "#ffffff"


def ridge(width: float, base: float, height: float, seed: int, rough: int = 3) -> list[Point]:
    rng = np.random.default_rng(seed)
    phases, speeds = rng.random(rough) * 6.3, rng.random(rough) * 1.6 + 0.6
    points = []
    for x in np.linspace(-20, width + 20, 90):
        wave = sum(
            math.sin(x / width * 6.3 * s * (i + 1) / 2 + p) / (i + 1)
            for i, (s, p) in enumerate(zip(phases, speeds, strict=True))
        )
        points.append((float(x), base - height * (0.5 + 0.32 * wave)))
    return points


def hills(
    s: Sheet, colour: str, base: float, height: float, seed: int, floor: float | None = None
) -> None:
    floor = s.h + 20 if floor is None else floor
    s.poly(colour, [(-20, floor), *ridge(s.w, base, height, seed), (s.w + 20, floor)])


def stars(s: Sheet, count: int, bottom: float, seed: int, colour: str = PAPER) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        x, y, r = rng.random() * s.w, rng.random() * bottom, 0.9 + rng.random() ** 3 * 2.6
        s.disc(colour, x, y, r)


def dashes(
    s: Sheet,
    colour: str,
    box: tuple[float, float, float, float],
    count: int,
    seed: int,
    length: float = 70,
) -> None:
    """Short strokes on water, longer and thicker towards the viewer."""
    rng = np.random.default_rng(seed)
    x0, y0, x1, y1 = box
    for t in np.sort(rng.random(count)):
        y = y0 + (y1 - y0) * t**1.3
        half = length * (0.25 + 0.9 * t) * (0.4 + rng.random()) / 2
        x = x0 + rng.random() * (x1 - x0)
        thick = 1.2 + 3.4 * t
        s.poly(
            colour,
            [
                (x - half, y),
                (x - half * 0.2, y - thick),
                (x + half, y),
                (x + half * 0.1, y + thick * 0.8),
            ],
        )


def glitter(
    s: Sheet, colour: str, x: float, top: float, bottom: float, width: float, seed: int
) -> None:
    """The path of the sun or moon on water."""
    rng = np.random.default_rng(seed)
    y = top
    while y < bottom:
        t = (y - top) / (bottom - top)
        half = width * (0.28 + 0.72 * t) * (0.35 + 0.65 * rng.random()) / 2
        cx = x + (rng.random() - 0.5) * width * 0.25 * (0.3 + t)
        thick = 2 + 5 * t
        s.poly(colour, [(cx - half, y), (cx, y - thick), (cx + half, y), (cx, y + thick)])
        y += 9 + 17 * t


def house(
    s: Sheet,
    x: float,
    base: float,
    w: float,
    h: float,
    wall: str,
    roof: str,
    lit: str | None = None,
    gable: bool = True,
    seed: int = 0,
    dark: str = INK,
) -> None:
    s.rect(wall, x, base - h, w, h)
    peak = w * 0.42 if gable else w * 0.22
    if gable:
        s.poly(
            roof,
            [(x - w * 0.06, base - h), (x + w / 2, base - h - peak), (x + w * 1.06, base - h)],
        )
    else:
        s.poly(
            roof,
            [
                (x - w * 0.04, base - h),
                (x + w * 0.1, base - h - peak),
                (x + w * 0.9, base - h - peak),
                (x + w * 1.04, base - h),
            ],
        )
    s.rect(dark, x + w * 0.7, base - h - peak * 0.95, w * 0.11, peak * 0.62)
    shadow = (
        s.mask(lambda m: m.rect(WHITE, x + w * 0.66, base - h, w * 0.34, h)) if w > 130 else None
    )
    if shadow is not None:
        s.over("#c9b9bd", shadow, 0.55)
    windows(s, x, base, w, h, lit, seed, dark)


def windows(
    s: Sheet, x: float, base: float, w: float, h: float, lit: str | None, seed: int, dark: str
) -> None:
    rng = np.random.default_rng(seed)
    columns, rows = max(2, round(w / 62)), max(1, round(h / 92))
    cw, ch = w / columns, h / rows
    for row in range(rows):
        for col in range(columns):
            glow = lit is not None and rng.random() < 0.45
            ww, wh = cw * 0.46, min(ch * 0.5, cw * 0.72)
            wx, wy = x + cw * (col + 0.5) - ww / 2, base - h + ch * (row + 0.28)
            s.rect(lit if glow and lit else dark, wx, wy, ww, wh)
            if ww > 15:
                s.rect(PAPER if not glow else OCHRE, wx + ww / 2 - 1.2, wy, 2.4, wh)
    s.rect(dark, x + w * 0.12, base - min(h * 0.3, 66), w * 0.15, min(h * 0.3, 66))


def lighthouse(
    s: Sheet,
    x: float,
    base: float,
    h: float,
    body: str = PAPER,
    band: str = BRICK,
    lamp: str = AMBER,
) -> None:
    bottom, top = h * 0.12, h * 0.074

    def half(t: float) -> float:
        return bottom + (top - bottom) * t

    s.poly(
        body,
        [
            (x - half(0), base),
            (x - half(1), base - h * 0.8),
            (x + half(1), base - h * 0.8),
            (x + half(0), base),
        ],
    )
    for a, b in ((0.16, 0.36), (0.56, 0.76)):
        s.poly(
            band,
            [
                (x - half(a), base - h * a * 0.8),
                (x - half(b), base - h * b * 0.8),
                (x + half(b), base - h * b * 0.8),
                (x + half(a), base - h * a * 0.8),
            ],
        )
    side = s.mask(
        lambda m: m.poly(
            WHITE,
            [
                (x + half(0) * 0.25, base),
                (x + half(1) * 0.25, base - h * 0.8),
                (x + half(1), base - h * 0.8),
                (x + half(0), base),
            ],
        )
    )
    s.over("#a9a3b4", side, 0.6)
    s.rect(INK, x - top * 1.45, base - h * 0.83, top * 2.9, h * 0.03)
    s.rect(lamp, x - top * 0.72, base - h * 0.93, top * 1.44, h * 0.1)
    for dx in (-0.72, -0.24, 0.24, 0.72):
        s.rect(INK, x + top * dx - h * 0.004, base - h * 0.93, h * 0.008, h * 0.1)
    s.pie(INK, x, base - h * 0.93, top * 0.95, 180, 360)
    s.rect(INK, x - h * 0.006, base - h * 1.03, h * 0.012, h * 0.06)
    s.rect(INK, x - bottom * 0.2, base - h * 0.1, bottom * 0.4, h * 0.1)
    for t in (0.3, 0.52):
        s.rect(INK, x - h * 0.012, base - h * t * 0.95, h * 0.024, h * 0.045)


def gull(s: Sheet, x: float, y: float, size: float, colour: str = PAPER, tilt: float = 0.0) -> None:
    """A flying gull, seen far off: two wings and a body."""

    def at(px: float, py: float) -> Point:
        return x + (px * math.cos(tilt) - py * math.sin(tilt)) * size, y + (
            px * math.sin(tilt) + py * math.cos(tilt)
        ) * size

    upper = curve(
        [
            at(-1, -0.1),
            at(-0.55, -0.42),
            at(-0.1, -0.06),
            at(0.0, 0.0),
            at(0.1, -0.06),
            at(0.6, -0.42),
            at(1, -0.02),
        ]
    )
    lower = curve(
        [
            at(1, -0.02),
            at(0.55, -0.27),
            at(0.12, 0.12),
            at(-0.12, 0.12),
            at(-0.55, -0.27),
            at(-1, -0.1),
        ]
    )
    s.poly(colour, upper + lower)


def sail_boat(
    s: Sheet,
    x: float,
    y: float,
    size: float,
    hull: str = INK,
    sail: str = PAPER,
    second: str = ROSE,
) -> None:
    s.poly(
        sail,
        [
            (x + size * 0.02, y - size * 1.25),
            (x + size * 0.02, y - size * 0.14),
            (x + size * 0.58, y - size * 0.14),
        ],
    )
    s.poly(
        second,
        [
            (x - size * 0.03, y - size * 1.1),
            (x - size * 0.03, y - size * 0.14),
            (x - size * 0.42, y - size * 0.14),
        ],
    )
    s.line(INK, [(x, y), (x, y - size * 1.3)], max(1.5, size * 0.02))
    s.poly(
        hull,
        [
            (x - size * 0.55, y - size * 0.1),
            (x + size * 0.6, y - size * 0.1),
            (x + size * 0.42, y + size * 0.1),
            (x - size * 0.4, y + size * 0.1),
        ],
    )


def trawler(
    s: Sheet, x: float, y: float, size: float, hull: str, trim: str, cabin: str = PAPER
) -> None:
    """A small fishing boat; y is the waterline, x the stern."""

    def at(px: float, py: float) -> Point:
        return x + px * size, y + py * size

    s.line(INK, [at(0.36, -0.2), at(0.36, -0.95)], size * 0.022)
    s.line(INK, [at(0.36, -0.9), at(0.02, -0.3)], size * 0.01)
    s.line(INK, [at(0.36, -0.9), at(0.97, -0.32)], size * 0.01)
    s.rect(cabin, *at(0.48, -0.5), size * 0.26, size * 0.3)
    s.rect(trim, *at(0.45, -0.54), size * 0.32, size * 0.05)
    s.rect(DEEP, *at(0.52, -0.44), size * 0.07, size * 0.09)
    s.rect(DEEP, *at(0.63, -0.44), size * 0.07, size * 0.09)
    s.poly(
        hull,
        [
            *curve([at(0, -0.2), at(0.3, -0.17), at(0.75, -0.21), at(1.04, -0.36)]),
            at(0.92, 0.04),
            at(0.06, 0.04),
        ],
    )
    s.poly(
        trim,
        [
            *curve([at(0, -0.2), at(0.3, -0.17), at(0.75, -0.21), at(1.04, -0.36)]),
            at(1.025, -0.31),
            *curve([at(0.75, -0.16), at(0.3, -0.12), at(0.005, -0.15)]),
        ],
    )
    s.rect(BRICK, x + 0.05 * size, y, 0.88 * size, size * 0.04)


def ferry(
    s: Sheet,
    x: float,
    y: float,
    size: float,
    lit: str = AMBER,
    hull: str = INK,
    upper: str = PAPER,
    funnel: str = CORAL,
) -> None:
    """The Pernel from the side; x is the stern, y the waterline, bow to the right."""

    def at(px: float, py: float) -> Point:
        return x + px * size, y + py * size

    s.rect(SLATE, *at(0.5, -0.33), size * 0.012, size * 0.08)
    s.line(INK, [at(0.7, -0.28), at(0.7, -0.46)], size * 0.008)
    s.poly(funnel, [at(0.36, -0.25), at(0.365, -0.4), at(0.45, -0.4), at(0.46, -0.25)])
    s.rect(INK, *at(0.362, -0.405), size * 0.09, size * 0.035)
    s.rect(upper, *at(0.16, -0.27), size * 0.6, size * 0.09)
    s.poly(upper, [at(0.64, -0.27), at(0.655, -0.335), at(0.755, -0.335), at(0.775, -0.27)])
    s.rect(upper, *at(0.08, -0.19), size * 0.77, size * 0.08)
    for i in range(11):
        s.rect(lit, *at(0.2 + i * 0.05, -0.25), size * 0.03, size * 0.035)
    for i in range(14):
        s.disc(lit, *at(0.13 + i * 0.05, -0.148), size * 0.0105)
    s.rect(lit, *at(0.665, -0.322), size * 0.085, size * 0.028)
    s.poly(
        hull,
        [
            at(0.0, -0.12),
            at(0.86, -0.12),
            *curve([at(0.86, -0.12), at(0.95, -0.14), at(1.03, -0.17)]),
            at(0.955, 0.02),
            at(0.035, 0.02),
        ],
    )
    s.poly(funnel, [at(0.02, -0.05), at(0.985, -0.05), at(0.978, -0.03), at(0.024, -0.03)])


def rain(
    s: Sheet, colour: str, count: int, seed: int, slant: float = 0.25, length: float = 46
) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        x, y = rng.random() * (s.w + 200) - 100, rng.random() * s.h
        size = length * (0.5 + rng.random())
        s.line(colour, [(x, y), (x - size * slant, y + size)], 1.5)


def cloud(s: Sheet, colour: str, x: float, y: float, w: float, h: float) -> None:
    """Three lozenges with round ends, as cut from paper."""
    s.rect(colour, x, y, w, h * 0.36, h * 0.18)
    s.rect(colour, x + w * 0.16, y - h * 0.3, w * 0.56, h * 0.4, h * 0.2)
    s.rect(colour, x + w * 0.3, y + h * 0.24, w * 0.62, h * 0.32, h * 0.16)


def figure(
    s: Sheet,
    x: float,
    base: float,
    h: float,
    coat: str = INK,
    skin: str = "#b0765a",
    hat: str | None = None,
    legs: str = INK,
) -> None:
    """A person far away."""
    s.rect(legs, x - h * 0.075, base - h * 0.32, h * 0.055, h * 0.32)
    s.rect(legs, x + h * 0.02, base - h * 0.32, h * 0.055, h * 0.32)
    s.poly(
        coat,
        [
            (x - h * 0.08, base - h * 0.8),
            (x + h * 0.08, base - h * 0.8),
            (x + h * 0.15, base - h * 0.26),
            (x - h * 0.15, base - h * 0.26),
        ],
    )
    s.disc(skin, x, base - h * 0.87, h * 0.07, h * 0.082)
    if hat:
        s.pie(hat, x, base - h * 0.885, h * 0.085, 180, 360)


def truss(
    s: Sheet,
    x0: float,
    x1: float,
    deck: float,
    rise: float,
    colour: str,
    width: float,
    panels: int = 16,
) -> None:
    """The hogbacked span of the Needle bridge, tallest above its pier."""

    def top(x: float) -> float:
        t = abs((x - x0) / (x1 - x0) * 2 - 1)
        return deck - rise * (0.26 + 0.74 * (1 - t) ** 1.15)

    xs = [x0 + (x1 - x0) * i / panels for i in range(panels + 1)]
    chord = [(x, top(x)) for x in np.linspace(x0, x1, 61).tolist()]
    s.line(colour, chord, width * 1.5)
    s.line(colour, [(x0, deck), (x1, deck)], width * 2.4)
    for i, (a, b) in enumerate(zip(xs, xs[1:], strict=False)):
        s.line(colour, [(a, deck), (a, top(a))], width)
        if i < panels / 2:
            s.line(colour, [(a, deck), (b, top(b))], width * 0.8)
        else:
            s.line(colour, [(a, top(a)), (b, deck)], width * 0.8)
    s.line(colour, [(x1, deck), (x1, top(x1))], width)


def cabin(
    s: Sheet,
    x: float,
    base: float,
    size: float,
    wall: str = BONE,
    lit: str = AMBER,
    roof: str = BRICK,
) -> None:
    """The keeper's cabin, windows on every side."""
    s.rect(wall, x - size * 0.5, base - size * 0.72, size, size * 0.72)
    s.rect(lit, x - size * 0.42, base - size * 0.62, size * 0.84, size * 0.32)
    for i in range(4):
        s.rect(
            INK, x - size * 0.43 + i * size * 0.28, base - size * 0.62, size * 0.025, size * 0.32
        )
    s.poly(
        roof,
        [
            (x - size * 0.62, base - size * 0.7),
            (x, base - size * 1.12),
            (x + size * 0.62, base - size * 0.7),
        ],
    )
    s.line(INK, [(x, base - size * 1.1), (x, base - size * 1.45)], size * 0.025)


def flag(s: Sheet, colour: str, x: float, y: float, size: float) -> None:
    s.poly(
        colour,
        curve([(x, y), (x + size * 0.4, y + size * 0.1), (x + size, y)])
        + curve(
            [(x + size, y + size * 0.5), (x + size * 0.4, y + size * 0.6), (x, y + size * 0.5)]
        ),
    )
