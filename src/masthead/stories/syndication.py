"""From a page to the feed of its newest stories."""

import mimetypes
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urljoin
from uuid import NAMESPACE_OID, uuid5

import nh3
from django.core.files import File
from django.template import engines
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from masthead.media.models import Clip, Image
from masthead.media.queries import load_renditions, sources
from masthead.stories.feeds import Author, Entry, Feed, Medium
from masthead.stories.head import DESCRIPTION_LENGTH, description_of
from masthead.stories.lists import feed_stories
from masthead.stories.models import Byline, Distribution, PublicPage, Story, WorkKind
from masthead.stories.queries import pictures_in
from masthead.stories.render import Shell

#: Kinds of work that nobody should take for news because a feed shows the headline alone.
NAMED = frozenset({WorkKind.OPINION, WorkKind.SATIRE, WorkKind.SPONSORED})
#: A feed without stories has changed at no time that anybody remembers.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
TEXT = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "col",
        "colgroup",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "hr",
        "i",
        "img",
        "li",
        "ol",
        "p",
        "s",
        "section",
        "source",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "track",
        "ul",
        "video",
    ]
)
ATTRIBUTES = {
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "video": {"controls", "poster", "width", "height"},
    "source": {"src", "type"},
    "track": {"kind", "src", "srclang", "label"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang", "dir"},
}
LINKS = {"href", "src", "poster"}


def feed_of(page: PublicPage) -> Feed:
    """Return the newest stories of a front page, section, topic or person, for machines."""
    shell = Shell.around(page)
    with translation.override(shell.language), timezone.override(shell.newsroom.zone):
        entries = list(_entries(shell))
        is_front = page.pk == shell.front.pk
        return Feed(
            id=_name(f"{page.translation_key}/{shell.language}"),
            title=page.title if is_front else shell.titled(page),
            description=description_of(page) or shell.front.tagline,
            publisher=shell.front.title,
            page=shell.full_url(page),
            language=shell.language,
            changed_at=max((each.changed_at for each in entries), default=NEVER),
            entries=entries,
        )


def _entries(shell: Shell) -> Iterator[Entry]:
    is_full = Distribution.of(shell.site).feeds_are_full
    stories = feed_stories(shell.page)
    if is_full:
        load_renditions(image for story in stories for image in pictures_in(story))
    for story in stories:
        yield _entry(shell, story, html=_html(shell, story) if is_full else "")


def _entry(shell: Shell, story: Story, *, html: str) -> Entry:
    published_at = story.published_at or NEVER
    bylines = list(story.bylines.all())
    places = [story.section, *story.topics.all()]
    return Entry(
        id=_name(story.public_id),
        address=shell.full_url(story),
        title=_title(story),
        summary=story.standfirst or description_of(story)[:DESCRIPTION_LENGTH],
        html=html,
        published_at=published_at,
        changed_at=story.last_change(story.corrections.all()) or NEVER,
        authors=[_author(shell, each) for each in bylines] or [Author(shell.front.title)],
        categories=[place.title for place in places if place],
        media=list(_media(shell, story)),
    )


def _name(key: str) -> str:
    """Return a name that stays when an address, a headline or the newsroom's host changes."""
    return uuid5(NAMESPACE_OID, key).urn


def _title(story: Story) -> str:
    title: str = story.title
    if WorkKind(story.kind) in NAMED:
        title = _("%(kind)s: %(headline)s") % {"kind": story.get_kind_display(), "headline": title}
    if story.shown_clip:
        title = _("VIDEO: %(headline)s") % {"headline": title}
    return title


def _author(shell: Shell, byline: Byline) -> Author:
    if byline.person is None:
        return Author(byline.organisation)
    address = shell.full_url(byline.person) if byline.has_profile else ""
    return Author(byline.person.title, address)


def _media(shell: Shell, story: Story) -> Iterator[Medium]:
    if story.shown_clip:
        yield _clip(shell, story.shown_clip)
    yield from _pictures(shell, [story.shown_clip and story.shown_clip.poster, story.lead_picture])


def _clip(shell: Shell, clip: Clip) -> Medium:
    return Medium(
        address=urljoin(shell.site.root_url, clip.file.url),
        type="video/mp4",
        length=_length(clip.file),
        width=clip.width,
        height=clip.height,
        words=clip.title,
        credit=clip.credit,
        seconds=clip.duration,
    )


def _pictures(shell: Shell, images: Iterable[Image | None]) -> Iterator[Medium]:
    for image in images:
        found = sources(image) if image else None
        if image and found:
            yield Medium(
                address=urljoin(shell.site.root_url, found.src),
                type=mimetypes.guess_type(found.src)[0] or "image/jpeg",
                length=_length(found.file),
                width=found.width,
                height=found.height,
                words=image.description,
                credit=image.credit,
            )


def _length(file: "File[bytes]") -> int:
    try:
        return file.size
    except OSError:  # it is on another machine, or was lost
        return 0


def _html(shell: Shell, story: Story) -> str:
    """Return a story's text as a reader of feeds may show it: whole addresses, nothing active."""
    template = engines["pages"].get_template("stories/feed_story.html")
    html = template.render({"shell": shell, "page": story})
    address = shell.full_url(story)

    def whole(_tag: str, name: str, value: str) -> str:
        return urljoin(address, value) if name in LINKS else value

    return nh3.clean(
        html,
        tags=set(TEXT),
        attributes=ATTRIBUTES,
        attribute_filter=whole,
        clean_content_tags={"script", "style", "button"},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    ).strip()
