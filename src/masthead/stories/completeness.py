"""What a story needs before readers may see it. A draft needs none of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from masthead.media.models import Clip
    from masthead.stories.models import Person, Story

FIELDS = (
    "title",
    "section",
    "kind",
    "staff_reason",
    "lead_picture",
    "lead_clip",
    "published_at",
    "go_live_at",
)
SPONSORED = "sponsored"


@dataclass(frozen=True)
class Name:
    """A name over a story, before it is stored."""

    person: "Person | None"
    organisation: str


def missing(values: Mapping[str, Any], names: Sequence[Name]) -> Iterator[tuple[str, str]]:
    """Yield each field that keeps a story from being published, with what to do about it.

    The body says itself what it lacks. ``values`` holds the fields named in ``FIELDS``.
    """
    if not names and not values.get("staff_reason"):
        message = _("Add a name to the byline, or say here why none stands over the story.")
        yield "staff_reason", message
    if values.get("kind") == SPONSORED and not any(name.organisation for name in names):
        yield "kind", _("Say who pays: name them in the byline, as agency or partner.")
    yield from _missing_of_lead(values)
    published_at = values.get("published_at")
    if published_at and published_at > timezone.now() and not values.get("go_live_at"):
        message = _("This lies in the future. To publish later, set a schedule or an embargo.")
        yield "published_at", message


def _missing_of_lead(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    picture, clip = values.get("lead_picture"), values.get("lead_clip")
    if picture and not picture.description:
        yield "lead_picture", _("Edit the picture and describe it for those who cannot see it.")
    if picture and not picture.credit:
        yield "lead_picture", _("Edit the picture and name who made it.")
    if clip and not clip.credit:
        yield "lead_clip", _("Edit the clip and name who made it.")
    if clip and not clip.is_shown:
        yield "lead_clip", reason_to_wait(clip)


def reason_to_wait(clip: "Clip") -> str:
    """Return why readers cannot see a clip, and what to do about it."""
    if clip.is_withdrawn:
        return _("This clip was taken down. Choose another one.")
    preparation = getattr(clip, "preparation", None)
    if preparation and preparation.error:
        return _("This clip cannot be shown: %(reason)s") % {"reason": preparation.error}
    return _("This clip is still being prepared. Publish once it can be played.")


def check_complete(story: "Story") -> None:
    """Raise ValidationError, field by field, unless readers may see a story as it is."""
    errors: dict[str, list[str]] = {}
    if not story.section_id:
        errors["section"] = [_("Choose a section.")]
    names = [Name(byline.person, byline.organisation) for byline in story.bylines.all()]
    for field, message in missing({each: getattr(story, each) for each in FIELDS}, names):
        errors.setdefault(field, []).append(message)
    try:
        story.body.stream_block.clean(story.body)
    except ValidationError:
        errors["body"] = [_("A block of the text lacks something: the editor shows where.")]
    if errors:
        raise ValidationError(errors)
