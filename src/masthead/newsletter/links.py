"""Links in a letter that are counted without knowing who follows them.

Every copy of a letter holds the same addresses, so nothing in them could tell one reader from
another. Where a link leads stands in its address; it is not taken from there.
"""

import re
from html import escape, unescape
from urllib.parse import quote

from django.db.models import F
from django.urls import reverse

from masthead.newsletter.models import Edition, LetterLink

_LINK = re.compile(r'(<a\b[^>]*?\shref=")(https?://[^"]+)(")')


def counted(html: str, edition: Edition) -> str:
    """Return a letter's HTML with its links leading through our counter; tokens stay."""
    known = {each.url: each.number for each in LetterLink.objects.filter(edition=edition)}
    root = edition.get_site().root_url

    def through_us(found: re.Match[str]) -> str:
        url = unescape(found[2])
        number = known.setdefault(url, len(known) + 1)
        address = f"{root}{_path(edition, number)}?to={quote(url, safe=':/?=,;@!~')}"
        return f"{found[1]}{escape(address)}{found[3]}"

    html = _LINK.sub(through_us, html)
    LetterLink.objects.bulk_create(
        [LetterLink(edition=edition, number=number, url=url) for url, number in known.items()],
        ignore_conflicts=True,
    )
    return html


def follow(*, edition: str, number: int) -> str | None:
    """Count that somebody follows a link; return where it leads, None if there is none."""
    found = LetterLink.objects.filter(edition__public_id=edition, number=number)
    url = found.values_list("url", flat=True).first()
    if url:
        found.update(count=F("count") + 1)
    return url


def _path(edition: Edition, number: int) -> str:
    return reverse("letter_link", args=[edition.public_id, number])
