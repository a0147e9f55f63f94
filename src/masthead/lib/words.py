"""Words in a text: which there are, and where those stand that somebody looks for."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

#: How many characters of a text stand around the first word that was looked for.
AROUND = 110
#: Marks on letters: general ones, those of Cyrillic, Hebrew, Arabic and Syriac; then, whole, the
#: scripts from Devanagari to Myanmar, in which marks stand among the letters.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0711\u0730-\u074a\u0900-\u109f"
)
_WORD = re.compile(rf"(?:[^\W_]|[{MARKS}])+")


def words(text: str) -> list[str]:
    """Return the words of a text: letters and digits with the marks on them, nothing else."""
    return _WORD.findall(text)


@lru_cache(maxsize=10_000)
def folded(word: str) -> str:
    """Return a word as it is compared: without case and accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.category(letter).startswith("M"))


def _found(text: str, wanted: Sequence[str]) -> "list[re.Match[str]]":
    beginnings = tuple(wanted)
    return [word for word in _WORD.finditer(text) if folded(word[0]).startswith(beginnings)]


def holds(text: str, wanted: Sequence[str]) -> bool:
    """Return whether a word of a text begins with one of the wanted, already folded."""
    return bool(_found(text, wanted))


def marked(text: str, wanted: Sequence[str]) -> Markup:
    """Return a text with the words marked that begin with one of the wanted, already folded."""
    pieces, end = [], 0
    for word in _found(text, wanted):
        pieces += [escape(text[end : word.start()]), Markup("<mark>{}</mark>").format(word[0])]
        end = word.end()
    return Markup("").join([*pieces, escape(text[end:])])


def passage(text: str, wanted: Sequence[str]) -> str:
    """Return the part of a text around the first wanted word, cut between words; else its begin."""
    found = _found(text, wanted)
    place = found[0].start() if found else 0
    start, end = max(0, place - AROUND), place + AROUND
    begun = text[start:end] if start == 0 else "… " + text[start:end].partition(" ")[2]
    return begun if end >= len(text) else begun.rpartition(" ")[0] + " …"
