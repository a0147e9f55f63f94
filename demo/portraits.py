"""The six people of the desk, cut from paper."""

from __future__ import annotations

from collections.abc import Callable

from press import (
    BONE,
    BRICK,
    CORAL,
    DEEP,
    FOAM,
    INK,
    MINT,
    MOSS,
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

WHITE = "#ffffff"


def ground(colour: str, disc: str) -> Sheet:
    s = Sheet(900, 900, colour)
    s.rect(colour, -9, -9, 920, 920)
    s.disc(disc, 450, 440, 330)
    return s


def shoulders(s: Sheet, coat: str, dark: str) -> None:
    shape = [
        (110, 920),
        *curve(
            [
                (110, 920),
                (150, 770),
                (270, 700),
                (380, 660),
                (450, 672),
                (520, 660),
                (630, 700),
                (750, 770),
                (790, 920),
            ]
        ),
    ]
    s.poly(coat, shape)
    s.shade(dark, (430, 700), (800, 900), s.mask(lambda m: m.poly(WHITE, shape)), 0.85)


def head(s: Sheet, skin: str, shade: str, jaw: float = 1.0) -> None:
    s.poly(shade, [(385, 560), (515, 560), (524, 690), (450, 740), (376, 690)])
    for x in (302, 598):
        s.disc(skin, x, 432, 30, 42)
    face = curve(
        [
            (450, 236),
            (546, 262),
            (592, 350),
            (590, 450),
            (556 * jaw + 450 * (1 - jaw), 552),
            (500, 612),
            (450, 626),
            (400, 612),
            (344 * jaw + 450 * (1 - jaw), 552),
            (310, 450),
            (308, 350),
            (354, 262),
            (450, 236),
        ]
    )
    s.poly(skin, face)
    s.shade(shade, (440, 400), (640, 520), s.mask(lambda m: m.poly(WHITE, face)), 0.7)


def features(s: Sheet, brow: str, lip: str, shade: str, smile: float = 14, wide: float = 5) -> None:
    for x, side in ((388, -1), (512, 1)):
        s.disc(INK, x, 424, 11, 13)
        s.line(
            brow,
            curve([(x - 34, 386 - side * wide * 0.6), (x, 372), (x + 34, 386 + side * wide * 0.6)]),
            10,
        )
    s.line(shade, curve([(456, 420), (472, 482), (448, 494)]), 7)
    s.line(
        lip,
        curve(
            [
                (402, 544 - smile * 0.4),
                (424, 544 + smile * 0.6),
                (450, 544 + smile),
                (476, 544 + smile * 0.6),
                (498, 544 - smile * 0.4),
            ]
        ),
        10,
    )


def glasses(s: Sheet, colour: str, square: bool = False) -> None:
    for x in (386, 514):
        if square:
            s.draw.rounded_rectangle(
                [(x - 52) * 2, 384 * 2, (x + 52) * 2, 466 * 2], 36, outline=colour, width=18
            )
        else:
            s.arc(colour, (x - 52, 374, x + 52, 478), 0, 360, 9)
    s.line(colour, curve([(438, 420), (450, 414), (462, 420)], 5), 8)
    s.line(colour, [(334, 418), (304, 408)], 8)
    s.line(colour, [(566, 418), (596, 408)], 8)


def nell_arkwright() -> Sheet:
    """Short grey curls, fisherman's jersey."""
    s = ground(SEA, FOAM)
    hair, skin, shade = "#c9cdd0", "#eec4a5", "#d69a7c"
    for x, y, r in ((320, 300, 74), (300, 390, 56), (600, 390, 56), (580, 300, 74)):
        s.disc(hair, x, y, r)
    shoulders(s, DEEP, INK)
    head(s, skin, shade)
    for x, y, r in (
        (330, 268, 62),
        (400, 220, 70),
        (480, 210, 72),
        (560, 260, 64),
        (300, 330, 42),
        (602, 326, 42),
    ):
        s.disc(hair, x, y, r)
    for x, y in ((380, 220), (470, 200), (548, 256), (330, 284)):
        s.arc(SLATE, (x - 30, y - 26, x + 30, y + 30), 190, 330, 5)
    features(s, SLATE, BRICK, shade, 16)
    for x in (352, 548):
        s.disc(ROSE, x, 494, 26, 18)
    s.poly(
        DEEP,
        curve([(352, 700), (360, 650), (450, 690), (540, 650), (548, 700), (450, 760), (352, 700)]),
    )
    for i in range(7):
        s.line(PAPER, [(250 + i * 66, 812), (270 + i * 66, 832)], 7)
        s.line(PAPER, [(270 + i * 66, 832), (290 + i * 66, 812)], 7)
    return s


def tomas_ibarrola() -> Sheet:
    """Dark wavy hair, moustache, open collar."""
    s = ground(CORAL, SAND)
    hair, skin, shade = "#2b1f26", "#d6a27c", "#b37a58"
    shoulders(s, MOSS, INK)
    s.poly(PAPER, [(372, 690), (450, 770), (528, 690), (556, 740), (450, 900), (344, 740)])
    head(s, skin, shade)
    s.poly(skin, [(404, 660), (496, 660), (450, 790)])
    s.poly(
        hair,
        curve(
            [
                (300, 410),
                (286, 300),
                (340, 210),
                (440, 170),
                (560, 186),
                (622, 270),
                (606, 410),
                (586, 330),
                (520, 286),
                (440, 306),
                (360, 292),
                (322, 340),
                (300, 410),
            ]
        ),
    )
    s.line("#4a3540", curve([(350, 250), (420, 206), (520, 214)]), 7)
    features(s, hair, BRICK, shade, 12)
    s.poly(
        hair,
        curve(
            [
                (372, 530),
                (410, 500),
                (450, 512),
                (490, 500),
                (528, 530),
                (488, 532),
                (450, 526),
                (412, 532),
                (372, 530),
            ]
        ),
    )
    s.poly(PAPER, [(360, 676), (320, 742), (430, 790)])
    s.poly(PAPER, [(540, 676), (580, 742), (470, 790)])
    return s


def samira_nadim() -> Sheet:
    """Headscarf, round glasses."""
    s = ground(OCHRE, PAPER)
    scarf, fold, skin, shade = SEA, DEEP, "#c68e66", "#a06a48"
    s.poly(
        scarf,
        curve(
            [
                (450, 140),
                (610, 190),
                (668, 350),
                (650, 560),
                (700, 720),
                (450, 800),
                (200, 720),
                (250, 560),
                (232, 350),
                (290, 190),
                (450, 140),
            ]
        ),
    )
    shoulders(s, PLUM, INK)
    head(s, skin, shade, 0.96)
    ring = curve(
        [
            (450, 196),
            (576, 236),
            (634, 370),
            (606, 540),
            (520, 650),
            (450, 676),
            (380, 650),
            (294, 540),
            (266, 370),
            (324, 236),
            (450, 196),
        ]
    )
    inner = curve(
        [
            (450, 262),
            (540, 288),
            (582, 380),
            (568, 500),
            (512, 594),
            (450, 622),
            (388, 594),
            (332, 500),
            (318, 380),
            (360, 288),
            (450, 262),
        ]
    )
    s.poly(scarf, ring + inner[::-1])
    s.poly(
        scarf,
        curve(
            [
                (330, 596),
                (390, 622),
                (450, 630),
                (510, 622),
                (570, 596),
                (640, 700),
                (600, 800),
                (450, 830),
                (300, 790),
                (270, 690),
                (330, 596),
            ]
        ),
    )
    for points in (
        [(300, 660), (420, 740), (590, 742)],
        [(340, 720), (450, 784), (560, 790)],
        [(290, 250), (262, 380), (286, 520)],
    ):
        s.line(fold, curve(points), 7)
    features(s, "#3b2a22", BRICK, shade, 15)
    glasses(s, INK)
    return s


def osric_penhale() -> Sheet:
    """Flat cap, white beard."""
    s = ground(MOSS, MINT)
    skin, shade = "#eab798", "#cd8a6c"
    shoulders(s, "#8a5a3c", "#4a2f28")
    head(s, skin, shade)
    s.poly(
        PAPER,
        curve(
            [
                (304, 430),
                (330, 500),
                (400, 506),
                (450, 520),
                (500, 506),
                (570, 500),
                (596, 430),
                (604, 560),
                (540, 680),
                (450, 730),
                (360, 680),
                (296, 560),
                (304, 430),
            ]
        ),
    )
    s.shade(
        SLATE,
        (440, 560),
        (640, 720),
        s.mask(
            lambda m: m.poly(
                WHITE,
                curve(
                    [
                        (304, 430),
                        (330, 500),
                        (400, 506),
                        (450, 520),
                        (500, 506),
                        (570, 500),
                        (596, 430),
                        (604, 560),
                        (540, 680),
                        (450, 730),
                        (360, 680),
                        (296, 560),
                        (304, 430),
                    ]
                ),
            )
        ),
        0.6,
    )
    features(s, BONE, BRICK, shade, 6)
    s.poly(
        BONE,
        curve(
            [
                (362, 528),
                (410, 500),
                (450, 514),
                (490, 500),
                (538, 528),
                (490, 536),
                (450, 526),
                (410, 536),
                (362, 528),
            ]
        ),
    )
    s.poly(
        PLUM,
        curve(
            [
                (280, 330),
                (290, 240),
                (380, 178),
                (520, 172),
                (620, 230),
                (632, 320),
                (560, 300),
                (450, 296),
                (340, 306),
                (280, 330),
            ]
        ),
    )
    s.poly(
        INK,
        curve(
            [
                (276, 336),
                (350, 300),
                (450, 294),
                (552, 300),
                (626, 330),
                (540, 352),
                (450, 356),
                (350, 352),
                (276, 336),
            ]
        ),
    )
    for x in (340, 420, 500, 570):
        s.line("#74506f", curve([(x, 290), (x + 6, 240), (x + 2, 200)], 6), 4)
    s.poly(BRICK, [(352, 716), (450, 748), (548, 716), (566, 790), (450, 830), (334, 790)])
    return s


def mina_dace() -> Sheet:
    """Black bob with a fringe, large square glasses, red coat."""
    s = ground(PLUM, ROSE)
    hair, skin, shade = "#1d1a2b", "#f0cdb0", "#d6a084"
    s.poly(
        hair,
        curve(
            [
                (450, 168),
                (580, 196),
                (646, 320),
                (650, 520),
                (628, 630),
                (560, 640),
                (340, 640),
                (272, 630),
                (250, 520),
                (254, 320),
                (320, 196),
                (450, 168),
            ]
        ),
    )
    shoulders(s, CORAL, BRICK)
    head(s, skin, shade, 0.95)
    s.poly(
        hair,
        curve(
            [
                (296, 400),
                (300, 270),
                (380, 210),
                (450, 200),
                (520, 210),
                (600, 270),
                (606, 392),
                (560, 362),
                (450, 352),
                (340, 362),
                (294, 392),
            ]
        ),
    )
    s.poly(hair, [(262, 380), (318, 360), (330, 560), (352, 640), (268, 634)])
    s.poly(hair, [(638, 380), (582, 360), (570, 560), (548, 640), (632, 634)])
    features(s, hair, BRICK, shade, 10)
    glasses(s, BRICK, square=True)
    s.poly(BRICK, [(372, 684), (450, 800), (420, 900), (330, 720)])
    s.poly(BRICK, [(528, 684), (450, 800), (480, 900), (570, 720)])
    s.line("#454063", curve([(350, 262), (420, 232), (500, 234)]), 7)
    return s


def jude_abara() -> Sheet:
    """Cropped hair, headphones round the neck."""
    s = ground(DEEP, OCHRE)
    hair, skin, shade = "#1a1418", "#7a4a35", "#573022"
    shoulders(s, FOAM, SEA)
    head(s, skin, shade)
    s.poly(
        hair,
        curve(
            [
                (306, 380),
                (300, 280),
                (350, 206),
                (450, 178),
                (550, 206),
                (600, 280),
                (594, 380),
                (572, 310),
                (530, 278),
                (450, 270),
                (370, 278),
                (328, 310),
                (306, 380),
            ]
        ),
    )
    features(s, hair, "#4a1f1f", shade, 17)
    s.line("#3a2018", curve([(430, 598), (450, 606), (470, 598)], 6), 12)
    s.line(INK, curve([(300, 700), (330, 790), (450, 826), (570, 790), (600, 700)]), 24)
    for x in (296, 604):
        s.rect(INK, x - 36, 644, 72, 100, 28)
        s.rect(CORAL, x - 20, 664, 40, 60, 18)

    return s


PORTRAITS: dict[str, Callable[[], Sheet]] = {
    "nell-arkwright": nell_arkwright,
    "tomas-ibarrola": tomas_ibarrola,
    "samira-nadim": samira_nadim,
    "osric-penhale": osric_penhale,
    "mina-dace": mina_dace,
    "jude-abara": jude_abara,
}
