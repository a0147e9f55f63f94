"""What machines read of a page: schema.org in JSON-LD. What is not known is left out."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.utils import timezone
from django.utils.html import strip_tags
from markupsafe import Markup
from wagtail.models import Page

from masthead.media.models import Clip, Image
from masthead.media.queries import sources
from masthead.stories.head import picture_of
from masthead.stories.models import (
    Archive,
    Byline,
    Correction,
    FrontPage,
    Person,
    PersonIndex,
    Section,
    StandingKind,
    StandingPage,
    Story,
    Topic,
    TopicIndex,
    WorkKind,
)
from masthead.stories.render import Shell

Data = dict[str, Any]
#: https://schema.org/NewsArticle and what is beside it; the others are news.
TYPES = {
    WorkKind.ANALYSIS: "AnalysisNewsArticle",
    WorkKind.OPINION: "OpinionNewsArticle",
    WorkKind.EXPLAINER: "BackgroundNewsArticle",
    WorkKind.REVIEW: "ReviewNewsArticle",
    WorkKind.SATIRE: "SatiricalArticle",
    WorkKind.SPONSORED: "AdvertiserContentArticle",
}
#: What https://schema.org/NewsMediaOrganization calls the pages on which it explains itself.
POLICIES = {
    StandingKind.CORRECTIONS: "correctionsPolicy",
    StandingKind.OWNERSHIP: "ownershipFundingInfo",
    StandingKind.PRINCIPLES: "publishingPrinciples",
    StandingKind.ETHICS: "ethicsPolicy",
    StandingKind.CHECKING: "verificationFactCheckingPolicy",
    StandingKind.SOURCES: "unnamedSourcesPolicy",
    StandingKind.RULES: "actionableFeedbackPolicy",
}
STANDING = {StandingKind.ABOUT: "AboutPage", StandingKind.CONTACT: "ContactPage"}
LISTS = (Archive, PersonIndex, Section, Topic, TopicIndex)
#: Characters that could end the script element, or a line of JavaScript.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def as_script(data: Data) -> Markup:
    """Return data as JSON that can stand in a script element: no text in it can end that."""
    return Markup(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S704 - escaped


def story_data(
    shell: Shell,
    story: Story,
    *,
    bylines: Sequence[Byline],
    corrections: Iterable[Correction],
    topics: Iterable[Topic],
) -> list[Data]:
    """Return a story as schema.org's NewsArticle, and its place; nothing before it is published."""
    if not story.published_at:
        return []
    publisher = organisation(shell)
    clips = [story.shown_clip, *(b.value["clip"] for b in story.body if b.block_type == "clip")]
    article = {
        "@type": TYPES.get(WorkKind(story.kind), "NewsArticle"),
        "headline": story.title,
        "description": shell.head.description,
        "url": shell.head.canonical,
        "mainEntityOfPage": shell.head.canonical,
        "inLanguage": shell.language,
        "datePublished": _iso(story.published_at),
        "dateModified": _iso(story.last_change(corrections)),
        "image": _image(shell, picture_of(story)),
        "video": [
            data
            for clip in clips
            if clip and clip.is_shown and (data := _video(shell, story, clip))
        ],
        "dateline": story.dateline_place,
        "articleSection": story.section.title if story.section else "",
        "keywords": [topic.title for topic in topics],
        "isAccessibleForFree": True,
        "author": [_author(shell, each) for each in bylines] or [publisher],
        "sponsor": _sponsors(story, bylines),
        "publisher": publisher,
        "correction": [_comment(each) for each in corrections],
    }
    return [_whole(article), *_trail(shell, [*([story.section] if story.section else []), story])]


def page_data(shell: Shell) -> list[Data]:
    """Return what any other page is, and its place in the newsroom."""
    page = shell.page
    if isinstance(page, FrontPage):
        return [_whole(organisation(shell)), _whole(_site(shell))]
    if isinstance(page, Person):
        person = _person(shell, page)
        index = page.get_parent().specific
        return [_whole(_described(shell, "ProfilePage", person)), *_trail(shell, [index, page])]
    if isinstance(page, Topic):
        index = page.get_parent().specific
        return [_whole(_described(shell, "CollectionPage")), *_trail(shell, [index, page])]
    if isinstance(page, LISTS):
        return [_whole(_described(shell, "CollectionPage")), *_trail(shell, [page])]
    if isinstance(page, StandingPage):
        kind = STANDING.get(StandingKind(page.kind), "WebPage")
        return [_whole(_described(shell, kind)), *_trail(shell, [page])]
    return []


def organisation(shell: Shell) -> Data:
    """Return who publishes, with the pages on which an editor has confirmed how they work."""
    return shell.once("organisation", _organisation)


def _organisation(shell: Shell) -> Data:
    newsroom, front = shell.newsroom, shell.full_url(shell.front)
    confirmed = [page for page in shell.standing if page.is_confirmed and page.kind in POLICIES]
    contact = {"@type": "ContactPoint", "email": newsroom.contact_email}
    people = [page for page in shell.indexes if isinstance(page, PersonIndex)]
    return _known(
        {
            "@type": "NewsMediaOrganization",
            "@id": f"{front}#newsroom",
            "name": shell.front.title,
            "url": front,
            "legalName": newsroom.publisher,
            "slogan": shell.front.tagline,
            "logo": _image(shell, newsroom.logo),
            "address": " ".join(newsroom.postal_address.split()),
            "contactPoint": contact if newsroom.contact_email else {},
            "masthead": next((shell.full_url(page) for page in people), ""),
            **{POLICIES[StandingKind(page.kind)]: shell.full_url(page) for page in confirmed},
        }
    )


def _site(shell: Shell) -> Data:
    front = shell.full_url(shell.front)
    return {
        "@type": "WebSite",
        "name": shell.front.title,
        "url": front,
        "inLanguage": shell.language,
        "publisher": {"@id": f"{front}#newsroom"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{shell.site.root_url}{shell.search}?q={{query}}&language={shell.language}",
            "query-input": "required name=query",
        },
    }


def _described(shell: Shell, kind: str, entity: Data | None = None) -> Data:
    return {
        "@type": kind,
        "name": shell.page.title,
        "description": shell.head.description,
        "url": shell.head.canonical,
        "inLanguage": shell.language,
        "mainEntity": entity or {},
        "publisher": {"@id": f"{shell.full_url(shell.front)}#newsroom"},
    }


def _person(shell: Shell, person: Person) -> Data:
    return _known(
        {
            "@type": "Person",
            "name": person.title,
            "url": shell.full_url(person),
            "jobTitle": person.role,
            "description": " ".join(strip_tags(person.biography.replace("<", " <")).split()),
            "email": person.contact,
            "knowsAbout": person.expertise,
            "knowsLanguage": person.languages,
            "image": _image(shell, person.portrait),
            "worksFor": organisation(shell),
        }
    )


def _trail(shell: Shell, pages: Sequence[Page]) -> Iterator[Data]:
    """Yield the way from the front page to a page."""
    steps = [(shell.front.title, shell.front), *((page.title, page) for page in pages)]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": shell.full_url(page)}
        for number, (name, page) in enumerate(steps, 1)
    ]
    yield _whole({"@type": "BreadcrumbList", "itemListElement": items})


def _author(shell: Shell, byline: Byline) -> Data:
    if byline.person is None:
        return {"@type": "Organization", "name": byline.organisation}
    address = shell.full_url(byline.person) if byline.has_profile else ""
    person = byline.person
    return _known(
        {"@type": "Person", "name": person.title, "jobTitle": person.role, "url": address}
    )


def _sponsors(story: Story, bylines: Iterable[Byline]) -> list[Data]:
    if story.kind != WorkKind.SPONSORED:
        return []
    names = [each.organisation for each in bylines if each.organisation]
    return [{"@type": "Organization", "name": name} for name in names]


def _comment(correction: Correction) -> Data:
    return {
        "@type": "CorrectionComment",
        "text": correction.is_right,
        "datePublished": _iso(correction.made_at),
    }


def _image(shell: Shell, image: Image | None) -> Data:
    found = sources(image) if image else None
    if image is None or found is None:
        return {}
    return _known(
        {
            "@type": "ImageObject",
            "url": urljoin(shell.site.root_url, found.src),
            "width": found.width,
            "height": found.height,
            "caption": image.description,
            "creditText": image.credit,
        }
    )


def _video(shell: Shell, story: Story, clip: Clip) -> Data:
    poster = _image(shell, clip.poster)
    if not poster:  # without a thumbnail no machine takes it
        return {}
    return _known(
        {
            "@type": "VideoObject",
            "name": clip.title,
            "description": clip.description,
            "thumbnailUrl": poster["url"],
            "contentUrl": urljoin(shell.site.root_url, clip.file.url),
            "uploadDate": _iso(story.published_at),
            "duration": f"PT{round(clip.duration)}S" if clip.duration else "",
            "width": clip.width,
            "height": clip.height,
            "transcript": clip.transcript,
            "creditText": clip.credit,
        }
    )


def _whole(data: Data) -> Data:
    return {"@context": "https://schema.org", **_known(data)}


def _known(data: Data) -> Data:
    return {name: value for name, value in data.items() if value}


def _iso(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
