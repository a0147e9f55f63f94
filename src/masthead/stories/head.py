"""What machines read of any page: its title, description, one address and picture."""

from dataclasses import dataclass
from urllib.parse import urljoin

from django.utils.text import Truncator
from wagtail.models import Site

from masthead.media.models import Image
from masthead.media.queries import sources
from masthead.stories.models import FrontPage, PublicPage

#: Search engines and social sites cut longer descriptions.
DESCRIPTION_LENGTH = 200
#: What sites that show shared links ask for, in pixels.
SHARE_SIZE = (1200, 630)


@dataclass(frozen=True)
class SharedPicture:
    """The picture that stands for a page elsewhere: its full address, its words, its pixels."""

    address: str
    text: str
    width: int
    height: int


@dataclass(frozen=True)
class Head:
    """The same facts under the names that search engines and social sites ask for."""

    title: str
    shared_title: str
    description: str
    canonical: str
    language: str
    kind: str
    picture: SharedPicture | None


def head_of(page: PublicPage, *, front: FrontPage, site: Site, address: str) -> Head:
    """Return what the head of a page says. ``address`` is the page's own, in full."""
    return Head(
        title=page.seo_title or page.title,
        shared_title=getattr(page, "social_title", "") or page.seo_title or page.title,
        description=description_of(page) or front.search_description or front.tagline,
        canonical=getattr(page, "canonical_url", "") or address,
        language=front.locale.language_code,
        kind="article" if hasattr(page, "published_at") else "website",
        picture=_picture(page, front, site),
    )


def description_of(page: PublicPage) -> str:
    """Return what a page says of itself in a sentence or two; "" if it says nothing."""
    names = ("search_description", "standfirst", "description", "tagline", "role")
    found = next((text for name in names if (text := getattr(page, name, ""))), "")
    return Truncator(found).chars(DESCRIPTION_LENGTH)


def picture_of(page: PublicPage) -> Image | None:
    """Return the picture that stands for a page: a clip's poster, the lead picture, a portrait."""
    clip = getattr(page, "shown_clip", None)
    found: Image | None = clip.poster if clip else None
    return found or getattr(page, "lead_picture", None) or getattr(page, "portrait", None)


def _picture(page: PublicPage, front: FrontPage, site: Site) -> SharedPicture | None:
    drawn = getattr(page, "share_picture", None)
    if drawn and drawn.file:
        words = f"{page.social_title or page.title} \N{EN DASH} {front.title}"
        address = urljoin(site.root_url, drawn.file.url)
        return SharedPicture(address, words, *SHARE_SIZE)
    image = picture_of(page)
    found = sources(image) if image else None
    if image is None or found is None:
        return None
    address = urljoin(site.root_url, found.src)
    return SharedPicture(address, image.description, found.width, found.height)
