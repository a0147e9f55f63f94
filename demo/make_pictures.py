"""Draw every picture of the demo newsroom: python make_pictures.py [name ...]

Needs Pillow and numpy. The same program always draws the same pictures.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import props as p
from portraits import PORTRAITS
from press import (
    AMBER,
    BONE,
    BRICK,
    CORAL,
    DEEP,
    FOAM,
    FOG,
    GLOW,
    INK,
    LEAF,
    MINT,
    MOSS,
    NIGHT,
    OCHRE,
    PAPER,
    PLUM,
    ROSE,
    SAND,
    SEA,
    SLATE,
    Sheet,
    curve,
)

HERE = Path(__file__).resolve().parent
WHITE = "#ffffff"


def wide() -> Sheet:
    return Sheet(1800, 1200)


def tall() -> Sheet:
    return Sheet(1200, 1600)


# -- harbour ----------------------------------------


def bridge_dusk() -> Sheet:
    s = wide()
    s.tooth = 2.0
    s.sky([PLUM, BRICK, CORAL, ROSE, SAND], 0, 760)
    s.halo(AMBER, (1260, 640), 420, 0.9)
    s.disc(PAPER, 1260, 640, 108)
    p.hills(s, PLUM, 770, 150, 4)
    for i in range(30):
        x = -20 + i * 62
        if not 560 < x < 1400:
            p.house(
                s,
                x,
                775,
                52,
                34 + (i * 37) % 40,
                "#4c3355",
                "#3b2a4b",
                AMBER,
                i % 3 != 0,
                i,
                "#3b2a4b",
            )
    s.rect("#7d4354", -9, 772, 1820, 440)
    s.shade(NIGHT, (0, 790), (0, 1230))
    p.glitter(s, SAND, 1260, 790, 1190, 260, 3)
    for x, w in ((-9, 120), (1700, 120)):
        s.rect(INK, x, 786, w, 440)
        s.rect(INK, x - 12, 756, w + 24, 36)
    for x in (124, 1676):
        s.rect(INK, x - 4, 640, 8, 120)
        s.disc(AMBER, x, 634, 13)
    p.truss(s, 250, 1550, 770, 178, INK, 9, 16)
    s.poly(INK, [(810, 790), (990, 790), (1030, 1010), (770, 1010)])
    s.disc(INK, 900, 1010, 150, 26)
    p.cabin(s, 900, 596, 104, BONE)
    p.ferry(s, 330, 1090, 560, AMBER, NIGHT, PAPER, CORAL)
    p.dashes(s, ROSE, (60, 1060, 1200, 1190), 34, 8, 90)
    for x, y, size in ((420, 240, 46), (540, 300, 30), (1500, 210, 38), (330, 330, 22)):
        p.gull(s, x, y, size, PAPER, 0.1)
    return s


def ferry_moonlight() -> Sheet:
    s = wide()
    s.tooth = 2.0
    s.sky([NIGHT, "#1a3656", DEEP, "#3a6580"], 0, 720)
    p.stars(s, 150, 620, 5)
    s.halo(FOAM, (1180, 330), 520, 0.75)
    s.disc(PAPER, 1180, 330, 175)
    moon = s.mask(lambda m: m.disc(WHITE, 1180, 330, 175))
    s.shade(SAND, (1080, 230), (1330, 480), moon, 0.7)
    p.hills(s, "#1a3050", 735, 90, 12)
    s.poly(INK, curve([(-20, 740), (90, 660), (210, 640), (360, 690), (520, 738)]))
    p.lighthouse(s, 190, 652, 220)
    s.rect("#1c4260", -9, 730, 1820, 480)
    s.shade(NIGHT, (0, 760), (0, 1240))
    p.glitter(s, PAPER, 1180, 745, 1195, 330, 9)
    p.dashes(s, SEA, (0, 760, 1800, 1190), 120, 4, 120)
    p.ferry(s, 640, 930, 860, AMBER, INK, BONE, CORAL)
    p.glitter(s, AMBER, 980, 960, 1120, 520, 15)
    s.poly(FOAM, curve([(1520, 905), (1620, 945), (1750, 952), (1600, 962), (1450, 952)]))
    s.ribbon(FOAM, [(660, 950), (430, 962), (60, 960)], 16, 2)
    return s


def harbour_morning() -> Sheet:
    s = wide()
    s.tooth = 2.2
    s.sky([SAND, PAPER, MINT], 0, 560)
    s.disc(CORAL, 1380, 250, 120)
    p.hills(s, "#b9cfb9", 560, 190, 21)
    p.hills(s, LEAF, 590, 110, 8)
    walls = [ROSE, PAPER, OCHRE, FOAM, CORAL, BONE, SAND, ROSE, PAPER, FOAM, OCHRE, BONE, CORAL]
    for i, wall in enumerate(walls):
        p.house(
            s,
            -40 + i * 146,
            660,
            138,
            150 + (i * 53) % 80,
            wall,
            BRICK if i % 2 else PLUM,
            None,
            i % 3 != 1,
            i,
        )
    s.rect(SLATE, -9, 656, 1820, 60)
    s.rect(INK, -9, 656, 1820, 9)
    s.rect(SEA, -9, 712, 1820, 500)
    s.shade(DEEP, (0, 740), (0, 1260))
    p.dashes(s, FOAM, (0, 740, 1800, 1190), 130, 6, 110)
    p.glitter(s, ROSE, 1380, 730, 1180, 190, 3)
    p.trawler(s, 1050, 850, 300, BRICK, PAPER)
    p.trawler(s, 110, 900, 430, DEEP, OCHRE)
    p.trawler(s, 690, 1060, 560, CORAL, PAPER)
    for x, y, size in ((300, 170, 44), (450, 120, 28), (880, 220, 36), (1010, 130, 24)):
        p.gull(s, x, y, size, INK, -0.08)
    return s


def mussel_ropes() -> Sheet:
    s = wide()
    s.tooth = 1.6
    s.sky([SAND, PAPER], 0, 330)
    s.disc(CORAL, 1690, 130, 74)
    p.hills(s, "#b9cfb9", 335, 80, 17, 340)
    s.sky(["#8fc0bd", "#5a9ca3", SEA, "#245a77", DEEP], 335, 1210)
    for x in (120, 470, 900, 1330):
        ray = s.mask(
            lambda m, x=x: m.poly(
                WHITE, [(x, 340), (x + 90, 340), (x + 420, 1200), (x + 120, 1200)]
            )
        )
        s.veil(FOAM, ray, 0.12)
    _pier(s)
    _ropes(s)
    p.trawler(s, 1390, 335, 300, BRICK, PAPER, OCHRE)
    s.poly(MOSS, [(-20, 1210), *p.ridge(1800, 1180, 90, 5), (1820, 1210)])
    eel = [(1240, 1096), (1400, 1060), (1530, 1110), (1690, 1068)]
    s.ribbon(SLATE, eel, 44, 4)
    s.disc(SLATE, 1246, 1092, 34, 21)
    s.line(INK, [(1214, 1096), (1240, 1100)], 3)
    s.disc(PAPER, 1262, 1082, 7)
    s.disc(INK, 1262, 1082, 3.5)
    return s


def _pier(s: Sheet) -> None:
    s.rect(INK, -9, 196, 1290, 26)
    for x in range(0, 1290, 62):
        s.rect(INK, x, 140, 6, 60)
    s.rect(INK, -9, 140, 1290, 7)
    for i, x in enumerate((60, 400, 740, 1080, 1250)):
        s.rect(INK, x, 210, 34 if i < 4 else 20, 1000)
        if i < 3:
            s.line(INK, [(x + 16, 230), (x + 180, 400)], 9)
            s.line(INK, [(x + 340, 230), (x + 180, 400)], 9)


def _ropes(s: Sheet) -> None:
    rng = np.random.default_rng(11)
    for i, x in enumerate(range(140, 1240, 74)):
        if min(abs(x - leg - 16) for leg in (60, 400, 740, 1080)) < 30:
            continue
        length = 560 + rng.random() * 170
        s.line(SAND, [(x, 218), (x, 340 + length)], 4)
        for y in np.arange(362, 340 + length, 20):
            for side in (-1, 1):
                _mussel(s, x + side * (9 + rng.random() * 10), y + rng.random() * 8, side, i)


def _mussel(s: Sheet, x: float, y: float, side: int, i: int) -> None:
    shell = curve(
        [
            (x, y - 9),
            (x + side * 15, y - 3),
            (x + side * 21, y + 11),
            (x + side * 7, y + 13),
            (x, y - 9),
        ],
        5,
    )
    s.poly(("#22254a", INK, PLUM)[(i + int(y)) % 3], shell)
    s.line(FOAM, [(x + side * 5, y - 4), (x + side * 15, y + 4)], 1.6)


def tide_gauge() -> Sheet:
    s = wide()
    s.sky([FOG, BONE, PAPER], 0, 640)
    p.hills(s, "#a9bdb8", 640, 120, 33)
    s.disc(PAPER, 420, 300, 90)
    s.sky([FOAM, "#5f9ba3", SEA], 640, 1210)
    p.dashes(s, PAPER, (0, 660, 1800, 1190), 90, 3, 150)
    s.rect(SLATE, 1180, 430, 640, 800)
    quay = s.mask(lambda m: m.rect(WHITE, 1180, 430, 640, 800))
    s.shade(INK, (1180, 500), (1180, 1200), quay, 0.75)
    for y in range(470, 1200, 74):
        for x in range(1180 - (y // 74 % 2) * 70, 1810, 140):
            s.rect("#5b6d79", max(1180, x), y, 4, 74)
        s.rect("#5b6d79", 1180, y, 640, 4)
    s.rect(INK, 1160, 415, 660, 26)
    p.house(s, 1330, 416, 330, 220, CORAL, INK, None, True, 3)
    _staff(s, 1030)
    s.line(INK, [(1180, 560), (1085, 560)], 12)
    s.line(INK, [(1180, 980), (1085, 980)], 12)
    weed = s.mask(lambda m: m.rect(WHITE, 1180, 800, 640, 200))
    s.shade(MOSS, (0, 780), (0, 960), weed, 0.95)
    xs = range(-20, 1830, 30)
    swell = [(x, 965 + 9 * math.sin(x / 95) + 5 * math.sin(x / 41)) for x in xs]
    s.poly(SEA, [(-20, 1220), *swell, (1820, 1220)])
    s.line(FOAM, swell, 4)
    below = s.mask(lambda m: m.poly(WHITE, [(-20, 1220), *swell, (1820, 1220)]))
    s.shade(DEEP, (0, 980), (0, 1280), below)
    p.glitter(s, PAPER, 1062, 990, 1190, 130, 8)
    p.dashes(s, FOAM, (0, 990, 1800, 1190), 60, 31, 150)
    p.gull(s, 620, 210, 60, INK, 0.1)
    p.gull(s, 760, 280, 36, INK, -0.1)
    return s


def _staff(s: Sheet, x: float) -> None:
    s.rect(PAPER, x, 230, 64, 980)
    for i, y in enumerate(range(250, 1200, 44)):
        s.rect(BRICK if i // 5 % 2 else INK, x + (0 if i % 2 else 30), y, 34, 22)
    s.rect(INK, x - 8, 215, 80, 18)


def lighthouse_amber() -> Sheet:
    s = wide()
    s.sky([NIGHT, "#182f4f", DEEP], 0, 900)
    p.stars(s, 170, 760, 15)
    left = s.mask(lambda m: m.poly(WHITE, [(1240, 342), (-20, 130), (-20, 430)]))
    s.veil(AMBER, left, 0.42, 3)
    s.shade("#16304f", (900, 300), (-200, 290), left, 0.8)
    right = s.mask(lambda m: m.poly(WHITE, [(1240, 342), (1820, 270), (1820, 420)]))
    s.veil(AMBER, right, 0.42, 3)
    s.halo(AMBER, (1240, 342), 260, 0.95)
    p.hills(s, "#173150", 905, 60, 2)
    s.rect("#183a58", -9, 890, 1820, 330)
    s.shade(NIGHT, (0, 900), (0, 1230))
    p.glitter(s, OCHRE, 560, 905, 1190, 420, 5)
    p.dashes(s, SEA, (0, 910, 1200, 1190), 70, 7, 120)
    rock = curve(
        [
            (820, 1220),
            (900, 1050),
            (1010, 1000),
            (1120, 930),
            (1260, 905),
            (1420, 930),
            (1560, 1010),
            (1720, 1040),
            (1830, 1120),
            (1830, 1220),
        ]
    )
    s.poly(INK, rock)
    p.lighthouse(s, 1240, 925, 640, PAPER, BRICK, AMBER)
    p.house(s, 1380, 945, 190, 86, BONE, BRICK, AMBER, False, 4)
    for x, y, size, tilt in (
        (320, 560, 70, 0.25),
        (520, 460, 48, 0.1),
        (700, 620, 56, -0.1),
        (180, 720, 40, 0.2),
        (840, 500, 30, 0.0),
        (460, 700, 34, 0.3),
    ):
        p.gull(s, x, y, size, BONE, tilt)
    return s


# -- town ----------------------------------------


def clock_tower() -> Sheet:
    s = wide()
    s.sky([FOAM, MINT, PAPER], 0, 1000)
    s.disc(OCHRE, 360, 340, 150)
    p.cloud(s, PAPER, 880, 250, 420, 110)
    p.cloud(s, PAPER, 130, 520, 360, 90)
    p.cloud(s, PAPER, 1420, 420, 400, 100)
    p.hills(s, "#a5c1aa", 1010, 240, 9)
    for i in range(9):
        p.house(
            s,
            -60 + i * 214,
            1120,
            196,
            210 + (i * 71) % 110,
            (ROSE, BONE, SAND, FOAM)[i % 4],
            (BRICK, PLUM)[i % 2],
            None,
            i % 2 == 0,
            i + 40,
        )
    _tower(s, 1090)
    for i in range(8):
        p.house(
            s,
            -130 + i * 256,
            1300,
            236,
            240 + (i * 47) % 60,
            (PLUM, BRICK, DEEP)[i % 3],
            INK,
            SAND,
            i % 2 == 1,
            i + 60,
        )
    for x, y, size in ((700, 300, 40), (790, 360, 28), (1430, 210, 34), (600, 200, 24)):
        p.gull(s, x, y, size, INK, 0.12)
    return s


def _tower(s: Sheet, x: float) -> None:
    s.rect(CORAL, x - 150, 330, 300, 900)
    side = s.mask(lambda m: m.rect(WHITE, x + 60, 330, 90, 900))
    s.over("#b58d98", side, 0.9)
    s.poly(PLUM, [(x - 180, 335), (x - 30, 90), (x, 60), (x + 30, 90), (x + 180, 335)])
    s.line(INK, [(x, 66), (x, 10)], 7)
    s.disc(OCHRE, x, 20, 14)
    for y in (330, 700):
        s.rect(SAND, x - 168, y, 336, 24)
    s.disc(SAND, x, 510, 132)
    s.disc(PAPER, x, 510, 114)
    for hour in range(12):
        a = hour * math.pi / 6
        s.line(
            INK,
            [
                (x + 88 * math.sin(a), 510 - 88 * math.cos(a)),
                (x + 103 * math.sin(a), 510 - 103 * math.cos(a)),
            ],
            8 if hour % 3 == 0 else 5,
        )
    s.line(INK, [(x + 10, 517), (x - 52, 474)], 11)
    s.line(INK, [(x - 14, 518), (x + 80, 464)], 8)
    s.disc(BRICK, x, 510, 11)
    for dx in (-78, 0, 78):
        s.rect(INK, x + dx - 20, 790, 40, 110, 20)
        s.rect(INK, x + dx - 20, 840, 40, 70)


def bench_sea_wall() -> Sheet:
    s = wide()
    s.sky([CORAL, ROSE, SAND, PAPER], 0, 620)
    s.disc(PAPER, 900, 470, 210)
    s.shade(OCHRE, (900, 300), (900, 720), s.mask(lambda m: m.disc(WHITE, 900, 470, 210)), 0.9)
    s.sky(["#6aa6aa", SEA], 600, 880)
    p.glitter(s, SAND, 900, 612, 860, 420, 2)
    p.dashes(s, PAPER, (0, 620, 1800, 850), 50, 5, 90)
    p.sail_boat(s, 330, 655, 130, DEEP, PAPER, CORAL)
    p.sail_boat(s, 1450, 640, 90, INK, PAPER, BONE)
    p.sail_boat(s, 1590, 625, 54, INK, PAPER, ROSE)
    s.rect(SLATE, -9, 850, 1820, 90)
    s.rect(BONE, -9, 836, 1820, 26)
    for x in range(40, 1800, 170):
        s.rect("#5b6d79", x, 862, 4, 78)
    s.rect(SAND, -9, 936, 1820, 290)
    s.shade(OCHRE, (0, 940), (0, 1300), s.mask(lambda m: m.rect(WHITE, 0, 940, 1800, 270)), 0.7)
    _bench(s)
    p.gull(s, 600, 260, 60, INK, 0.15)
    p.gull(s, 1220, 200, 40, INK, -0.1)
    return s


def _bench(s: Sheet) -> None:
    shadow = s.mask(lambda m: m.poly(WHITE, [(540, 1150), (1260, 1150), (1330, 1196), (470, 1196)]))
    s.over("#b98f7d", shadow, 0.8)
    for x in (560, 1210):
        s.rect(INK, x, 720, 28, 420)
        s.rect(INK, x - 6, 1020, 40, 150, 4)
        s.rect(INK, x - 22, 1158, 72, 16, 6)
        s.line(INK, [(x + 14, 912), (x + 14, 980)], 26)
    for y in (730, 792, 854):
        s.rect(MOSS, 500, y, 800, 40, 6)
    for y in (968, 1006):
        s.rect(LEAF, 486, y, 828, 30, 6)
    s.rect(OCHRE, 852, 745, 96, 13)


def gull_bollard() -> Sheet:
    s = wide()
    s.sky([SEA, "#5a9ca3", FOAM, MINT], 0, 820)
    s.disc(PAPER, 420, 320, 170)
    p.hills(s, "#6b9c98", 790, 100, 14)
    s.rect(DEEP, -9, 780, 1820, 440)
    p.dashes(s, FOAM, (0, 800, 1800, 1190), 80, 12, 120)
    p.trawler(s, 120, 850, 320, BRICK, PAPER)
    s.rect(INK, 840, 960, 420, 260, 20)
    s.rect(INK, 780, 900, 540, 96, 48)
    s.rect(SLATE, 810, 912, 480, 14, 7)
    _gull_standing(s)
    return s


def _gull_standing(s: Sheet) -> None:
    for x in (1010, 1090):
        s.line(OCHRE, [(x, 780), (x, 896)], 16)
        s.poly(OCHRE, [(x - 46, 902), (x + 22, 902), (x, 876)])
    body = curve(
        [
            (850, 330),
            (800, 420),
            (790, 560),
            (850, 720),
            (1000, 800),
            (1150, 780),
            (1330, 690),
            (1480, 600),
            (1300, 580),
            (1130, 480),
            (1010, 400),
            (985, 300),
            (930, 262),
            (850, 330),
        ]
    )
    s.poly(PAPER, body)
    s.shade(FOG, (900, 560), (1000, 830), s.mask(lambda m: m.poly(WHITE, body)), 0.8)
    wing = curve(
        [
            (960, 500),
            (1120, 490),
            (1320, 590),
            (1560, 670),
            (1380, 690),
            (1200, 720),
            (1040, 690),
            (960, 600),
            (960, 500),
        ]
    )
    s.poly(SLATE, wing)
    s.poly(
        INK,
        curve(
            [
                (1330, 596),
                (1460, 640),
                (1640, 690),
                (1480, 684),
                (1380, 690),
                (1330, 640),
                (1330, 596),
            ]
        ),
    )
    s.line(FOG, curve([(1010, 640), (1150, 668), (1320, 650)]), 6)
    head = curve(
        [
            (820, 330),
            (850, 240),
            (930, 210),
            (1000, 250),
            (1012, 340),
            (980, 420),
            (860, 440),
            (820, 380),
            (820, 330),
        ]
    )
    s.poly(PAPER, head)
    s.poly(OCHRE, curve([(836, 296), (740, 306), (660, 352), (668, 372), (760, 352), (836, 350)]))
    s.line(INK, [(690, 352), (836, 326)], 4)
    s.disc(CORAL, 716, 344, 10)
    s.poly(AMBER, [(600, 318), (616, 300), (742, 366), (728, 386)])
    s.poly(SAND, [(600, 318), (616, 300), (624, 306), (608, 324)])
    s.disc(OCHRE, 888, 296, 19)
    s.disc(INK, 888, 296, 10)
    s.line(INK, [(864, 272), (912, 282)], 6)


def waxed_coat() -> Sheet:
    s = wide()
    s.rect(MOSS, -9, -9, 1820, 1220)
    for x in range(0, 1800, 150):
        s.rect("#274538", x, 0, 5, 1200)
    s.rect("#21382e", -9, 900, 1820, 310)
    s.rect(SAND, -9, 880, 1820, 22)
    _rain_window(s)
    s.rect(SAND, 850, 170, 560, 40, 6)
    for x in (920, 1130, 1340):
        s.line(OCHRE, [(x, 190), (x, 246), (x + 26, 250)], 12)
    _coat(s, 1130)
    s.rect(CORAL, 250, 800, 170, 90, 8)
    s.rect(PAPER, 250, 826, 170, 36)
    s.rect(BRICK, 242, 788, 186, 22, 6)
    s.poly(BONE, curve([(440, 884), (480, 846), (560, 852), (640, 840), (690, 884)]) + [(440, 886)])
    s.shade("#14241d", (0, 900), (0, 1250), s.mask(lambda m: m.rect(WHITE, 0, 902, 1800, 300)), 0.9)
    return s


def _rain_window(s: Sheet) -> None:
    s.rect(SAND, 180, 150, 520, 560)
    s.rect(SLATE, 206, 176, 468, 508)
    pane = s.mask(lambda m: m.rect(WHITE, 206, 176, 468, 508))
    s.shade(FOG, (0, 700), (0, 150), pane)

    for i in range(4):
        p.house(s, 212 + i * 116, 684, 108, 110 + (i * 41) % 60, "#52646f", INK, AMBER, True, i)
    rng = np.random.default_rng(4)
    for _ in range(70):
        x, y = 215 + rng.random() * 445, 180 + rng.random() * 440
        s.line(PAPER, [(x, y), (x - 8, y + 30 + rng.random() * 26)], 1.8)
    s.rect(SAND, 430, 150, 20, 560)
    s.rect(SAND, 180, 410, 520, 20)
    s.rect(BONE, 150, 700, 580, 30)


def _coat(s: Sheet, x: float) -> None:
    back = (
        curve([(x - 90, 300), (x - 190, 350), (x - 250, 520), (x - 280, 830)])
        + [(x - 190, 850)]
        + curve([(x - 176, 640), (x - 150, 560)])
    )
    right = [(2 * x - a, b) for a, b in back]
    body = [
        (x - 96, 296),
        (x - 165, 400),
        (x - 168, 640),
        (x - 230, 1010),
        (x + 230, 1010),
        (x + 168, 640),
        (x + 165, 400),
        (x + 96, 296),
    ]
    s.poly("#c98d2e", back)
    s.poly("#c98d2e", right)
    s.poly(OCHRE, body)
    s.shade("#b0702a", (x - 40, 500), (x + 260, 900), s.mask(lambda m: m.poly(WHITE, body)), 0.9)
    s.poly(PLUM, [(x - 60, 300), (x + 60, 300), (x, 420)])
    s.poly(BRICK, [(x - 100, 292), (x - 40, 250), (x - 8, 420), (x - 70, 390)])
    s.poly(BRICK, [(x + 100, 292), (x + 40, 250), (x + 8, 420), (x + 70, 390)])
    s.line(INK, [(x, 420), (x + 4, 1008)], 5)
    for y in (500, 620, 740, 860):
        s.disc(INK, x + 30, y, 12)
        s.rect(INK, x - 34, y - 3, 46, 6)
    for dx in (-180, 70):
        s.rect("#c98d2e", x + dx, 760, 112, 120, 8)
        s.rect(BRICK, x + dx - 6, 748, 124, 34, 6)


def fog_match() -> Sheet:
    s = wide()
    s.sky(["#8fa3a4", FOG, BONE, PAPER], 0, 700)
    for x, h in ((180, 560), (640, 430), (1160, 430), (1620, 560)):
        _floodlight(s, x, h)
    stand = s.mask(lambda m: m.poly(WHITE, [(0, 520), (1800, 520), (1800, 720), (0, 720)]))
    s.veil(SLATE, stand, 0.6)
    rng = np.random.default_rng(9)
    for _ in range(420):
        x, y = rng.random() * 1800, 560 + rng.random() * 130
        s.disc(("#7c8c92", "#97a5a6", "#a99a96", "#657780")[int(rng.integers(4))], x, y, 11, 14)
    s.sky(["#9fb5a0", "#86a483", LEAF], 700, 1210)
    for i, x in enumerate(range(-600, 2400, 300)):
        if i % 2:
            strip = s.mask(
                lambda m, x=x: m.poly(
                    WHITE,
                    [
                        (900 + (x - 900) * 0.55, 700),
                        (900 + (x - 600) * 0.55, 700),
                        (900 + (x - 600) * 1.3, 1200),
                        (900 + (x - 900) * 1.3, 1200),
                    ],
                )
            )
            s.veil(MOSS, strip, 0.13)
    _goal(s)
    for x, y, h, kit in (
        (420, 890, 190, "#a9726a"),
        (1230, 860, 150, "#7f93a0"),
        (1010, 800, 110, "#94a5aa"),
        (700, 800, 100, "#b39089"),
    ):
        _player(s, x, y, h, kit)
    for y, strength in ((560, 0.75), (690, 0.8), (800, 0.6)):
        bank = s.mask(lambda m, y=y: m.rect(WHITE, -50, y, 1900, 90))
        s.veil(PAPER, bank, strength, 42)
    _player(s, 1420, 1130, 420, CORAL)
    s.disc(PAPER, 1235, 1108, 30)
    s.poly(INK, [(1227, 1095), (1245, 1098), (1248, 1113), (1232, 1117)])
    return s


def _floodlight(s: Sheet, x: float, h: float) -> None:
    s.rect(SLATE, x - 6, 700 - h, 12, h)
    s.rect(SLATE, x - 90, 700 - h - 60, 180, 90, 6)
    s.halo(PAPER, (x, 700 - h - 14), 230, 0.9)
    for row in range(2):
        for col in range(4):
            s.disc(PAPER, x - 64 + col * 43, 700 - h - 36 + row * 42, 16)


def _goal(s: Sheet) -> None:
    for i in range(15):
        s.line(FOG, [(660 + i * 34, 690), (640 + i * 37, 810)], 1.6)
    for i in range(5):
        s.line(FOG, [(655 - i * 3, 700 + i * 26), (1145 + i * 3, 700 + i * 26)], 1.6)
    s.line(PAPER, [(640, 820), (640, 660), (1160, 660), (1160, 820)], 11)


def _player(s: Sheet, x: float, base: float, h: float, kit: str) -> None:
    def at(px: float, py: float) -> tuple[float, float]:
        return x + px * h, base - py * h

    skin = "#8a5a44" if kit == CORAL else "#9c8b82"
    for points in (
        [at(-0.03, 0.45), at(-0.16, 0.25), at(-0.05, 0.02)],
        [at(0.05, 0.45), at(0.16, 0.28), at(0.3, 0.14)],
    ):
        s.line(skin, points, h * 0.065)
        s.line(PAPER if kit == CORAL else FOG, [points[1], points[2]], h * 0.06)
    s.poly(
        INK if kit == CORAL else SLATE,
        [at(-0.13, 0.54), at(0.13, 0.54), at(0.17, 0.36), at(0.02, 0.4), at(-0.14, 0.36)],
    )
    s.line(kit, [at(-0.1, 0.78), at(-0.26, 0.62)], h * 0.075)
    s.line(kit, [at(0.1, 0.78), at(0.26, 0.66)], h * 0.075)
    s.line(skin, [at(-0.26, 0.62), at(-0.2, 0.48)], h * 0.05)
    s.line(skin, [at(0.26, 0.66), at(0.36, 0.76)], h * 0.05)
    s.poly(kit, [at(-0.13, 0.84), at(0.13, 0.84), at(0.13, 0.52), at(-0.13, 0.52)])
    s.disc(skin, *at(0.02, 0.93), h * 0.072, h * 0.085)
    s.pie(INK if kit == CORAL else SLATE, x + 0.015 * h, base - 0.945 * h, h * 0.08, 170, 370)


def gig_race() -> Sheet:
    s = wide()
    s.tooth = 1.6
    s.rect(SEA, -9, -9, 1820, 1220)
    s.shade(DEEP, (0, 200), (1800, 1200))
    s.shade("#5a9ca3", (1500, 500), (200, -200))
    rng = np.random.default_rng(7)
    for _ in range(130):
        x, y, w = rng.random() * 1800, rng.random() * 1200, 30 + rng.random() * 80
        s.line("#5a9ca3", curve([(x, y), (x + w / 2, y - 8), (x + w, y)], 6), 3)
    _gig(s, 800, 350, -0.24, CORAL, PAPER, 0.84)
    _gig(s, 720, 880, -0.24, OCHRE, INK, 0.84)
    s.disc(BRICK, 1600, 400, 36)
    s.disc(CORAL, 1600, 400, 26)
    s.disc(PAPER, 1600, 400, 13)
    for r in (58, 84):
        s.arc(FOAM, (1600 - r, 400 - r, 1600 + r, 400 + r), 200, 520, 3)
    p.gull(s, 1430, 960, 100, PAPER, -0.4)
    shadow = s.mask(lambda m: p.gull(m, 1480, 1070, 94, WHITE, -0.4))
    s.over("#7c98a8", shadow, 0.9)
    return s


def _gig(s: Sheet, cx: float, cy: float, tilt: float, hull: str, blade: str, size: float) -> None:
    def at(px: float, py: float) -> tuple[float, float]:
        px, py = px * size, py * size
        return cx + px * math.cos(tilt) - py * math.sin(tilt), cy + px * math.sin(
            tilt
        ) + py * math.cos(tilt)

    for side in (-1, 1):
        for k in range(3):
            s.ribbon(
                FOAM,
                [
                    at(-360 - k * 80, side * (30 + k * 20)),
                    at(-620 - k * 90, side * (66 + k * 28)),
                    at(-980 - k * 60, side * (110 + k * 46)),
                ],
                9 - k * 2,
                1,
            )
        s.ribbon(PAPER, [at(500, side * 4), at(380, side * 66), at(180, side * 110)], 10, 1)
    shadow = s.mask(
        lambda m: m.poly(
            WHITE,
            [
                at(x + 20, y + 40)
                for x, y in ((-500, 0), (-300, 66), (200, 70), (510, 0), (200, -60), (-300, -60))
            ],
        )
    )
    s.over("#7c98a8", shadow, 0.8)
    for i in range(6):
        side, x = (1 if i % 2 else -1), -300 + i * 110
        s.line(SAND, [at(x, 0), at(x - 70, side * 300)], 9)
        s.line(blade, [at(x - 56, side * 240), at(x - 72, side * 316)], 24)
        s.disc(FOAM, *at(x - 76, side * 344), 24, 9)
    edge = curve(
        [
            at(-500, 0),
            at(-380, -44),
            at(0, -62),
            at(320, -44),
            at(520, 0),
            at(320, 44),
            at(0, 62),
            at(-380, 44),
            at(-500, 0),
        ]
    )
    s.poly(hull, edge)
    s.poly(
        "#7b4a35",
        curve(
            [
                at(-460, 0),
                at(-360, -30),
                at(0, -46),
                at(310, -32),
                at(480, 0),
                at(310, 32),
                at(0, 46),
                at(-360, 30),
                at(-460, 0),
            ]
        ),
    )
    _crew(s, at)


def _crew(s: Sheet, at: Callable[[float, float], tuple[float, float]]) -> None:
    shirts, hair = (PAPER, PLUM), (INK, BRICK, "#3b2a22", SAND, INK, OCHRE)
    for i in range(6):
        side, x = (1 if i % 2 else -1), -300 + i * 110
        s.line(SAND, [at(x - 26, -44), at(x - 26, 44)], 12)
        s.disc(shirts[0], *at(x, 0), 34, 34)
        s.line("#c98f6d", [at(x, side * 22), at(x - 24, side * 80)], 13)
        s.disc(hair[i], *at(x + 4, 0), 18)
    s.disc(PLUM, *at(-420, 0), 28)
    s.disc(BRICK, *at(-418, 0), 17)


# -- science ----------------------------------------


def tide_moon() -> Sheet:
    s = wide()
    s.sky([NIGHT, "#172f4e", DEEP, "#2b5b78"], 0, 800)
    p.stars(s, 120, 560, 22)
    for i in range(9):
        t = i / 8
        x, y = 140 + t * 1520, 520 - math.sin(t * math.pi) * 300
        _moon(s, x, y, 54 + 36 * math.sin(t * math.pi), t)
    inks = ["#7fb3b5", "#5a9ca3", SEA, "#28597a", DEEP, "#183454"]
    for row, colour in enumerate(inks):
        points = []
        for x in np.linspace(-20, 1820, 240):
            spring = 0.42 + 0.58 * math.cos((x - 900) / 900 * math.pi) ** 2
            y = 700 + row * 92 - math.sin(x / 1800 * 2 * math.pi * 7 + row * 0.9) * 58 * spring
            points.append((float(x), y))
        s.poly(colour, [(-20, 1220), *points, (1820, 1220)])
        s.line(PAPER if row == 0 else FOAM, points, 5 if row == 0 else 2)
    p.sail_boat(s, 905, 645, 96, BRICK, PAPER, ROSE)
    return s


def _moon(s: Sheet, x: float, y: float, r: float, t: float) -> None:
    s.disc("#2a4a68", x, y, r)
    lit = (1 - math.cos(t * 2 * math.pi)) / 2
    waxing = t <= 0.5
    s.pie(PAPER, x, y, r, *((270, 450) if waxing else (90, 270))) if lit > 0.02 else None
    if 0.02 < lit < 0.5:
        s.disc("#2a4a68", x, y, r * (1 - 2 * lit), r)
    elif lit >= 0.5:
        s.disc(PAPER, x, y, r * (2 * lit - 1), r)
    if lit > 0.6:
        for dx, dy, k in (
            (-0.3, -0.2, 0.17),
            (0.22, 0.1, 0.22),
            (-0.1, 0.4, 0.12),
            (0.3, -0.4, 0.1),
        ):
            s.disc(SAND, x + dx * r, y + dy * r, k * r)


def eelgrass() -> Sheet:
    s = wide()
    s.tooth = 2.0
    s.sky(["#a9d3c4", "#6fb0a8", "#3f8588", "#23606d"], 0, 1210)
    for x in (100, 520, 860, 1300, 1600):
        ray = s.mask(
            lambda m, x=x: m.poly(
                WHITE, [(x, -10), (x + 120, -10), (x - 120, 1200), (x - 420, 1200)]
            )
        )
        s.veil(PAPER, ray, 0.14)
    s.poly("#1d5560", [(-20, 1220), *p.ridge(1800, 1060, 160, 6), (1820, 1220)])
    _blades(s, 70, 1120, "#2f7a6c", 5, 520)
    s.poly("#c9b582", [(-20, 1220), *p.ridge(1800, 1150, 110, 16), (1820, 1220)])
    _blades(s, 44, 1170, MOSS, 8, 700)
    for x, y, size, colour in (
        (420, 420, 90, CORAL),
        (560, 480, 62, OCHRE),
        (1180, 300, 70, CORAL),
        (1310, 350, 48, PAPER),
        (300, 560, 44, PAPER),
    ):
        _fish(s, x, y, size, colour)
    _square(s)
    _blades(s, 26, 1215, LEAF, 13, 560)
    rng = np.random.default_rng(3)
    for _ in range(26):
        x, y = 900 + rng.random() * 160, rng.random() * 800
        s.arc(PAPER, (x - 9, y - 9, x + 9, y + 9), 0, 360, 2.4)
    return s


def _blades(s: Sheet, count: int, base: float, colour: str, seed: int, height: float) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        x, h, lean = (
            rng.random() * 1900 - 50,
            height * (0.45 + 0.6 * rng.random()),
            rng.random() * 130 - 20,
        )
        s.ribbon(
            colour,
            [
                (x, base + 30),
                (x + lean * 0.1 + 16, base - h * 0.35),
                (x + lean * 0.7 - 12, base - h * 0.7),
                (x + lean * 1.5, base - h),
            ],
            22,
            3,
        )


def _fish(s: Sheet, x: float, y: float, size: float, colour: str) -> None:
    s.poly(
        colour,
        curve(
            [
                (x - size, y),
                (x - size * 0.3, y - size * 0.42),
                (x + size * 0.6, y - size * 0.1),
                (x + size * 1.1, y - size * 0.4),
            ]
        )
        + curve(
            [
                (x + size * 1.0, y),
                (x + size * 1.1, y + size * 0.4),
                (x + size * 0.6, y + size * 0.1),
                (x - size * 0.3, y + size * 0.4),
                (x - size, y),
            ]
        ),
    )
    s.disc(INK, x - size * 0.66, y - size * 0.06, size * 0.075)
    s.arc(INK, (x - size * 0.9, y - size * 0.3, x - size * 0.3, y + size * 0.3), 290, 430, 3)


def _square(s: Sheet) -> None:
    corners = [(1010, 1010), (1430, 960), (1560, 1090), (1100, 1150)]
    s.line(PAPER, [*corners, corners[0]], 15)
    s.line(CORAL, [(1010, 1010), (1090, 1000)], 15)
    s.line(CORAL, [(1560, 1090), (1470, 1102)], 15)


def glow_bay() -> Sheet:
    s = wide()
    s.sky(["#0d1a33", NIGHT, "#16305a", "#24507a"], 0, 560)
    p.stars(s, 260, 540, 8)
    p.hills(s, "#0d1a33", 575, 110, 26)
    for i in range(26):
        s.rect(AMBER, 40 + i * 31 + (i * 17) % 13, 535 + (i * 29) % 30, 6, 8)
    s.rect("#12294d", -9, 565, 1820, 660)
    rows = ((610, 10, 2), (680, 16, 3), (775, 26, 5), (900, 40, 8))
    for row, (y, amplitude, thick) in enumerate(rows):
        _glow_wave(s, y, amplitude, thick, row)
    s.poly(
        "#0b1528",
        [
            (-20, 1220),
            *curve([(-20, 1060), (400, 1020), (900, 1080), (1400, 1040), (1820, 1090)]),
            (1820, 1220),
        ],
    )
    s.line(GLOW, curve([(-20, 1054), (400, 1014), (900, 1074), (1400, 1034), (1820, 1084)]), 5)
    for x, base, h in ((1240, 1100, 200), (1330, 1104, 150), (480, 1090, 170), (560, 1096, 96)):
        p.figure(
            s,
            x,
            base - 44,
            h * 1.25,
            "#060d1c",
            "#060d1c",
            CORAL if h in (96, 150) else None,
            "#060d1c",
        )
    for x in (560, 1330):
        s.halo(GLOW, (x, 1050), 120, 0.8, None, 0.3)
    return s


def _glow_wave(s: Sheet, y: float, amplitude: float, thick: float, row: int) -> None:
    xs = np.linspace(-20, 1820, 160).tolist()
    crest = [
        (
            x,
            y
            + math.sin(x / (210 + row * 60) + row * 2) * amplitude * 0.5
            + math.sin(x / 90 + row) * amplitude * 0.16,
        )
        for x in xs
    ]
    s.poly(("#173a66", "#15335d", "#122c53", "#0f2548")[row], [(-20, 1220), *crest, (1820, 1220)])
    below = s.mask(
        lambda m: m.poly(WHITE, crest + [(x, cy + amplitude * 2.4) for x, cy in crest[::-1]])
    )
    s.shade("#2f8fb0", (0, y + amplitude * 2.6), (0, y - amplitude * 0.6), below, 0.75)
    s.shade(GLOW, (0, y + amplitude * 1.2), (0, y - amplitude * 0.9), below, 0.6)
    s.line(GLOW, crest, thick)
    s.line("#e5fbf3", crest[20 + row * 9 : 60 + row * 22], max(1.5, thick * 0.6))


# -- culture and insides ----------------------------------------


def bell_foundry() -> Sheet:
    s = wide()
    s.tooth = 1.7
    s.rect("#2a1f30", -9, -9, 1820, 1220)
    s.halo(BRICK, (820, 800), 1150, 1.0)
    s.halo(CORAL, (820, 820), 700, 0.85)
    s.rect(DEEP, 1330, 130, 330, 400)
    p_mask = s.mask(lambda m: m.rect(WHITE, 1330, 130, 330, 400))
    s.shade("#4f7f8f", (0, 560), (0, 100), p_mask)
    for x in (1330, 1435, 1545, 1650):
        s.rect(INK, x, 130, 12, 400)
    for y in (130, 260, 390, 520):
        s.rect(INK, 1330, y, 332, 12)
    s.rect(INK, -9, 60, 1820, 44)
    for x, y, size in ((180, 300, 150), (460, 250, 110), (1110, 270, 120)):
        s.line(INK, [(x, 90), (x, y - size * 0.5)], 9)
        _bell(s, x, y, size, "#b5762f", "#7d4a2a")
    _bell(s, 300, 956, 260, OCHRE, "#a2632a")
    s.rect(INK, -9, 1060, 1820, 160)
    s.poly("#4a2a2c", [(940, 1070), (980, 820), (1240, 820), (1280, 1070)])
    s.rect("#5f3733", 960, 800, 300, 40, 6)
    s.poly(AMBER, [(1050, 800), (1170, 800), (1150, 826), (1070, 826)])
    _founder(s)
    return s


def _bell(s: Sheet, x: float, y: float, size: float, colour: str, dark: str) -> None:
    half = curve(
        [
            (x, y - size * 0.62),
            (x + size * 0.3, y - size * 0.5),
            (x + size * 0.36, y - size * 0.05),
            (x + size * 0.62, y + size * 0.42),
        ],
        10,
    )
    left = [(2 * x - a, b) for a, b in half[::-1]]
    s.disc(dark, x, y + size * 0.55, size * 0.09)
    s.poly(colour, left + half)
    s.shade(
        dark,
        (x - size * 0.1, y),
        (x + size * 0.65, y),
        s.mask(lambda m: m.poly(WHITE, left + half)),
        0.95,
    )
    s.rect(dark, x - size * 0.5, y + size * 0.24, size, size * 0.035)
    s.rect(dark, x - size * 0.3, y - size * 0.32, size * 0.6, size * 0.025)
    s.rect(colour, x - size * 0.1, y - size * 0.74, size * 0.2, size * 0.16, size * 0.05)


def _founder(s: Sheet) -> None:
    s.line(INK, [(560, 480), (1180, 520)], 22)
    s.poly(INK, [(1000, 470), (1170, 520), (1130, 680), (970, 640)])
    s.poly(AMBER, [(1008, 492), (1150, 534), (1146, 552), (1004, 510)])
    s.ribbon(PAPER, [(1140, 560), (1128, 680), (1112, 812)], 30, 20)
    s.ribbon(AMBER, [(1146, 560), (1138, 680), (1120, 812)], 14, 12)
    s.halo(AMBER, (1115, 810), 170, 0.9)
    s.poly(
        INK,
        curve(
            [
                (520, 1080),
                (530, 760),
                (560, 560),
                (640, 470),
                (720, 500),
                (750, 640),
                (760, 860),
                (790, 1080),
            ]
        ),
    )
    s.poly("#3a2a3a", [(600, 640), (740, 640), (770, 1010), (590, 1010)])
    s.line(INK, [(690, 540), (830, 640), (960, 530)], 48)
    s.line(INK, [(600, 560), (680, 680), (790, 520)], 48)
    s.disc("#6d4338", 672, 412, 62, 74)
    s.pie(INK, 664, 396, 74, 150, 380)
    s.rect(CORAL, 604, 372, 140, 26, 8)
    rng = np.random.default_rng(6)
    for _ in range(46):
        a, r = rng.random() * math.pi, 60 + rng.random() * 260
        s.disc(AMBER, 1115 + r * math.cos(a), 810 - r * math.sin(a) * 0.8, 1.5 + rng.random() * 4)


def ropewalk_stage() -> Sheet:
    s = wide()
    vx, vy = 980, 470
    s.rect("#3b2b3f", -9, -9, 1820, 1220)
    s.poly("#4b3547", [(0, 0), (0, 1200), (vx - 90, vy + 80), (vx - 90, vy - 80)])
    s.poly("#31243a", [(1800, 0), (1800, 1200), (vx + 90, vy + 80), (vx + 90, vy - 80)])
    s.poly("#7a5240", [(-300, 1200), (2100, 1200), (vx + 90, vy + 80), (vx - 90, vy + 80)])
    s.rect(AMBER, vx - 90, vy - 80, 180, 160)
    s.halo(AMBER, (vx, vy), 430, 0.75)
    for k in range(7):
        t = 0.1 + 0.9 * (k / 6) ** 1.9
        x0, x1 = vx - 90 - (vx - 90) * t, vx + 90 + (1800 - vx - 90) * t
        top, low = vy - 80 - (vy - 80) * t, vy + 80 + (1200 - vy - 80) * t
        width = 8 + 46 * t
        s.line(INK, [(x0, low), (x0, top)], width)
        s.line(INK, [(x1, low), (x1, top)], width)
        s.line(
            INK, [(x0, top + width), ((x0 + x1) / 2, top - 60 * t), (x1, top + width)], width * 0.8
        )
        s.disc(AMBER, (x0 + x1) / 2, top - 20 * t + width, 5 + 20 * t)
    _cloth(s, vx, vy)
    for x, y, r in (
        (520, 930, 0.2),
        (700, 1010, -0.3),
        (1180, 1040, 0.15),
        (1330, 930, -0.2),
        (860, 830, 0.3),
        (1090, 780, -0.1),
    ):
        _letter(s, x, y, 62 * (y - 560) / 420, r)
    p.figure(s, 950, 780, 260, BRICK, "#c98f6d", INK)
    p.figure(s, 1130, 720, 180, DEEP, "#8a5a44", None)
    p.figure(s, 830, 700, 160, OCHRE, "#e0b08f", PLUM)
    return s


def _cloth(s: Sheet, vx: float, vy: float) -> None:
    inks = ["#8fb3b8", "#6a99a4", "#4a7f90"]
    for i, colour in enumerate(inks):
        left = curve(
            [
                (vx - 50, vy + 84),
                (vx - 120 - i * 10, vy + 170),
                (520 + i * 60, 900),
                (260 + i * 130, 1230),
            ]
        )
        right = curve(
            [
                (1560 - i * 110, 1230),
                (1290 - i * 60, 900),
                (vx + 120 - i * 14, vy + 170),
                (vx + 50, vy + 84),
            ]
        )
        s.poly(colour, left + right)
    for i in range(8):
        t = i / 7
        y = 650 + t * t * 520
        half = 100 + t * 420
        s.ribbon(
            PAPER,
            [
                (930 - half, y),
                (930 - half * 0.3, y - 20 - 14 * t),
                (930 + half * 0.3, y + 18),
                (930 + half, y - 8),
            ],
            3 + 9 * t,
            2,
        )


def _letter(s: Sheet, x: float, y: float, size: float, tilt: float) -> None:
    def at(px: float, py: float) -> tuple[float, float]:
        return x + (px * math.cos(tilt) - py * math.sin(tilt)) * size, y + (
            px * math.sin(tilt) + py * math.cos(tilt)
        ) * size * 0.75

    s.poly(PAPER, [at(-1, -0.6), at(1, -0.6), at(1, 0.6), at(-1, 0.6)])
    s.line(SLATE, [at(-1, -0.6), at(0, 0.12), at(1, -0.6)], 2.4)
    s.disc(BRICK, *at(0, 0.1), size * 0.14)


def repair_bench() -> Sheet:
    s = wide()
    s.rect("#2d5a63", -9, -9, 1820, 1220)
    cone = s.mask(lambda m: m.poly(WHITE, [(820, 330), (1040, 330), (1560, 880), (300, 880)]))
    s.veil("#5d9094", cone, 0.75)
    s.shade("#9cc0b3", (0, 900), (0, 260), cone, 0.4)
    _pegboard(s)
    s.line(INK, [(930, 0), (930, 190)], 7)
    s.poly(
        CORAL,
        curve([(880, 190), (840, 260), (790, 340)]) + curve([(1070, 340), (1020, 260), (980, 190)]),
    )
    s.disc(AMBER, 930, 344, 66, 26)
    s.rect(OCHRE, -9, 880, 1820, 70)
    s.rect("#b5762f", -9, 946, 1820, 26)
    s.rect("#1d3c44", -9, 970, 1820, 250)
    for x in (130, 1600):
        s.rect("#b5762f", x, 960, 80, 260)
    _toaster(s)
    _radio(s)
    for x, h, colour in ((1500, 120, BRICK), (1560, 90, PAPER), (1610, 140, PLUM)):
        s.rect(colour, x, 880 - h, 44, h, 6)
    s.poly(PAPER, [(640, 884), (1010, 884), (980, 866), (680, 866)])
    s.line(BRICK, [(960, 862), (1080, 840)], 8)
    return s


def _pegboard(s: Sheet) -> None:
    s.line(INK, [(240, 200), (240, 420)], 18)
    s.poly(BRICK, [(180, 190), (300, 190), (310, 250), (170, 250)])
    for x, c in ((380, OCHRE), (450, CORAL), (520, PAPER)):
        s.rect(c, x - 16, 190, 32, 110, 12)
        s.rect(FOG, x - 5, 300, 10, 110)
    s.line(FOG, [(640, 200), (640, 400)], 16)
    s.arc(FOG, (600, 150, 680, 230), 120, 420, 18)
    s.poly(FOG, [(1230, 190), (1520, 190), (1520, 230), (1250, 270), (1230, 250)])
    s.rect(BRICK, 1500, 176, 120, 80, 26)
    s.arc(FOG, (1290, 320, 1410, 440), 0, 360, 16)
    s.arc(OCHRE, (1450, 330, 1550, 430), 0, 360, 12)
    for x in range(70, 1800, 90):
        for y in (90, 480):
            s.disc("#234a53", x, y, 5)


def _toaster(s: Sheet) -> None:
    s.rect(BONE, 300, 650, 330, 216, 54)
    s.shade(
        SLATE, (300, 700), (330, 900), s.mask(lambda m: m.rect(WHITE, 300, 650, 330, 216, 54)), 0.6
    )
    s.rect(INK, 360, 654, 210, 12, 6)
    s.poly(
        "#c98d4e", curve([(390, 654), (384, 590), (430, 566), (500, 566), (544, 592), (538, 654)])
    )
    s.poly(SAND, curve([(404, 654), (400, 600), (436, 582), (496, 582), (528, 602), (524, 654)]))
    s.rect(INK, 618, 720, 34, 20, 6)
    s.disc(CORAL, 590, 812, 15)
    s.rect(INK, 330, 862, 50, 20)
    s.rect(INK, 550, 862, 50, 20)
    s.line(INK, curve([(300, 830), (230, 850), (200, 800), (140, 860), (60, 872)]), 8)


def _radio(s: Sheet) -> None:
    s.line(FOG, [(1360, 690), (1470, 480)], 5)
    s.rect(BRICK, 1090, 690, 330, 190, 22)
    s.rect(SAND, 1116, 716, 150, 138, 10)
    for y in range(728, 850, 16):
        s.rect(BRICK, 1126, y, 130, 5)
    s.rect(AMBER, 1286, 724, 112, 44, 6)
    s.rect(INK, 1340, 724, 4, 44)
    s.disc(INK, 1312, 818, 26)
    s.disc(INK, 1374, 818, 26)
    s.rect(PAPER, 1310, 796, 4, 20)


def library_umbrellas() -> Sheet:
    s = wide()
    s.rect("#6b3b36", -9, -9, 1820, 1220)
    inks = [CORAL, OCHRE, PAPER, FOAM, PLUM, DEEP, SAND, LEAF, BRICK, ROSE, SEA, BONE]
    rng = np.random.default_rng(55)
    for top in (20, 300):
        s.rect("#3c2328", 40, top, 1720, 250)
        _books(s, rng, inks, 60, 1740, top + 250)
        s.rect("#94553f", 20, top + 248, 1760, 30)
    s.rect("#4a2b2d", 40, 580, 1720, 640)
    s.rect("#94553f", 100, 622, 1600, 20, 8)
    for i in range(11):
        x = 175 + i * 145
        _umbrella(s, x, 640, duck=i == 7)
    s.rect("#94553f", -9, 1140, 1820, 80)
    s.rect("#5d332f", -9, 1140, 1820, 10)
    return s


def _books(
    s: Sheet, rng: np.random.Generator, inks: list[str], x: float, end: float, base: float
) -> None:
    while x < end - 60:
        w, h = 26 + rng.random() * 34, 150 + rng.random() * 74
        colour = inks[int(rng.integers(len(inks)))]
        if rng.random() < 0.07:
            s.poly(
                colour,
                [(x, base), (x + 60, base - h), (x + 60 + w * 0.9, base - h + 14), (x + w, base)],
            )
            x += w + 66
            continue
        s.rect(colour, x, base - h, w, h, 3)
        trim = INK if colour in (PAPER, OCHRE, SAND, FOAM, ROSE, BONE) else SAND
        s.rect(trim, x, base - h + 22, w, 5)
        s.rect(trim, x, base - 40, w, 5)
        x += w + 3


def _umbrella(s: Sheet, x: float, top: float, duck: bool) -> None:
    body, fold = (LEAF, MOSS) if duck else (INK, "#2b3c52")
    if duck:
        s.line(OCHRE, [(x, top + 130), (x, top + 64)], 16)
        s.disc(OCHRE, x - 4, top + 44, 34)
        s.poly(CORAL, curve([(x - 34, top + 42), (x - 74, top + 50), (x - 34, top + 62)]))
        s.disc(INK, x - 14, top + 36, 5)
    else:
        s.line("#b5762f", [(x, top + 130), (x, top + 26)], 11)
        s.arc("#b5762f", (x - 46, top - 8, x + 5, top + 52), 180, 360, 11)
        s.line("#b5762f", [(x - 41, top + 22), (x - 41, top + 40)], 11)
    s.poly(
        body,
        curve([(x - 8, top + 116), (x - 34, top + 190), (x - 30, top + 320), (x - 5, top + 440)])
        + curve([(x + 5, top + 440), (x + 34, top + 300), (x + 30, top + 180), (x + 8, top + 116)]),
    )
    s.poly(
        fold,
        curve(
            [
                (x, top + 120),
                (x + 14, top + 220),
                (x + 8, top + 330),
                (x + 2, top + 436),
                (x + 26, top + 300),
                (x + 24, top + 190),
            ]
        ),
    )
    s.rect(PAPER, x - 30, top + 236, 58, 26, 4)
    s.rect(BRICK, x - 22, top + 246, 40, 6)
    s.line(SLATE, [(x, top + 436), (x, top + 480)], 6)


def allotments() -> Sheet:
    s = wide()
    s.sky([OCHRE, SAND, PAPER], 0, 520)
    s.disc(CORAL, 1330, 300, 130)
    p.hills(s, "#b7c08a", 560, 190, 41)
    p.hills(s, "#8fa565", 640, 150, 3)
    rows = [(LEAF, "#7d9a5b"), ("#8a5a3c", "#754a33"), (MOSS, LEAF), ("#a9b56b", "#93a35d")]
    for i in range(18):
        a, b = rows[(i // 3) % 4]
        colour = a if i % 2 else b
        x0, x1 = -900 + i * 200, -900 + (i + 1) * 200
        s.poly(
            colour,
            [
                (560 + x0 * 0.42, 610),
                (560 + x1 * 0.42, 610),
                (300 + x1 * 1.35, 1220),
                (300 + x0 * 1.35, 1220),
            ],
        )
    _cabbages(s)
    p.house(s, 130, 700, 210, 130, DEEP, BRICK, None, True, 2)
    p.house(s, 1480, 660, 150, 100, CORAL, INK, None, True, 5)
    for x in range(420, 800, 46):
        s.line("#6b4630", [(x, 660), (x + 16, 520)], 5)
        s.line("#6b4630", [(x + 32, 660), (x + 16, 520)], 5)
        for k in range(4):
            s.disc(MOSS, x + 12 + (k % 2) * 10, 545 + k * 28, 13)
    _wheelbarrow(s)
    p.gull(s, 560, 210, 44, INK, 0.1)
    p.gull(s, 660, 260, 28, INK, -0.1)
    return s


def _cabbages(s: Sheet) -> None:
    for row in range(5):
        t = row / 4
        y, size = 720 + t * t * 330, 22 + 44 * t
        for k in range(3):
            x = 120 + k * (120 + 130 * t) - t * 110
            s.disc(MOSS, x, y, size, size * 0.75)
            s.disc("#a9c29a", x, y - size * 0.1, size * 0.7, size * 0.52)
            s.disc(MINT, x + size * 0.05, y - size * 0.16, size * 0.36, size * 0.28)


def _wheelbarrow(s: Sheet) -> None:
    s.ribbon("#5f8a50", [(1370, 900), (1480, 800), (1590, 640), (1700, 560)], 90, 6)
    s.ribbon("#7ba866", [(1380, 890), (1470, 760), (1500, 620), (1550, 470)], 86, 6)
    s.ribbon(LEAF, [(1380, 900), (1530, 810), (1660, 760), (1760, 800)], 84, 6)
    s.disc(PAPER, 1000, 962, 46, 66)
    s.ribbon(PAPER, [(1000, 962), (1150, 950), (1300, 928)], 128, 116)
    s.ribbon(MINT, [(1280, 930), (1330, 918), (1380, 896)], 114, 112)
    s.ribbon("#a9c98f", [(1350, 908), (1390, 890), (1430, 862)], 110, 104)
    for k in range(7):
        s.line(
            SAND,
            curve([(1000, 930 + k * 10), (960, 940 + k * 14), (930 - k % 3 * 12, 934 + k * 20)], 6),
            4,
        )
    s.poly(BRICK, [(940, 960), (1480, 960), (1380, 1110), (1060, 1110)])
    s.line(INK, [(1380, 1060), (1700, 960)], 18)
    s.line(INK, [(1320, 1110), (1380, 1190)], 16)
    s.disc(INK, 1050, 1140, 62)
    s.disc(SLATE, 1050, 1140, 38)
    s.disc(INK, 1050, 1140, 10)


# -- after dark ----------------------------------------


def terrace_night() -> Sheet:
    s = wide()
    s.sky([NIGHT, "#1b2f55", "#33406b", "#6d5577"], 0, 800)
    p.stars(s, 150, 560, 31)
    s.halo(ROSE, (1440, 250), 300, 0.5)
    crescent = s.mask(lambda m: (m.disc(WHITE, 1440, 250, 96), m.disc("#000000", 1482, 226, 90))[0])
    s.veil(PAPER, crescent, 1.0)
    p.hills(s, "#222c52", 800, 300, 18)
    for i in range(20):
        p.house(
            s,
            -40 + i * 96,
            830 - int(70 * math.sin(i / 19 * 3.1)),
            90,
            70 + (i * 31) % 40,
            "#2b3159",
            "#1b2244",
            AMBER if i % 5 == 2 else None,
            True,
            i,
            "#1b2244",
        )
    walls = ["#4b4a7d", "#6a4468", "#3c5577", "#7a4a55", "#45426f", "#5d5a80"]
    for i in range(7):
        _terrace_house(s, -60 + i * 280, walls[i % 6], i)
    s.rect("#10192f", -9, 1130, 1820, 90)
    s.rect("#3a4163", -9, 1120, 1820, 14)
    for x in (420, 1270):
        s.rect(INK, x, 760, 12, 370)
        s.rect(INK, x - 26, 738, 64, 12)
        s.rect(AMBER, x - 16, 750, 44, 54, 6)
        s.halo(AMBER, (x + 6, 780), 200, 0.6)
    return s


def _terrace_house(s: Sheet, x: float, wall: str, i: int) -> None:
    s.rect(wall, x, 690, 272, 440)
    s.poly("#1b2244", [(x - 8, 694), (x + 30, 590), (x + 250, 590), (x + 280, 694)])
    s.rect(INK, x + 196, 530, 50, 110)
    for row, y in enumerate((740, 920)):
        for col in range(2):
            lit = (i, row, col) in {(1, 1, 0), (3, 0, 1), (4, 1, 0), (6, 0, 0), (2, 0, 0)}
            wx = x + 40 + col * 118
            if row == 1 and col == 1:
                continue
            s.rect(AMBER if lit else "#1b2244", wx, y, 74, 106)
            s.rect(SAND if lit else "#3a4163", wx + 34, y, 6, 106)
            s.rect(SAND if lit else "#3a4163", wx, y + 50, 74, 6)
            s.rect("#d9cdbb" if lit else "#55597f", wx - 8, y + 106, 90, 9)
    s.rect((BRICK, DEEP, MOSS, PLUM)[i % 4], x + 160, 930, 78, 200)
    s.rect(AMBER if i % 3 == 0 else "#1b2244", x + 160, 900, 78, 24)


def bus_rain() -> Sheet:
    s = wide()
    s.sky([NIGHT, "#1c3350", "#2d4a66"], 0, 820)
    for i in range(12):
        p.house(
            s,
            -30 + i * 160,
            800,
            150,
            190 + (i * 61) % 130,
            ("#223a56", "#2b4460")[i % 2],
            "#14233b",
            AMBER if i % 4 == 1 else None,
            i % 3 != 0,
            i + 9,
            "#14233b",
        )
    s.rect("#1a2a40", -9, 795, 1820, 425)
    s.rect("#3b5068", -9, 795, 1820, 16)
    _bus(s)
    for x, w, colour in ((700, 700, AMBER), (1480, 220, CORAL)):
        p.glitter(s, colour, x, 985, 1195, w, int(x))
    s.rect(INK, 190, 420, 14, 560)
    s.rect(OCHRE, 132, 372, 130, 130, 10)
    s.arc(INK, (170, 390, 224, 444), 0, 360, 13)
    s.line(INK, curve([(217, 420), (214, 452), (188, 480)], 6), 13)
    p.figure(s, 330, 985, 340, BRICK, "#8a5a44")
    s.pie(OCHRE, 330, 640, 150, 180, 360)
    s.line(INK, [(330, 500), (330, 800)], 6)
    for k in (-75, 0, 75):
        s.disc("#1a2a40", 330 + k, 642, 38, 14)
    p.rain(s, "#8fa9bd", 330, 2, 0.22, 44)
    return s


def _bus(s: Sheet) -> None:
    beam = s.mask(lambda m: m.poly(WHITE, [(620, 862), (-40, 850), (-40, 1060), (620, 900)]))
    s.veil(AMBER, beam, 0.2, 10)
    s.rect(CORAL, 590, 430, 1010, 500, 40)
    s.rect(PAPER, 590, 690, 1010, 44)
    s.rect(BRICK, 590, 850, 1010, 80, 20)
    s.rect(AMBER, 640, 490, 930, 160, 14)
    for x in range(780, 1560, 158):
        s.rect(INK, x, 490, 14, 160)
    for x in (860, 1190, 1340):
        s.disc(INK, x, 596, 27, 32)
        s.poly(INK, [(x - 46, 650), (x - 30, 622), (x + 30, 622), (x + 46, 650)])
    s.rect(FOAM, 620, 500, 140, 260, 14)
    s.rect(INK, 840, 440, 210, 40, 8)
    for i, x in enumerate(range(868, 1030, 26)):
        s.rect(AMBER, x, 452, 13 if i % 3 else 18, 16)
    for x in (790, 1400):
        s.disc(INK, x, 930, 78)
        s.disc(SLATE, x, 930, 40)
    s.disc(PAPER, 620, 872, 27)


def window_bakery() -> Sheet:
    s = tall()
    s.rect("#1d2c4d", -9, -9, 1220, 1620)
    for y in range(0, 1600, 80):
        for x in range(-(y // 80 % 2) * 90, 1200, 180):
            s.rect("#233458", x + 4, y + 4, 172, 72)
    s.rect(BRICK, 110, 250, 980, 150)
    for i in range(10):
        s.poly(
            CORAL if i % 2 else PAPER,
            [(110 + i * 98, 400), (208 + i * 98, 400), (208 + i * 98, 520), (110 + i * 98, 520)],
        )
        s.pie(CORAL if i % 2 else PAPER, 159 + i * 98, 518, 49, 0, 180)
    s.rect(INK, 130, 560, 940, 720)
    s.rect(AMBER, 160, 590, 880, 660)
    s.shade(
        OCHRE, (600, 700), (600, 1300), s.mask(lambda m: m.rect(WHITE, 160, 590, 880, 660)), 0.8
    )
    _baker(s)
    _loaves(s)
    s.rect(INK, 590, 560, 20, 720)
    s.rect(SAND, 100, 1270, 1000, 44)
    s.rect("#131f38", -9, 1460, 1220, 150)
    light = s.mask(lambda m: m.poly(WHITE, [(130, 1314), (1070, 1314), (1190, 1600), (10, 1600)]))
    s.veil(AMBER, light, 0.22)
    return s


def _baker(s: Sheet) -> None:
    s.poly(PAPER, curve([(640, 1130), (650, 920), (720, 850), (860, 850), (930, 920), (950, 1130)]))
    s.rect(FOAM, 716, 930, 150, 210, 10)
    s.disc("#a8714f", 790, 770, 72, 84)
    s.rect(PAPER, 716, 640, 148, 80, 12)
    s.disc(PAPER, 790, 636, 92, 56)
    s.poly("#3b2a22", curve([(748, 812), (790, 792), (832, 812), (790, 806), (748, 812)]))
    s.line(BRICK, curve([(772, 828), (790, 834), (808, 828)], 6), 5)
    s.disc(INK, 768, 766, 6)
    s.disc(INK, 812, 766, 6)
    s.line("#a8714f", [(690, 930), (560, 1010), (470, 1010)], 40)
    s.rect("#b5762f", 200, 1000, 300, 18, 8)


def _loaves(s: Sheet) -> None:
    s.rect("#7b4a35", 160, 1130, 880, 24)
    s.rect("#7b4a35", 160, 760, 380, 18)
    for x, y, w in (
        (250, 1128, 84),
        (420, 1128, 84),
        (600, 1128, 92),
        (780, 1128, 84),
        (940, 1128, 80),
        (230, 758, 56),
        (350, 758, 56),
        (470, 758, 56),
        (280, 998, 60),
        (400, 998, 60),
    ):
        s.pie("#b5622f", x, y, w, 180, 360)
        for k in (-0.4, 0, 0.4):
            s.line(SAND, [(x + k * w - 8, y - w * 0.45), (x + k * w + 10, y - w * 0.72)], 6)


def window_attic() -> Sheet:
    s = tall()
    s.sky([NIGHT, "#22305a", "#4a3f6b"], 0, 1140)
    p.stars(s, 120, 800, 4)
    s.disc(PAPER, 260, 300, 86)
    s.poly("#3a2740", [(-20, 1620), (-20, 1080), (600, 260), (1220, 1080), (1220, 1620)])
    for row in range(12):
        y = 420 + row * 105
        half = (y - 320) * 0.73 - 60
        for k in range(int(-half // 92), int(half // 92) + 1):
            s.pie("#472f4b", 600 + k * 92 + (row % 2) * 46, y, 44, 0, 180)
    s.line("#22182c", [(-20, 1086), (600, 266), (1220, 1086)], 26)
    s.poly(BONE, [(290, 820), (600, 520), (910, 820), (910, 1330), (290, 1330)])
    s.line(BRICK, [(250, 850), (600, 510), (950, 850)], 34)
    s.rect(INK, 372, 810, 456, 470)
    s.rect(AMBER, 396, 834, 408, 422)
    s.shade(
        CORAL, (600, 900), (600, 1400), s.mask(lambda m: m.rect(WHITE, 396, 834, 408, 422)), 0.55
    )
    _accordion(s)

    s.rect(SAND, 340, 1276, 520, 34)
    s.rect("#22182c", 900, 500, 110, 330)
    s.rect(BRICK, 884, 480, 142, 36)
    for i in range(3):
        s.disc("#6d5577", 960 + i * 46, 420 - i * 90, 30 + i * 16, 22 + i * 12)
    return s


def _accordion(s: Sheet) -> None:
    s.poly(
        PLUM, curve([(430, 1256), (450, 1080), (520, 1010), (680, 1010), (750, 1080), (770, 1256)])
    )
    s.disc("#e0b08f", 600, 940, 58, 68)
    s.pie(BONE, 600, 920, 64, 180, 360)
    s.poly(BONE, curve([(548, 966), (600, 1024), (652, 966), (600, 990), (548, 966)]))
    s.line(INK, [(566, 934), (590, 934)], 4)
    s.line(INK, [(610, 934), (634, 934)], 4)
    s.rect(BRICK, 470, 1070, 46, 170, 8)
    s.rect(BRICK, 690, 1060, 46, 180, 8)
    for i in range(9):
        s.rect(PAPER if i % 2 else CORAL, 516 + i * 19.4, 1082, 19.4, 146)
    for y in range(1084, 1230, 18):
        s.rect(PAPER, 716, y, 18, 9)


def window_signal_house() -> Sheet:
    s = tall()
    s.sky(["#16305a", "#2f5a7c", "#c98a7a", ROSE], 0, 1150)
    p.stars(s, 60, 420, 9)
    p.hills(s, "#28466b", 1160, 90, 3)
    s.sky(["#3b6a86", DEEP], 1140, 1610)
    p.glitter(s, ROSE, 330, 1160, 1590, 240, 4)
    s.rect(INK, 470, 1000, 30, 620)
    s.rect(INK, 930, 1000, 30, 620)
    s.line(INK, [(485, 1080), (945, 1560)], 14)
    s.line(INK, [(945, 1080), (485, 1560)], 14)
    s.rect(INK, 380, 985, 680, 34)
    s.rect(BRICK, 450, 560, 530, 430)
    for y in range(590, 990, 40):
        s.rect("#8b3526", 450, y, 530, 5)
    s.poly(INK, [(400, 570), (500, 400), (930, 400), (1030, 570)])
    s.rect(AMBER, 510, 650, 410, 180)
    for x in (510, 640, 780, 910):
        s.rect(PAPER, x, 650, 12, 180)
    s.rect(PAPER, 500, 640, 432, 14)
    s.rect(PAPER, 500, 828, 432, 14)
    s.disc(INK, 850, 742, 34, 40)
    s.poly(INK, [(796, 830), (812, 780), (888, 780), (904, 830)])
    s.rect(INK, 700, 130, 18, 280)
    s.line(INK, [(560, 220), (860, 220)], 12)
    for x in (580, 709, 838):
        s.halo(CORAL, (x, 268), 120, 0.8)
        s.rect(INK, x - 26, 222, 52, 18)
        s.rect(AMBER, x - 22, 240, 44, 58, 10)
    p.dashes(s, FOAM, (0, 1170, 1200, 1580), 50, 6, 100)
    p.gull(s, 220, 620, 50, PAPER, 0.1)
    return s


def bridge_cabin() -> Sheet:
    s = tall()
    s.sky(["#0f1d38", NIGHT, "#1d3c60"], 0, 1100)
    p.stars(s, 110, 800, 19)
    s.rect("#16304e", -9, 1090, 1220, 520)
    p.dashes(s, SEA, (0, 1110, 1200, 1590), 70, 2, 110)
    p.glitter(s, AMBER, 600, 1280, 1590, 420, 7)
    p.truss(s, -500, 1700, 1130, 330, "#0a1426", 16, 18)
    s.poly("#0a1426", [(420, 1140), (780, 1140), (850, 1420), (350, 1420)])
    s.halo(AMBER, (600, 640), 560, 0.5)
    s.rect(BONE, 330, 480, 540, 420)
    s.rect(AMBER, 370, 530, 460, 250)
    s.poly(BRICK, [(270, 490), (600, 250), (930, 490)])
    s.line("#0a1426", [(600, 260), (600, 120)], 12)
    p.flag(s, CORAL, 604, 126, 110)
    _keeper(s)
    for x in (370, 516, 672, 818):
        s.rect("#0a1426", x, 530, 12, 250)
    s.rect("#0a1426", 320, 780, 560, 24)
    s.rect("#0a1426", 300, 896, 600, 26)
    for y in range(960, 1130, 56):
        s.rect("#0a1426", 430, y, 340, 10)
    for x in (430, 760):
        s.rect("#0a1426", x, 900, 14, 240)
    return s


def _keeper(s: Sheet) -> None:
    s.poly(DEEP, curve([(540, 780), (560, 690), (600, 666), (650, 690), (668, 780)]))
    s.disc("#b0765a", 606, 634, 40, 46)
    s.pie(INK, 606, 612, 44, 180, 360)
    s.rect(INK, 556, 606, 96, 10, 5)
    s.disc(INK, 592, 634, 4)
    s.disc(INK, 618, 634, 4)
    s.poly(PAPER, curve([(574, 648), (606, 692), (638, 648), (606, 660), (574, 648)]))
    s.rect(BRICK, 720, 724, 70, 56, 16)
    s.line(BRICK, [(786, 742), (806, 732)], 9)
    for i in range(2):
        s.line(
            PAPER,
            curve(
                [
                    (744 + i * 22, 710),
                    (736 + i * 22, 690),
                    (750 + i * 22, 672),
                    (742 + i * 22, 650),
                ],
                6,
            ),
            4,
        )
    s.rect(PAPER, 440, 748, 40, 32, 5)


SCENES: dict[str, Callable[[], Sheet]] = {
    "bridge-dusk": bridge_dusk,
    "ferry-moonlight": ferry_moonlight,
    "harbour-morning": harbour_morning,
    "mussel-ropes": mussel_ropes,
    "tide-gauge": tide_gauge,
    "lighthouse-amber": lighthouse_amber,
    "clock-tower": clock_tower,
    "bench-sea-wall": bench_sea_wall,
    "gull-bollard": gull_bollard,
    "waxed-coat": waxed_coat,
    "fog-match": fog_match,
    "gig-race": gig_race,
    "tide-moon": tide_moon,
    "eelgrass": eelgrass,
    "glow-bay": glow_bay,
    "bell-foundry": bell_foundry,
    "ropewalk-stage": ropewalk_stage,
    "repair-bench": repair_bench,
    "library-umbrellas": library_umbrellas,
    "allotments": allotments,
    "terrace-night": terrace_night,
    "bus-rain": bus_rain,
    "window-bakery": window_bakery,
    "window-attic": window_attic,
    "window-signal-house": window_signal_house,
    "bridge-cabin": bridge_cabin,
    **PORTRAITS,
}


def main(names: list[str]) -> None:
    target = HERE / "pictures"
    target.mkdir(exist_ok=True)
    for name in names or SCENES:
        path = target / f"{name}.jpg"
        SCENES[name]().save(path)
        print(f"{path.name}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
