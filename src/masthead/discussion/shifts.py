"""When somebody of the newsroom looks at comments: shifts, as the desk writes them down."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

DAYS = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
]


class ShiftBlock(blocks.StructBlock):
    """Some days, from one time to another; what ends before it begins ends on the next day."""

    days = blocks.MultipleChoiceBlock(
        choices=DAYS, label=_("Days"), widget=forms.CheckboxSelectMultiple
    )
    begins = blocks.TimeBlock(label=_("From"))
    ends = blocks.TimeBlock(
        label=_("Until"), help_text=_("A time before the first one is on the next day.")
    )

    class Meta:
        icon = "time"
        label = _("Shift")

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found["begins"] == found["ends"]:
            error = ValidationError(_("A shift ends at another time than it begins."))
            raise blocks.StructBlockValidationError(block_errors={"ends": error})
        return found


class Shifts(blocks.StreamBlock):
    """All shifts of a newsroom."""

    shift = ShiftBlock()

    required = False


def is_within(shifts: Iterable[Mapping[str, Any]], now: datetime) -> bool:
    """Return whether a moment, in the newsroom's zone, lies in one of the shifts."""
    return any(_covers(shift, now) for shift in shifts)


def _covers(shift: Mapping[str, Any], now: datetime) -> bool:
    begins, ends, moment = shift["begins"], shift["ends"], now.time()
    if begins < ends:
        return begins <= moment < ends and _is_on(shift, now)
    # Over midnight: the evening of its day, or the morning after.
    if moment >= begins:
        return _is_on(shift, now)
    return moment < ends and _is_on(shift, now - timedelta(days=1))


def _is_on(shift: Mapping[str, Any], day: datetime) -> bool:
    return str(day.weekday()) in shift["days"]


def moment_of(now: datetime, at: time) -> datetime:
    """Return the moment of a day, in the day's own zone, at which a clock shows a time."""
    return datetime.combine(now.date(), at, now.tzinfo)
