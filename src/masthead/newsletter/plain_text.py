"""An editor's rich text as plain text: links follow their words, lists have dashes."""

from html.parser import HTMLParser
from urllib.parse import urljoin

_ENDS = {"p", "h2", "h3", "h4", "li", "ul", "ol", "blockquote"}


class _Reader(HTMLParser):
    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root
        self.pieces: list[str] = [""]
        self.target = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ENDS:
            self.pieces.append("- " if tag == "li" else "")
        if tag == "br":
            self.pieces.append("")
        if tag == "a":
            self.target = urljoin(f"{self.root}/", dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.target:
            self.pieces[-1] += f" ({self.target})"
            self.target = ""
        if tag in _ENDS:
            self.pieces.append("")

    def handle_data(self, data: str) -> None:
        self.pieces[-1] += data


def plain_text(html: object, root: str) -> str:
    """Return HTML as paragraphs, each one line: how wide it is, each mail program knows best."""
    reader = _Reader(root)
    reader.feed(str(html))
    reader.close()
    pieces = [" ".join(piece.split()) for piece in reader.pieces]
    return "\n\n".join(piece for piece in pieces if piece.strip("- "))
