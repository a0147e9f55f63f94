"""The first pages of a newsroom, and of each further language that it publishes in."""

from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from masthead.lib.address import SiteAddress
from masthead.stories.models import (
    Archive,
    FrontPage,
    Newsroom,
    PersonIndex,
    PublicPage,
    TopicIndex,
)
from masthead.stories.standing import add_standing_pages


def found_newsroom(*, name: str, language: str, address: SiteAddress, time_zone: str) -> Site:
    """Create the site, its front page and the lists below it; return the site.

    Wagtail's own first page and site, which an empty database comes with, are replaced.
    """
    root = Page.get_first_root_node()
    locale, _made = Locale.objects.get_or_create(language_code=language)
    Page.objects.filter(pk=root.pk).update(locale=locale)
    root.refresh_from_db()
    front = add_edition(name=name, language=language, slug="front")
    site, _made = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.host,
            "port": address.port,
            "site_name": name,
            "root_page": front,
        },
    )
    for page in root.get_children().type(Page).exclude(pk=front.pk).filter(slug="home"):
        page.delete()
    Newsroom.objects.update_or_create(site=site, defaults={"time_zone": time_zone})
    return site


def add_edition(
    *,
    name: str,
    language: str,
    slug: str,
    tagline: str = "",
    translation_of: FrontPage | None = None,
) -> FrontPage:
    """Create the front page of one language, with its lists and its standing pages."""
    locale, _made = Locale.objects.get_or_create(language_code=language)
    root = Page.get_first_root_node()
    front = FrontPage(title=name, slug=slug, tagline=tagline, locale=locale)
    original = translation_of
    if original:
        front.translation_key = original.translation_key
    root.add_child(instance=front)
    with translation.override(language):
        for page in (
            TopicIndex(title=_("Topics"), slug="topics"),
            PersonIndex(title=_("People"), slug="people"),
            Archive(title=_("Archive"), slug="archive"),
        ):
            _add_list(front, page, original)
        add_standing_pages(front, original)
    return front


def _add_list(front: FrontPage, page: PublicPage, original: FrontPage | None) -> None:
    page.locale = front.locale
    if original:
        twin = type(page).objects.child_of(original).first()
        page.translation_key = twin.translation_key if twin else page.translation_key
    front.add_child(instance=page)


def keep_address(*, site: Site, address: SiteAddress) -> None:
    """Let the main site's record follow the address that the settings file names."""
    if (site.hostname, site.port) != (address.host, address.port):
        site.hostname, site.port = address.host, address.port
        site.save()
