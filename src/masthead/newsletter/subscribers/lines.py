"""A file of subscribers, read line by line; what is none is refused, with line and column."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.newsletter.subscribers.sources import BY_WEIGHT, Source, Standing, missing, recognised

#: Bytes of a line, and lines of a file, at most.
MOST_BYTES = 64 * 1024
MOST_LINES = 1_000_000
MOST_COLUMNS = 300
BOM = b"\xef\xbb\xbf"
#: Excel takes what begins with these for a formula; exports put an apostrophe before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_valid_email = EmailValidator()


class BadFile(ValueError):  # noqa: N818 - the file is bad
    """A file cannot be read as subscribers; the message names the line and the column."""

    def __init__(self, line: int, text: str, column: str = "") -> None:
        place = _("Line %(line)d") % {"line": line}
        if column:
            place = _("Line %(line)d, column “%(column)s”") % {"line": line, "column": column}
        super().__init__(f"{place}: {text}")


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says; ``fault`` is why it cannot be taken."""

    number: int
    email: str
    standing: Standing
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    fault: str = ""

    @property
    def has_consent(self) -> bool:
        return self.standing is Standing.ACTIVE and self.confirmed_at is not None


class SubscriberFile:
    """A file whose first line was understood. It can be read through again and again.

    Raises BadFile when it is no CSV file of subscribers.
    """

    def __init__(self, file: BinaryIO, source: Source | None = None) -> None:
        self._file = file
        file.seek(0)
        text = next(_decoded(file), "")
        self._separator = max(",;\t", key=text.count)
        self.columns = _columns(text, self._separator)
        known = frozenset(self.columns)
        found = source or recognised(known)
        if found is None:
            raise BadFile(1, _("These are the columns of no system that is known here."))
        if lacking := missing(found, known):
            fault = _("%(system)s's file has this column, and this one has not.")
            raise BadFile(1, fault % {"system": found.label}, lacking[0])
        self.source = found

    def lines(self) -> Iterator[Line]:
        """Yield what each line says. Raises BadFile at what cannot be read."""
        self._file.seek(0)
        reader = csv.reader(
            _decoded(self._file),
            delimiter=self._separator,
            escapechar=self.source.escape,
            strict=True,
        )
        reading = _Reading(self.source, self.columns)
        for row in _rows(reader, lambda: reader.line_num):
            if reader.line_num > 1 and any(row):
                self._check_width(row, reader.line_num)
                yield reading.line(row, reader.line_num)

    def _check_width(self, row: list[str], number: int) -> None:
        if len(row) > len(self.columns):
            fault = _("There are more fields than columns.")
            raise BadFile(number, fault, str(len(self.columns) + 1))
        if len(row) < len(self.columns):
            raise BadFile(number, _("This field is missing."), self.columns[len(row)])


def _decoded(file: BinaryIO) -> Iterator[str]:
    number = 0
    while raw := file.readline(MOST_BYTES + 1):
        number += 1
        if number > MOST_LINES:
            raise BadFile(number, _("The file has too many lines: divide it."))
        if len(raw) > MOST_BYTES:
            raise BadFile(number, _("The line has more than 64 kB."))
        yield _text(raw.removeprefix(BOM) if number == 1 else raw, number)


def _text(raw: bytes, number: int) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = _("Character %(place)d is no UTF-8. Save the file as “CSV UTF-8”.")
        place = len(raw[: error.start].decode("utf-8")) + 1
        raise BadFile(number, fault % {"place": place}) from error
    if "\0" in text:
        raise BadFile(number, _("There is a null byte. Save the file as “CSV UTF-8”."))
    return text


def _columns(text: str, separator: str) -> list[str]:
    try:
        names = next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error as error:
        raise BadFile(1, str(error)) from error
    if len(names) > MOST_COLUMNS:
        raise BadFile(1, _("There are more than 300 columns."))
    return [name.strip().lower() for name in names]


def _rows(reader: Iterator[list[str]], number: Callable[[], int]) -> Iterator[list[str]]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(number(), str(error)) from error


class _Reading:
    """Where in a row stands what; found once for a file."""

    def __init__(self, source: Source, columns: list[str]) -> None:
        self._places = {name: place for place, name in reversed(list(enumerate(columns)))}
        self._email = self._place(source.email)
        self._times = [
            self._place(name) for name in (source.asked, source.consent, source.confirmed)
        ]
        self._words = [(self._place(name), words) for name, words in source.words.items()]
        self._filled = [(self._place(name), what) for name, what in source.filled.items()]

    def _place(self, names: str) -> int | None:
        return next((self._places[each] for each in names.split("|") if each in self._places), None)

    def line(self, row: list[str], number: int) -> Line:
        email = _field(row, self._email).lower().removeprefix("'").removeprefix("mailto:")
        standing = self._standing(row)
        fault = "" if _is_address(email) else _("This is no mail address.")
        asked_at, consented_at, confirmed_at = (_instant(_field(row, at)) for at in self._times)
        if consented_at is None:
            return Line(number, email, standing, asked_at, fault=fault)
        confirmed_at = confirmed_at or consented_at
        return Line(number, email, standing, asked_at or confirmed_at, confirmed_at, fault)

    def _standing(self, row: list[str]) -> Standing:
        said = [_said(words, _field(row, place)) for place, words in self._words]
        said += [standing for place, standing in self._filled if _field(row, place)]
        return max(said, key=BY_WEIGHT.index, default=Standing.ACTIVE)


def _said(words: Mapping[str, Standing], word: str) -> Standing:
    return words.get(word.lower(), Standing.UNCONFIRMED)


def _field(row: list[str], place: int | None) -> str:
    return "" if place is None else row[place].strip()


def _is_address(email: str) -> bool:
    try:
        _valid_email(email)
    except ValidationError:
        return False
    return len(email) <= 254


def _instant(text: str) -> datetime | None:
    """Return an instant that has passed, in UTC where no zone is told; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC) if found <= timezone.now() else None
    except (ValueError, OverflowError):
        return None


def plain_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
