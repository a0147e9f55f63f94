"""The picture that stands for a story where it is shared: drawn by the worker, once published."""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image as Pixels
from PIL import ImageDraw, ImageOps

from masthead.lib.colour import readable
from masthead.lib.lettering import (
    Typeface,
    fit,
    is_right_to_left,
    joins_letters,
    line_height,
    needs_joining,
)
from masthead.media.models import Image
from masthead.media.queries import sources
from masthead.media.sizes import FIRST_SET, RENDITION_SET
from masthead.stories.head import SHARE_SIZE, picture_of
from masthead.stories.models import Newsroom, SharePicture, Story
from masthead.stories.queries import front_of
from masthead.stories.theme import PAPER

HERE = Path(__file__).parent
FACES = (
    Typeface(HERE / "static/masthead/newsreader.woff2", 600),
    Typeface(HERE / "fonts/noto-naskh-arabic.woff2"),
)
#: In pixels, of a picture as large as ``head.SHARE_SIZE``.
PHOTO = 440
MARGIN = 56
INK = "#1b1814"
HEADLINES = range(84, 39, -4)
MOST_ATTEMPTS = 3
QUALITY = 88

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """All that a share picture is drawn from."""

    headline: str
    name: str
    section: str
    mark: str
    colour: str
    photo: str
    centre: tuple[float, float]
    style: int = 1

    @property
    def key(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


def ask_for_share_picture(story: Story) -> None:
    """Let the worker draw a story's share picture again, if it would be another than before."""
    SharePicture.objects.update_or_create(story=story, defaults={"is_due": True, "attempts": 0})


def draw_all_share_pictures_anew() -> None:
    """Let the worker draw every share picture again: their files are not there."""
    SharePicture.objects.update(file="", drawn_from="", is_due=True, attempts=0)


def share_pictures_are_due() -> bool:
    """Return whether the worker has a share picture to draw: one look into an index."""
    return _due().exists()


def draw_due_share_picture() -> bool:
    """Draw one share picture; return whether there was one to draw."""
    row = _due().order_by("attempts", "-pk").select_related("story").first()
    if row is None:
        return False
    # Counted beforehand: a decoder that runs out of memory comes to no except clause.
    SharePicture.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    if row.attempts >= MOST_ATTEMPTS:
        logger.warning("No share picture of story %d: drawing it failed", row.story_id)
        SharePicture.objects.filter(pk=row.pk).update(is_due=False)
        return True
    _draw(row)
    return True


def _due() -> QuerySet[SharePicture]:
    """Return what is to be drawn, once the photograph in it can be had."""
    made = (FIRST_SET, RENDITION_SET)
    poster = Q(story__lead_clip__poster__rendition_set__in=made)
    photo = Q(story__lead_picture__rendition_set__in=made) | Q(story__lead_picture=None)
    return SharePicture.objects.filter(poster | Q(photo, story__lead_clip=None), is_due=True)


def _draw(row: SharePicture) -> None:
    plan = _plan(row.story)
    key = plan.key if plan else ""
    if row.drawn_from != key:
        old = row.file.name
        row.file = ""
        if plan:
            row.file.save("share.jpg", ContentFile(drawn(plan, _photo(row.story))), save=False)
        if old:
            transaction.on_commit(lambda: row.file.storage.delete(old))
    row.drawn_from, row.is_due = key, False
    row.save(update_fields=["file", "drawn_from", "is_due"])


def _plan(story: Story) -> Plan | None:
    """Return what to draw for a story; None where our fonts lack its letters."""
    front, image = front_of(story), picture_of(story)
    newsroom = Newsroom.for_site(front.get_site())
    with translation.override(story.locale.language_code):
        mark = _("VIDEO") if story.shown_clip else ""
    found = sources(image) if image else None
    plan = Plan(
        headline=story.social_title or story.title,
        name=front.title,
        section=story.section.title if story.section else "",
        mark=mark,
        colour=readable((story.section and story.section.hue) or newsroom.accent, PAPER),
        photo=found.src if found else "",
        centre=_centre(image) if image else (0.5, 0.5),
    )
    return plan if _can_draw(plan) else None


def _centre(image: Image) -> tuple[float, float]:
    if image.focal_point_x is None or not image.width or not image.height:
        return 0.5, 0.5
    return image.focal_point_x / image.width, image.focal_point_y / image.height


def _can_draw(plan: Plan) -> bool:
    words = [plan.headline, plan.name, plan.section, plan.mark]
    can_join = joins_letters() or not any(map(needs_joining, words))
    return can_join and all(map(_face, words))


def _face(text: str) -> Typeface | None:
    return next((face for face in FACES if face.has(text)), None)


def _photo(story: Story) -> Pixels.Image | None:
    image = picture_of(story)
    found = sources(image) if image else None
    if found is None:
        return None
    with found.file.open() as file, Pixels.open(file) as opened:
        return opened.convert("RGB")


def drawn(plan: Plan, photo: Pixels.Image | None) -> bytes:
    """Return a share picture as a JPEG."""
    canvas = Pixels.new("RGB", SHARE_SIZE, PAPER)
    is_mirrored = is_right_to_left(plan.headline)
    width = SHARE_SIZE[0] - 2 * MARGIN
    if photo:
        width -= PHOTO
        shown = ImageOps.fit(photo, (PHOTO, SHARE_SIZE[1]), centering=plan.centre)
        canvas.paste(shown, (0 if is_mirrored else SHARE_SIZE[0] - PHOTO, 0))
    edge = SHARE_SIZE[0] - MARGIN if is_mirrored else MARGIN
    _Text(ImageDraw.Draw(canvas), edge, width, is_mirrored=is_mirrored).write(plan)
    out = BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return out.getvalue()


@dataclass(frozen=True)
class _Text:
    """Writes between an edge, in pixels from the left, and a width away from it."""

    on: ImageDraw.ImageDraw
    edge: int
    width: int
    is_mirrored: bool

    def write(self, plan: Plan) -> None:
        far = self.edge - self.width if self.is_mirrored else self.edge + self.width
        near, end = sorted((self.edge, far))
        self.on.rectangle((near, MARGIN, end, MARGIN + 7), fill=plan.colour)
        start = self._labels(plan, MARGIN + 40)
        bottom = SHARE_SIZE[1] - MARGIN - 60
        self._headline(plan.headline, start, bottom)
        self.on.line((near, bottom + 14, end, bottom + 14), fill="#c9c3b8", width=2)
        self._line(plan.name, bottom + 26, 34, INK, self.edge, self.width)

    def _labels(self, plan: Plan, top: int) -> int:
        edge, width = self.edge, self.width
        if plan.mark:
            taken = self._mark(plan.mark, top) + 16
            edge, width = (edge - taken if self.is_mirrored else edge + taken), width - taken
        if plan.section:
            self._line(plan.section, top, 32, plan.colour, edge, width)
        return top + 62 if plan.mark or plan.section else top

    def _mark(self, text: str, top: int) -> int:
        """Write in a box of ink; return how wide it is."""
        font = self._typeface(text).sized(26)
        wide = round(font.getlength(text)) + 24
        left = self.edge - wide if self.is_mirrored else self.edge
        self.on.rectangle((left, top, left + wide, top + 42), fill=INK)
        self.on.text((left + wide / 2, top + 21), text, PAPER, font, anchor="mm")
        return wide

    def _line(self, text: str, top: int, size: int, colour: str, edge: int, width: int) -> None:
        fitted = fit(
            text, self._typeface(text), sizes=range(size, size + 1), width=width, height=size
        )
        self.on.text((edge, top + 21), fitted.lines[0], colour, fitted.font, anchor=self._anchor)

    def _headline(self, text: str, top: int, bottom: int) -> None:
        face, height = self._typeface(text), bottom - top
        fitted = fit(text, face, sizes=HEADLINES, width=self.width, height=height)
        step = line_height(fitted.font)
        for number, line in enumerate(fitted.lines):
            place = (self.edge, top + round((number + 0.5) * step))
            self.on.text(place, line, INK, fitted.font, anchor=self._anchor)

    @property
    def _anchor(self) -> str:
        return "rm" if self.is_mirrored else "lm"

    @staticmethod
    def _typeface(text: str) -> Typeface:
        return _face(text) or FACES[0]
