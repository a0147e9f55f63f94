"""The keys by which a change finds the renders that read what it changed.

page:id=12                       anything in document 12 of the kind “page” changed
page:at=12                       where it is found changed: it may have a new address
page:stories_story.section_id=7  who stands in section 7, or in which order, changed
page:order                       who is found, or in which order, changed anywhere
page:any                         anything changed in any of them
"""

import hashlib
from uuid import UUID

from wagtail.models import Page

ID = "id"
AT = "at"
ORDER = "order"
ANY = "any"
#: Wakes every node.
EVERYTHING = "everything"
#: No column of its own: the place below which a page of a tree stands.
PARENT = "#parent"
#: Characters of such a place for each level.
STEP = Page.steplen


def document_key(document: str, key: object) -> str:
    return f"{document}:{ID}={value_of(key)}"


def finder_key(document: str, table: str, column: str, value: object) -> str:
    return f"{document}:{table}.{column}={value_of(value)}"


def order_key(document: str) -> str:
    return f"{document}:{ORDER}"


def any_key(document: str) -> str:
    return f"{document}:{ANY}"


def part_key(name: str, part: str) -> str:
    """Return the key of one part of a long list."""
    return f"{name}#{part}"


def value_of(value: object) -> str:
    """Return a value as SQL writes it into a text."""
    return value.hex if isinstance(value, UUID) else str(value)


def number_of(key: str) -> int:
    """Return the 64 bits by which a key is stored; two keys that share them cost a render."""
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
