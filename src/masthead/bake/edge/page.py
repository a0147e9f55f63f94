"""A baked page in memory: every answer that it can give, ready to be written."""

from dataclasses import dataclass, field
from hashlib import blake2b
from http import HTTPStatus
from typing import NamedTuple

from masthead.bake.edge.negotiation import has_already

#: Readers ask each time whether a page has changed; a cache in between may keep it for a minute
#: (it is purged when the page changes), and for ten days when we cannot be reached.
CACHE_CONTROL = b"public, max-age=0, s-maxage=60, stale-while-revalidate=30, stale-if-error=864000"
Headers = tuple[tuple[bytes, bytes], ...]


class Answer(NamedTuple):
    """A status, headers without the date, and a body; ``head`` is the first two as bytes."""

    status: int
    headers: Headers
    body: bytes
    head: bytes


def answer(status: int, headers: Headers, body: bytes = b"") -> Answer:
    """Return an answer, its head written out."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode("ascii")]
    lines += [b"%s: %s\r\n" % pair for pair in headers]
    return Answer(status, headers, body, b"".join(lines))


@dataclass(slots=True)
class Form:
    """A page in one coding: in whole, and as the note that the client has it already."""

    etag: bytes
    whole: Answer
    unchanged: Answer


#: What a file on the disk is recognised by: its inode, its time in nanoseconds, its size.
Signature = tuple[int, int, int]


@dataclass(slots=True)
class Page:
    """What stands at one address, as it was at a generation of the tree."""

    signature: Signature
    generation: bytes
    forms: dict[str, Form] = field(default_factory=dict)
    #: Its host and path if its reads are counted, or "".
    place: str = ""
    #: Whether it was asked for again since the memory was last searched for pages to forget.
    is_wanted: bool = False

    @property
    def size(self) -> int:
        """The bytes that it holds in memory, roughly."""
        return sum(len(form.whole.body) + 4 * len(form.whole.head) for form in self.forms.values())

    def answer(self, codings: tuple[str, ...], if_none_match: bytes) -> Answer:
        """Return the answer for a client that reads these codings and has those tags."""
        coding = next((each for each in codings if each in self.forms), "identity")
        form = self.forms[coding]
        if if_none_match and form.whole.status == 200 and has_already(if_none_match, form.etag):
            return form.unchanged
        return form.whole


def redirect(status: int, where: bytes, more: Headers) -> Form:
    """Return the one form of a page that has moved."""
    headers = ((b"location", where), (b"cache-control", CACHE_CONTROL), *more)
    moved = answer(status, (*headers, (b"content-length", b"0")))
    return Form(b"", moved, moved)


def form(  # noqa: PLR0913, PLR0917 - all that an answer is made of
    status: int,
    kind: str,
    coding: str,
    body: bytes,
    tag: bytes,
    more: Headers,
    cache_control: bytes = CACHE_CONTROL,
) -> Form:
    """Return a page in one coding; its tag is the whole page's, told apart by the coding."""
    etag = b'"%s"' % (tag if coding == "identity" else tag + b"-" + coding.encode("ascii"))
    shared: Headers = (
        (b"etag", etag),
        (b"vary", b"Accept-Encoding"),
        (b"cache-control", cache_control),
        *more,
    )
    headers = ((b"content-type", kind.encode("latin-1")), *shared)
    if coding != "identity":
        headers += ((b"content-encoding", coding.encode("ascii")),)
    headers += ((b"content-length", b"%d" % len(body)),)
    return Form(etag, answer(status, headers, body), answer(304, shared))


def tag_of(body: bytes) -> bytes:
    """Return what tells one version of a page from another."""
    return blake2b(body, digest_size=12).hexdigest().encode("ascii")
