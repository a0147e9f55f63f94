"""What stands at a public address."""

from dataclasses import dataclass

HTML = "text/html; charset=utf-8"
#: For what never changes, because another address would stand for anything else.
IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Answer:
    """Bytes of a type, or the way to another address.

    ``parts`` are the paths of what belongs to it and is found only from here: the pages of a long
    list, feeds, sitemaps. They may have parts of their own. ``key`` names the page for caches that
    throw things away by name.
    """

    status: int = 200
    content: bytes = b""
    content_type: str = HTML
    location: str = ""
    parts: tuple[str, ...] = ()
    key: str = ""
    #: How long it may be kept, where that is not the rule for pages.
    cache_control: str = ""
    #: Seconds between two bakes while it keeps changing, where that is not the rule for pages.
    pause: float | None = None
