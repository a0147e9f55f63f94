"""The texts that translators translate: where they stand in the program, and their catalogues."""

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import masthead

PROGRAM = Path(masthead.__file__).parent
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
}


def from_django_template(
    file: BinaryIO,
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: dict[str, Any],
) -> Iterator[Any]:
    """Return the texts of a Django template, as Babel's own extractors do; babel.cfg names this.

    Django turns a template into calls of gettext with filling between, whose indentation,
    unlike Python's, means nothing.
    """
    lines = templatize(file.read().decode()).splitlines()
    source = "\n".join(line.strip() for line in lines).encode()
    return extract_python(BytesIO(source), keywords, comment_tags, options)


def texts(*, folder: str, pattern: str) -> set[str]:
    """Return the texts in those files of a folder; of a plural, the singular."""
    method = "python" if pattern.endswith(".py") else f"{__name__}:from_django_template"
    method = "jinja2" if folder.endswith("jinja2") else method
    found = extract_from_dir(
        PROGRAM / folder,
        [(pattern, method)],
        {pattern: {"newstyle_gettext": "true"}},
        keywords=KEYWORDS,
    )
    messages = [message for _file, _line, message, _comments, _context in found]
    return {message if isinstance(message, str) else message[0] for message in messages}


def catalogue(language: str, *, app: str = "stories") -> Catalog:
    """Return the translations into one language, as translators write them.

    Those of ``stories`` are the whole program's; those of ``readers`` replace some of allauth's.
    """
    path = PROGRAM / app / "locale" / language / "LC_MESSAGES/django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)
