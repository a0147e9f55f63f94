"""What machines read of a story: schema.org in JSON-LD."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from markupsafe import Markup
from wagtail.models import Page

from masthead.stories.head import Head
from masthead.stories.models import Byline, Correction, Story, WorkKind

#: https://schema.org/NewsArticle and what is beside it; the others are news.
TYPES = {
    WorkKind.ANALYSIS: "AnalysisNewsArticle",
    WorkKind.OPINION: "OpinionNewsArticle",
    WorkKind.EXPLAINER: "BackgroundNewsArticle",
    WorkKind.REVIEW: "ReviewNewsArticle",
    WorkKind.SATIRE: "SatiricalArticle",
    WorkKind.SPONSORED: "AdvertiserContentArticle",
}
#: Characters that could end the script element, or a line of JavaScript.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def as_script(data: dict[str, Any]) -> Markup:
    """Return data as JSON that can stand in a script element: no text in it can end that."""
    return Markup(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S704 - escaped


def news_article(
    story: Story,
    *,
    head: Head,
    publisher: dict[str, Any],
    bylines: Iterable[Byline],
    corrections: Iterable[Correction],
    address_of: Callable[[Page], str],
) -> dict[str, Any]:
    """Return a story as schema.org's NewsArticle; what is not known is left out."""
    organisation = {"@type": "NewsMediaOrganization"} | publisher
    found = {
        "@context": "https://schema.org",
        "@type": TYPES.get(WorkKind(story.kind), "NewsArticle"),
        "headline": story.title,
        "description": head.description,
        "url": head.canonical,
        "mainEntityOfPage": head.canonical,
        "inLanguage": head.language,
        "datePublished": _iso(story.published_at),
        "dateModified": _iso(story.updated_at or story.published_at),
        "image": [head.picture.address] if head.picture else [],
        "dateline": story.dateline_place,
        "author": [_author(each, address_of) for each in bylines] or [organisation],
        "publisher": organisation,
        "correction": [_comment(each) for each in corrections],
    }
    return {name: value for name, value in found.items() if value}


def _author(byline: Byline, address_of: Callable[[Page], str]) -> dict[str, Any]:
    if byline.person is None:
        return {"@type": "Organization", "name": byline.organisation}
    person = {"@type": "Person", "name": byline.person.title, "jobTitle": byline.person.role}
    if byline.has_profile:
        person["url"] = address_of(byline.person)
    return {name: value for name, value in person.items() if value}


def _comment(correction: Correction) -> dict[str, Any]:
    return {
        "@type": "CorrectionComment",
        "text": correction.is_right,
        "datePublished": _iso(correction.made_at),
    }


def _iso(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
