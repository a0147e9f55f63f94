"""Finding a marked passage again in a text that was edited, or saying that it is lost.

A passage is known as the W3C's Web Annotation knows it: by its words and by those before and after
it (``TextQuoteSelector``). Each time that it is found it is also noted how certain that is: what
the text would hold that resembles it if just the passage were taken out. So whatever resembles it
later was not there before, and no other passage is ever taken for it.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

#: Characters of context on each side.
CONTEXT = 32
#: Of a passage's words, as many must be left; another passage has fewer than FAR in common.
NEAR, FAR = 0.7, 0.45


class Certainty(StrEnum):
    """How a passage is told from all others."""

    #: Nothing in the text resembles its words.
    WORDS = "words"
    #: Its words, or the like, stand elsewhere too, but what is around them differs.
    CONTEXT = "context"
    #: It cannot be told from another passage.
    NONE = "none"


@dataclass(frozen=True)
class Span:
    """From where to where, counted in characters of the whole text."""

    start: int
    end: int


@dataclass(frozen=True)
class Quote:
    """A passage's words, and those around it."""

    exact: str
    prefix: str
    suffix: str
    certainty: Certainty


class Text:
    """A text of paragraphs; no passage reaches from one into another."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = list(paragraphs)
        self.whole = "\n".join(self.paragraphs)
        self.starts: list[int] = []
        start = 0
        for paragraph in self.paragraphs:
            self.starts.append(start)
            start += len(paragraph) + 1

    def words(self, span: Span) -> str:
        return self.whole[span.start : span.end]

    def before(self, span: Span) -> str:
        return self.whole[max(0, span.start - CONTEXT) : span.start]

    def after(self, span: Span) -> str:
        return self.whole[span.end : span.end + CONTEXT]

    def paragraph_of(self, span: Span) -> int:
        """Return the number of the paragraph in which a passage begins."""
        return bisect_right(self.starts, span.start) - 1

    def without(self, span: Span) -> "Text":
        """Return the text as it were if a passage were taken out, and all were one paragraph."""
        return Text([(self.whole[: span.start] + self.whole[span.end :]).replace("\n", " ")])

    def occurrences(self, exact: str) -> list[Span]:
        """Return where some words stand, whatever white space is between them."""
        pattern = r"\s+".join(map(re.escape, exact.split()))
        if not pattern:
            return []
        found = (Span(*match.span()) for match in re.finditer(pattern, self.whole))
        return [span for span in found if self._is_in_one_paragraph(span)]

    def _is_in_one_paragraph(self, span: Span) -> bool:
        number = self.paragraph_of(span)
        return span.end <= self.starts[number] + len(self.paragraphs[number])


def quote(text: Text, span: Span) -> Quote:
    """Return how a passage is known from now on."""
    exact, prefix, suffix = text.words(span), text.before(span), text.after(span)
    return Quote(exact, prefix, suffix, _certainty(text.without(span), exact, prefix, suffix))


def _certainty(others: Text, exact: str, prefix: str, suffix: str) -> Certainty:
    if not any(True for _each in _resembling(others, exact)):
        return Certainty.WORDS
    for twin in others.occurrences(exact):
        before, after = others.before(twin), others.after(twin)
        # One side is not enough: deleting a sentence gives a twin another neighbour. Where the
        # text begins or ends there is less to compare; any edit may put more there.
        if _ends_alike(prefix, before) or _ends_alike(suffix[::-1], after[::-1]):
            return Certainty.NONE
    return Certainty.CONTEXT


def _ends_alike(one: str, other: str) -> bool:
    length = min(len(one), len(other))
    return not length or _likeness(one[-length:], other[-length:]) >= FAR


def choose(text: Text, exact: str, prefix: str, suffix: str) -> Span:
    """Return the passage that somebody marked just now in this very text.

    Raises LookupError if it is not there, or if it may be one of several.
    """
    found = text.occurrences(exact)
    if len(found) > 1:
        found = [span for span in found if _stands_between(text, span, prefix, suffix)]
    if len(found) != 1:
        raise LookupError(exact)
    return found[0]


def _stands_between(text: Text, span: Span, prefix: str, suffix: str) -> bool:
    before, after = "".join(text.before(span).split()), "".join(text.after(span).split())
    wanted = "".join(prefix.split())[-CONTEXT // 2 :], "".join(suffix.split())[: CONTEXT // 2]
    return before.endswith(wanted[0][-len(before) :] if before else "") and after.startswith(
        wanted[1][: len(after)]
    )


def find_again(text: Text, known: Quote) -> Span | None:
    """Return where a passage stands after the text was edited; None when it is lost."""
    if known.certainty == Certainty.NONE:
        return None
    found = text.occurrences(known.exact)
    if known.certainty == Certainty.WORDS and len(found) < 2:
        return found[0] if found else _edited(text, known.exact)
    near = [span for span in found if _stands_as_before(text, span, known)]
    return near[0] if len(near) == 1 else None


def _stands_as_before(text: Text, span: Span, known: Quote) -> bool:
    before = _likeness(known.prefix, text.before(span))
    return min(before, _likeness(known.suffix, text.after(span))) >= NEAR


def _edited(text: Text, exact: str) -> Span | None:
    """Return the one passage that resembles the words, if no other does at all."""
    rated = sorted(_resembling(text, exact), key=lambda each: -each[0])
    if not rated or rated[0][0] < NEAR:
        return None
    best = rated[0][1]
    rivals = [span for _likeness, span in rated if span.end <= best.start or span.start >= best.end]
    return None if rivals else _trimmed(text, best, exact)


def _trimmed(text: Text, span: Span, exact: str) -> Span:
    """Return a passage without marks of punctuation at its ends where the first words had none."""
    words = text.words(span)
    before = re.match(r"\W*", words) if exact[:1].isalnum() else None
    behind = re.search(r"\W*$", words) if exact[-1:].isalnum() else None
    start = span.start + (before.end() if before else 0)
    return Span(start, span.end - (len(behind[0]) if behind else 0))


def _likeness(one: str, other: str) -> float:
    return Levenshtein.normalized_similarity(one, other)


def _resembling(text: Text, exact: str) -> Iterator[tuple[float, Span]]:
    """Yield the passages, from word to word, that resemble some words, and how much they do."""
    count = len(exact.split())
    step = max(1, count // 8)
    sizes = [size for size in (count + step * each for each in range(-2, 3)) if size > 0]
    for start, paragraph in zip(text.starts, text.paragraphs, strict=True):
        rated = _rated(exact, paragraph)
        for span in _windows(paragraph, sizes):
            if (likeness := rated(span)) >= FAR:
                yield likeness, Span(start + span.start, start + span.end)


def _rated(exact: str, paragraph: str) -> Callable[[Span], float]:
    return lambda span: Levenshtein.normalized_similarity(
        exact, paragraph[span.start : span.end], score_cutoff=FAR
    )


def _windows(paragraph: str, sizes: Sequence[int]) -> Iterator[Span]:
    """Yield the passages of so many words; a paragraph with fewer is one itself."""
    words = [match.span() for match in re.finditer(r"\S+", paragraph)]
    for size in {min(size, len(words)) for size in sizes if words}:
        for first in range(len(words) - size + 1):
            yield Span(words[first][0], words[first + size - 1][1])
