"""A small printing press: flat inks, grain shading, a little misregistration."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]

PAPER, SAND, OCHRE, CORAL, BRICK = "#f5ecda", "#edd3a2", "#e5aa45", "#e06a4c", "#a4402d"
ROSE, PLUM, INK, NIGHT, DEEP = "#efb9a1", "#5a3757", "#16263a", "#13243f", "#1f4463"
SEA, FOAM, MINT, FOG, SLATE = "#2f7187", "#9cc6c1", "#d3e3d3", "#ccd2d0", "#71838f"
LEAF, MOSS, BONE, AMBER, GLOW = "#668b58", "#2f5040", "#e2d8c3", "#f3bf58", "#6fe0e0"

CREDIT = "Illustration: The Quillhaven Lantern, drawn by program"


def ink_offset(colour: str) -> Point:
    """Each ink sits a hair beside where it should, always by the same amount."""
    value = zlib.crc32(colour.encode())
    return ((value % 7) - 3) * 0.6, ((value // 7 % 7) - 3) * 0.6


def curve(points: Sequence[Point], steps: int = 14) -> list[Point]:
    """A smooth line through all points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    out: list[Point] = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        out.extend(_spline(p0, p1, p2, p3, step / steps) for step in range(steps))
    return [*out, points[-1]]


def _spline(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    def one(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )

    return one(p0[0], p1[0], p2[0], p3[0]), one(p0[1], p1[1], p2[1], p3[1])


@lru_cache(maxsize=3)
def grain_tile(width: int, height: int, coarse: float = 5.0) -> np.ndarray:
    """Evenly distributed blobs, 0 to 1: the paper's tooth, on which a thin ink takes or not."""
    rng = np.random.default_rng(1898)
    small = rng.random((int(height / coarse) + 1, int(width / coarse) + 1), dtype=np.float32)
    image = Image.fromarray((small * 255).astype(np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    values = np.asarray(image)
    counts = np.bincount(values.ravel(), minlength=256).cumsum() / values.size
    return counts[values].astype(np.float32)


class Sheet:
    """One picture. Coordinates are final pixels; it is drawn larger and scaled down at the end."""

    def __init__(self, width: int, height: int, paper: str = PAPER, scale: int = 2) -> None:
        self.w, self.h, self.scale = width, height, scale
        self.image = Image.new("RGB", (width * scale, height * scale), paper)
        self.draw = ImageDraw.Draw(self.image)
        self.register = True

    @classmethod
    def on(cls, image: Image.Image, scale: int = 2) -> Sheet:
        """A sheet that continues a copy of a picture already drawn."""
        sheet = cls.__new__(cls)
        sheet.w, sheet.h, sheet.scale = image.width // scale, image.height // scale, scale
        sheet.image = image.copy()
        sheet.draw = ImageDraw.Draw(sheet.image)
        sheet.register = True
        return sheet

    tooth = 3.0  # how rough the paper is: less makes smoother shading and smaller files

    # -- plain shapes ----------------------------------------

    def _xy(self, points: Iterable[Point], colour: str | int) -> list[Point]:
        dx, dy = ink_offset(colour) if self.register and isinstance(colour, str) else (0.0, 0.0)
        return [((x + dx) * self.scale, (y + dy) * self.scale) for x, y in points]

    def poly(self, colour: str, points: Sequence[Point]) -> None:
        self.draw.polygon(self._xy(points, colour), fill=colour)

    def rect(self, colour: str, x: float, y: float, w: float, h: float, radius: float = 0) -> None:
        (x0, y0), (x1, y1) = self._xy([(x, y), (x + w, y + h)], colour)
        if radius:
            self.draw.rounded_rectangle((x0, y0, x1, y1), radius * self.scale, fill=colour)
        else:
            self.draw.rectangle((x0, y0, x1, y1), fill=colour)

    def disc(self, colour: str, x: float, y: float, rx: float, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        (x0, y0), (x1, y1) = self._xy([(x - rx, y - ry), (x + rx, y + ry)], colour)
        self.draw.ellipse((x0, y0, x1, y1), fill=colour)

    def pie(self, colour: str, x: float, y: float, r: float, start: float, end: float) -> None:
        (x0, y0), (x1, y1) = self._xy([(x - r, y - r), (x + r, y + r)], colour)
        self.draw.pieslice((x0, y0, x1, y1), start, end, fill=colour)

    def arc(
        self,
        colour: str,
        box: tuple[float, float, float, float],
        start: float,
        end: float,
        width: float,
    ) -> None:
        (x0, y0), (x1, y1) = self._xy([(box[0], box[1]), (box[2], box[3])], colour)
        self.draw.arc((x0, y0, x1, y1), start, end, fill=colour, width=round(width * self.scale))

    def line(self, colour: str, points: Sequence[Point], width: float) -> None:
        xy = self._xy(points, colour)
        self.draw.line(xy, fill=colour, width=max(1, round(width * self.scale)), joint="curve")
        radius = width * self.scale / 2
        if radius > 2:
            for x, y in (xy[0], xy[-1]):
                self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def ribbon(self, colour: str, points: Sequence[Point], start: float, end: float = 0.5) -> None:
        """A line that tapers: blades of grass, ropes, wakes."""
        path = curve(points)
        left, right = [], []
        for i, (x, y) in enumerate(path):
            nx, ny = path[min(i + 1, len(path) - 1)]
            px, py = path[max(i - 1, 0)]
            length = math.hypot(nx - px, ny - py) or 1
            half = (start + (end - start) * i / (len(path) - 1)) / 2
            ox, oy = -(ny - py) / length * half, (nx - px) / length * half
            left.append((x + ox, y + oy))
            right.append((x - ox, y - oy))
        self.poly(colour, left + right[::-1])

    # -- masks and shading ----------------------------------------

    def mask(self, paint: Callable[[Sheet], None]) -> Image.Image:
        """What `paint` would draw in white on a black sheet."""
        sheet = Sheet(self.w, self.h, "#000000", self.scale)
        sheet.register = False
        paint(sheet)
        return sheet.image.convert("L")

    def _ramp(self, start: Point, end: Point) -> np.ndarray:
        ys, xs = (
            np.mgrid[0 : self.image.height, 0 : self.image.width].astype(np.float32) / self.scale
        )
        dx, dy = end[0] - start[0], end[1] - start[1]
        return np.clip(((xs - start[0]) * dx + (ys - start[1]) * dy) / (dx * dx + dy * dy), 0, 1)

    def _print(self, density: np.ndarray, colour: str, mask: Image.Image | None) -> None:
        tooth = 0.5 - grain_tile(self.image.width, self.image.height)
        taken = density + tooth * self.tooth * density * (1 - density)
        plate = Image.fromarray((np.clip(taken, 0, 1) * 255).astype(np.uint8))
        if mask is not None:
            plate = ImageChops.multiply(plate, mask)
        self.image.paste(colour, (0, 0), plate)

    def shade(
        self,
        colour: str,
        start: Point,
        end: Point,
        mask: Image.Image | None = None,
        strength: float = 1.0,
    ) -> None:
        """Grain that grows from nothing at `start` to `strength` at `end`."""
        self._print(self._ramp(start, end) ** 1.25 * strength, colour, mask)

    def halo(
        self,
        colour: str,
        centre: Point,
        radius: float,
        strength: float = 0.8,
        mask: Image.Image | None = None,
        squash: float = 1.0,
    ) -> None:
        """Grain that thins out around a lamp or a moon."""
        ys, xs = (
            np.mgrid[0 : self.image.height, 0 : self.image.width].astype(np.float32) / self.scale
        )
        distance = np.hypot(xs - centre[0], (ys - centre[1]) / squash) / radius
        self._print(np.clip(1 - distance, 0, 1) ** 1.6 * strength, colour, mask)

    def over(self, colour: str, mask: Image.Image, strength: float = 1.0) -> None:
        """A transparent ink printed on top: the colours multiply."""
        ink = Image.new("RGB", self.image.size, colour)
        both = ImageChops.multiply(self.image, ink)
        level = mask.point(lambda value: int(value * strength))
        self.image.paste(both, (0, 0), level)
        self.draw = ImageDraw.Draw(self.image)

    def veil(self, colour: str, mask: Image.Image, strength: float = 0.5, blur: float = 0) -> None:
        """An even, half covering ink: fog, light through a window."""
        if blur:
            small = mask.reduce(4).filter(ImageFilter.GaussianBlur(blur * self.scale / 4))
            mask = small.resize(mask.size, Image.Resampling.BILINEAR)
        self.image.paste(colour, (0, 0), mask.point(lambda value: int(value * strength)))

    def sky(self, colours: Sequence[str], top: float, bottom: float) -> None:
        """Bands of ink from top to bottom, each grained into the next."""
        step = (bottom - top) / len(colours)
        self.register = False
        for i, colour in enumerate(colours):
            self.rect(colour, -9, top + i * step, self.w + 18, step + (9 if i else 9))
        for i, colour in enumerate(colours[1:], start=1):
            edge = top + i * step
            band = self.mask(
                lambda m, e=edge, h=step: m.rect("#ffffff", 0, e - h * 0.75, m.w, h * 0.75)
            )
            self.shade(colour, (0, edge - step * 0.75), (0, edge), band)
        self.register = True

    # -- delivery ----------------------------------------

    def finish(self, grain: float = 1.0) -> Image.Image:
        image = self.image.reduce(self.scale) if self.scale > 1 else self.image
        rng = np.random.default_rng(self.w * 31 + self.h)
        fibre = rng.standard_normal((self.h // 6 + 1, self.w // 6 + 1)).astype(np.float32)
        cloth = Image.fromarray(fibre).resize((self.w, self.h), Image.Resampling.BICUBIC)
        field = np.asarray(cloth) * 0.9 * grain
        pixels = np.asarray(image).astype(np.float32) + field[..., None]
        return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))

    def save(self, path: Path, limit: int = 152_000) -> None:
        """As JPEG, at the best of six qualities that keeps the file small."""
        image = self.finish()
        for quality in (82, 79, 76, 73, 70, 67):
            image.save(path, quality=quality, optimize=True, progressive=True)
            if path.stat().st_size <= limit:
                return
