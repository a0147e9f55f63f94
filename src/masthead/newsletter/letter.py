"""A letter as mail: HTML by MJML with its styles inlined, and plain text from the same blocks."""

import re
from dataclasses import dataclass
from html import escape, unescape

import css_inline
import mrml
from django.utils import timezone, translation

from masthead.mail.letters import TOKEN
from masthead.newsletter.models import Edition
from masthead.newsletter.parts import parts
from masthead.newsletter.plain_text import plain_text
from masthead.stories.own_templates import fill
from masthead.stories.render import Shell

#: What stands for each recipient's own links until the letter is written for one.
UNSUBSCRIBE, MY_PAGE = "%%UNSUBSCRIBE%%", "%%MY_PAGE%%"
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
#: What a letter may load where an editor looks at it: as in a mail program, its styles stand in it
#: and no script runs.
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
#: Addresses of our own pages as they stand in an editor's text and in file names.
_OWN_PATH = re.compile(r"""((?:href|src|background)=["'])/(?!/)""")
_DARK = "(prefers-color-scheme: dark)"


@dataclass(frozen=True)
class Letter:
    """Both parts of a letter, with tokens for what is personal."""

    subject: str
    html: str
    text: str


def letter(edition: Edition, *, with_offers: bool) -> Letter:
    """Return a letter as its readers get it, with or without what is advertising."""
    shell = Shell.around(edition)
    with translation.override(shell.language), timezone.override(shell.newsroom.zone):
        context = {
            "shell": shell,
            "page": edition,
            "parts": parts(edition, with_offers=with_offers or edition.letter.is_offers),
            "home": shell.full_url(shell.front),
            "root": shell.site.root_url,
            "web": shell.full_url(edition) if edition.url_path else "",
            "unsubscribe": UNSUBSCRIBE,
            "my_page": MY_PAGE,
            "plain": plain_text,
        }
        html = fill("newsletter/letter.mjml", context)
        text = fill("newsletter/letter.txt", context)
    return Letter(edition.title, _finished(html, shell.site.root_url), _tidy(text))


def personal(text: str, values: dict[str, str], *, is_html: bool) -> str:
    """Return one part of a letter as one recipient gets it."""
    return TOKEN.sub(lambda found: escape(values[found[1]]) if is_html else values[found[1]], text)


def preview(edition: Edition, mode: str) -> tuple[str, str]:
    """Return what an editor looks at, and its content type.

    That is the letter in a light or dark mail program, with its pictures blocked, or its text.
    """
    made = letter(edition, with_offers=True)
    nowhere = {"UNSUBSCRIBE": "#", "MY_PAGE": "#"}
    if mode == "text":
        return personal(made.text, nowhere, is_html=False), TEXT
    # Seen from the desk, whatever address that has.
    root = Shell.around(edition).site.root_url
    html = personal(made.html, nowhere, is_html=True).replace(f'src="{root}/', 'src="/')
    if mode == "blocked":
        html = re.sub(r'(<img[^>]*?) src="[^"]*"', r'\1 src="data:,"', html)
    dark = "all" if mode == "dark" else "not all"
    return html.replace(_DARK, dark), HTML


def _finished(mjml: str, root: str) -> str:
    html = _INLINER.inline(mrml.to_html(mjml).content)
    return _OWN_PATH.sub(rf"\1{root}/", html)


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in unescape(text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
