"""The paragraphs of a rich text as plain text, and marks put around passages of it.

Positions count characters of the plain text, in which paragraphs follow each other with one line
break between them, as a ``TextPositionSelector`` of the W3C's Web Annotation does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from html.parser import HTMLParser

_BLOCKS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote", "hr", "div")
)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or the like, of a rich text, and where it begins there."""

    start: int
    text: str


@dataclass(frozen=True)
class Mark:
    """A passage within one paragraph: what stands before each piece of it, behind it, after all."""

    start: int
    end: int
    before: str
    behind: str
    after: str


@dataclass(frozen=True)
class _Piece:
    """A piece of HTML as it was written, with the text that it stands for."""

    raw: str
    text: str = ""
    opens: str = ""
    closes: str = ""

    @property
    def parts_paragraphs(self) -> bool:
        return (self.opens or self.closes) in _BLOCKS


class _Pieces(HTMLParser):
    """Takes HTML apart so that its pieces, put together, are what was there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[_Piece] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's
        raw = self.get_starttag_text() or ""
        self.found.append(_Piece(raw, "\n" if tag == "br" else "", opens=tag))

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.found.append(_Piece(f"</{tag}>", closes=tag))

    def handle_data(self, data: str) -> None:
        self.found.append(_Piece(data, data))

    def handle_entityref(self, name: str) -> None:
        self.found.append(_Piece(f"&{name};", unescape(f"&{name};")))

    def handle_charref(self, name: str) -> None:
        self.found.append(_Piece(f"&#{name};", unescape(f"&#{name};")))


def _pieces(html: str) -> Iterator[tuple[int, _Piece]]:
    """Yield the pieces of a rich text, each with the position at which its text begins."""
    parser = _Pieces()
    parser.feed(html)
    parser.close()
    position, is_begun, is_parted = 0, False, False
    for found in parser.found:
        piece = found
        if piece.parts_paragraphs:
            is_parted = is_begun
        elif piece.text.isspace() and (is_parted or not is_begun):
            piece = replace(piece, text="")  # white space between paragraphs
        elif piece.text and is_parted:
            position += 1
            is_parted = False
        is_begun |= bool(piece.text)
        yield position, piece
        position += len(piece.text)


def paragraphs(html: str) -> list[Paragraph]:
    """Return the paragraphs of a rich text, without those in which nothing stands."""
    found: list[Paragraph] = []
    end = -1
    for position, piece in _pieces(html):
        if not piece.text:
            continue
        if position == end:
            found[-1] = Paragraph(found[-1].start, found[-1].text + piece.text)
        else:
            found.append(Paragraph(position, piece.text))
        end = position + len(piece.text)
    return found


def marked(html: str, marks: Sequence[Mark]) -> str:
    """Return a rich text with marks, which do not overlap, put around its passages.

    What stands after a passage stands outside of a link, if that ends within one.
    """
    writer = _Writer(sorted(marks, key=lambda mark: mark.start))
    for position, piece in _pieces(html):
        writer.write(position, piece)
    return "".join([*writer.written, *writer.due])


class _Writer:
    """Puts the pieces together again, with the marks."""

    def __init__(self, marks: list[Mark]) -> None:
        self.marks = marks
        self.written: list[str] = []
        self.due: list[str] = []
        self.links = 0

    def write(self, position: int, piece: _Piece) -> None:
        if piece.text and not piece.opens:
            self._write_text(position, piece)
        else:
            self.written.append(piece.raw)
        self.links += (piece.opens == "a") - (piece.closes == "a")
        self._write_due()

    def _write_due(self) -> None:
        if not self.links:
            self.written += self.due
            self.due = []

    def _write_text(self, position: int, piece: _Piece) -> None:
        end = position + len(piece.text)
        at = position
        for mark in [each for each in self.marks if each.start < end and each.end > position]:
            start, stop = max(mark.start, position), min(mark.end, end)
            cut = _cutter(piece, position)
            self.written += [cut(at, start), mark.before, cut(start, stop), mark.behind]
            at = stop
            if mark.end <= end:
                self.due.append(mark.after)
                self._write_due()
        self.written.append(_cutter(piece, position)(at, end))


def _cutter(piece: _Piece, position: int) -> Callable[[int, int], str]:
    """Return what cuts a piece by positions; one that stands for a character is never cut."""
    if piece.raw != piece.text:
        return lambda start, stop: piece.raw if start < stop else ""
    return lambda start, stop: piece.raw[start - position : stop - position]
