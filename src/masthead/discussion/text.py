"""From what a stranger typed to what every reader may be shown."""

import re
import unicodedata
from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

#: Characters that turn the text around them, or that nobody sees; joiners stay, scripts need them.
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
#: More marks than this over one letter are no writing.
_PILED = re.compile(
    r"((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]){4})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_BLANK_LINES = re.compile(r"\n{3,}")
LONGEST_QUOTE = 1_000
#: Letters of a line that two people hardly write alike by chance.
TELLING = 12
_TAGS = {"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "a", "code", "pre"}
_RULES = [
    *("newline", "escape", "backticks", "emphasis", "balance_pairs", "link", "autolink", "entity"),
    *("linkify", "blockquote", "list", "fence"),
]
#: Quotes and lists in each other: deeper ones are text.
_NESTING = 6
_markdown = MarkdownIt("zero", {"breaks": True, "linkify": True, "maxNesting": _NESTING * 2})
_markdown.enable(_RULES)
# A bare word such as “news.example” is no link; only what says how it is fetched is one.
_markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})  # type: ignore[union-attr]


def clean_text(text: str) -> str:
    """Return a text as it is stored: composed, with plain line breaks and nothing hidden."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = _PILED.sub(r"\1", _HIDDEN.sub("", plain))
    lines = (line.rstrip() for line in plain.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def clean_name(name: str) -> str:
    """Return a name in one line, with nothing hidden; "" for one without a letter or digit."""
    plain = " ".join(clean_text(name).split())
    return plain if any(each.isalnum() for each in plain) else ""


@lru_cache(maxsize=32)  # a form looks whether there is something to read, then it is stored
def html_of(text: str) -> str:
    """Return the HTML of a clean text: paragraphs, emphasis, quotes, lists, links, code."""
    html: str = nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )
    return html.strip()


def links_in(html: str) -> int:
    """Return how many links a comment's HTML holds."""
    return html.count("<a ")


def words_in(html: str) -> str:
    """Return a comment's words without its markup; "" where nothing can be read."""
    plain: str = nh3.clean(html, tags=set())
    return plain.strip()


def quoted(text: str) -> str:
    """Return the beginning of a text as a quote to write below."""
    lines = text[:LONGEST_QUOTE].split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def without_quotes_of(text: str, quoted: str) -> str:
    """Return a text with an ellipsis in place of each quoted line whose words another text has.

    Marks and links count for nothing: a browser quotes what it shows. A line that is cut off is one
    too, unless it is so short that anybody may have said it.
    """
    both = f"{quoted}\n{unescape(words_in(html_of(quoted)))}".split("\n")
    lines = {_letters_in(line) for line in both} - {""}

    def is_copy(line: str) -> bool:
        said = _letters_in(line)
        return said in lines or (len(said) >= TELLING and any(said in each for each in lines))

    return "\n".join(
        "> …" if line.startswith(">") and is_copy(line) else line for line in text.split("\n")
    )


def _letters_in(line: str) -> str:
    plain = unicodedata.normalize("NFKC", line).casefold()
    return "".join(each for each in plain if each.isalnum())
