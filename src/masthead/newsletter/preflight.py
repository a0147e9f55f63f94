"""What is looked at before a letter goes out: some of it blocks, some only warns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Site

from masthead.mail.letters import TOKEN
from masthead.newsletter.letter import MY_PAGE, UNSUBSCRIBE, Letter, letter
from masthead.newsletter.models import Edition
from masthead.newsletter.parts import PAID, Part, parts
from masthead.newsletter.queries import audience, audience_of
from masthead.stories.answers import answer
from masthead.stories.models import Newsroom

#: Gmail cuts off what is longer, and the link to unsubscribe with it.
MOST_BYTES = 102_000
#: What stands below these is no page.
LIVE = ("/my/", "/documents/", "/search/", "/account/")
#: Characters of a subject that telephones show, and that say something.
SUBJECT = range(10, 79)


@dataclass(frozen=True)
class Finding:
    """One thing that was found; what ``blocks`` must be mended before the letter can go out."""

    text: str
    blocks: bool = False


def check(edition: Edition) -> list[Finding]:
    """Return what is wrong, or may be, with a letter: what blocks it first."""
    site = edition.get_site()
    made = letter(edition, with_offers=True)
    shown = parts(edition, with_offers=True)
    found = [
        *_check_readers(edition),
        *_check_newsroom(site),
        *_check_subject(edition),
        *_check_content(edition, shown),
        *_check_pictures(shown),
        *_check_html(made),
        *_check_links(made, site, own=edition.full_url or ""),
    ]
    return sorted(found, key=lambda each: not each.blocks)


def _check_readers(edition: Edition) -> Iterator[Finding]:
    if not audience(edition.letter).exists():
        yield Finding(_("Nobody has asked for this letter yet."), blocks=True)
    elif not audience_of(edition).exists():
        yield Finding(_("None of its readers is among those to whom alone it goes."), blocks=True)
    if not settings.EMAIL_HOST:
        yield Finding(_("No mail server is set, so that it cannot go out."), blocks=True)


def _check_newsroom(site: Site) -> Iterator[Finding]:
    if not Newsroom.for_site(site).postal_address.strip():
        yield Finding(
            _("The newsroom has no postal address, which many laws want in every letter."),
            blocks=True,
        )


def _check_subject(edition: Edition) -> Iterator[Finding]:
    if len(edition.title) not in SUBJECT:
        yield Finding(
            _("The subject has %(length)d characters; between 10 and 78 are read best.")
            % {"length": len(edition.title)}
        )
    if not edition.preview_line:
        yield Finding(_("There is no preview line: mail programs show the letter's first words."))


def _check_content(edition: Edition, shown: list[Part]) -> Iterator[Finding]:
    if not any(part.kind not in {*PAID, "heading"} for part in shown):
        yield Finding(_("There is nothing in it to read."), blocks=True)
    missing = sum(len(_chosen(block)) for block in edition.body) - sum(
        len(part.stories) for part in shown if part.kind in {"lead", "picked", "question"}
    )
    if missing > 0:
        yield Finding(
            ngettext(
                "%(num)d chosen story is not public and is left out.",
                "%(num)d chosen stories are not public and are left out.",
                missing,
            )
            % {"num": missing}
        )


def _chosen(block: object) -> list[object]:
    kind, value = block.block_type, block.value  # type: ignore[attr-defined]  # Wagtail's
    if kind in {"lead", "question"}:
        return [value["story"]]
    return list(value["stories"]) if kind == "picked" else []


def _check_pictures(shown: list[Part]) -> Iterator[Finding]:
    for part in shown:
        image = part.value.get("image") if isinstance(part.value, dict) else None
        if image and not (image.contextual_alt_text or image.description or image.decorative):
            yield Finding(
                _("“%(picture)s” says nothing to readers who do not see it.")
                % {"picture": image.title}
            )


def _check_html(made: Letter) -> Iterator[Finding]:
    size = len(made.html.encode())
    if size > MOST_BYTES:
        yield Finding(
            _("It has %(size)d kB; Gmail cuts off what is over 102.") % {"size": size // 1000},
            blocks=True,
        )
    if not all(UNSUBSCRIBE in text for text in (made.html, made.text)):
        yield Finding(_("The link that ends it is missing."), blocks=True)
    known = {UNSUBSCRIBE.strip("%"), MY_PAGE.strip("%")}
    for unknown in sorted({*TOKEN.findall(made.html), *TOKEN.findall(made.text)} - known):
        yield Finding(_("“%%%%%(word)s%%%%” stands for nothing.") % {"word": unknown}, blocks=True)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found[dict(attrs).get("href") or ""] = None


def _check_links(made: Letter, site: Site, own: str) -> Iterator[Finding]:
    links = _Links()
    links.feed(made.html)
    for link in links.found:
        if TOKEN.search(link) or link == own:  # its own page is there once it is sent
            continue
        if not re.match(r"https?://[^/\s]|mailto:[^@\s]+@", link):
            yield Finding(_("“%(link)s” leads nowhere.") % {"link": link}, blocks=True)
        elif link.startswith(f"{site.root_url}/") and not _stands(site, link):
            yield Finding(_("Nothing stands at %(link)s.") % {"link": link}, blocks=True)


def _stands(site: Site, link: str) -> bool:
    path = urlsplit(link).path
    if path.startswith(LIVE):
        return True
    found = answer(site=site, path=path)
    return found is not None and found.status != HTTPStatus.NOT_FOUND
