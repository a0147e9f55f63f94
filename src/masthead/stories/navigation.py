"""The menus of a page as readers get them: what they may not see is left out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from masthead.stories.queries import public


@dataclass(frozen=True)
class Entry:
    """One entry of a menu; ``page`` is the key of the newsroom's own page behind it, if any."""

    label: str
    url: str
    page: int | None = None


def entries(menu: Any, address_of: Callable[[Page], str]) -> list[Entry]:
    """Return the entries that the desk composed."""
    chosen = [block.value["page"] for block in menu if block.block_type == "page"]
    keys = [page.pk for page in chosen if page]
    seen = {page.pk: page for page in public(Page).filter(pk__in=keys).specific()} if keys else {}
    return [entry for block in menu if (entry := _entry(block, seen, address_of))]


def _entry(block: Any, seen: dict[int, Page], address_of: Callable[[Page], str]) -> Entry | None:
    value = block.value
    if block.block_type == "address":
        return Entry(value["label"], value["address"])
    page = seen.get(value["page"].pk) if value["page"] else None
    return Entry(value["label"] or page.title, address_of(page), page.pk) if page else None


def entries_for(pages: Iterable[Page], address_of: Callable[[Page], str]) -> list[Entry]:
    """Return an entry for each page, under its own title."""
    return [Entry(page.title, address_of(page), page.pk) for page in pages]
