"""Old addresses: where they lead, and which redirects make no sense."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from masthead.lib.address import SiteAddress
from masthead.stories.addresses import find
from masthead.stories.errors import Gone
from masthead.stories.models import Story


def redirects_from(*, site: Site, path: str) -> QuerySet[Redirect]:
    """Return the redirects that hold for a path of a site, those of all sites too."""
    normal = Redirect.normalise_path(path)
    redirects: QuerySet[Redirect] = Redirect.get_for_site(site).filter(old_path=normal)
    return redirects


def leave_redirect(*, story: Story, path: str) -> None:
    """Let a story's old address lead to it, and forget any redirect from its new one."""
    redirects_from(site=story.site, path=story.address).filter(redirect_page=story.pk).delete()
    Redirect.objects.update_or_create(
        site=story.site,
        old_path=Redirect.normalise_path(path),
        defaults={
            "redirect_page": story.page_ptr,
            "redirect_link": "",
            "is_permanent": True,
            "automatically_created": True,
        },
    )


@dataclass(frozen=True)
class Aim:
    """Where a redirect leads. ``path`` is set where that is a path of ours."""

    link: str
    path: str


def aim_at(*, text: str, site: Site) -> Aim:
    """Read what somebody wrote as a redirect's aim: ``/new/`` or ``https://other.example/new/``.

    Raises ValidationError when it is neither.
    """
    text = text.strip()
    link = site.root_url + text if text.startswith("/") and not text.startswith("//") else text
    try:
        parts = urlsplit(link)
        home = SiteAddress.parse(f"{parts.scheme}://{parts.netloc}")
        URLValidator(schemes=["http", "https"])(link)
    except (ValueError, ValidationError) as error:
        message = _("“%(text)s” is no address: write /new/ or https://news.example/new/")
        raise ValidationError(message % {"text": text[:100]}) from error
    is_ours = home == SiteAddress.parse(site.root_url)
    return Aim(link, Redirect.normalise_path(parts.path) if is_ours else "")


def page_at(*, site: Site, path: str) -> Page | None:
    """Return the page that stands at a path; a retracted story stands there too."""
    try:
        found = find(site=site, path=path.rstrip("/") + "/")
    except Gone as gone:
        return gone.story
    return found.page if found and not found.part else None


class RedirectMap:
    """All redirects of a site, to see whether another one would fit."""

    def __init__(self, *, site: Site, without: int | None = None) -> None:
        self.site = site
        rows = Redirect.get_for_site(site).exclude(pk=without)
        self.leads = {row.old_path: self._path_of(row) for row in rows}
        self.aims = set(self.leads.values()) - {""}

    def _path_of(self, row: Redirect) -> str:
        # A page has its own address: no redirect stands there.
        if row.redirect_page_id:
            return ""
        try:
            return aim_at(text=row.redirect_link, site=self.site).path
        except ValidationError:
            return ""

    def add(self, *, source: str, path: str) -> None:
        """Add a redirect to the map, not to the database. ``path`` is "" unless it is one of ours.

        Raises ValidationError when a page stands at its source, when there is one from there
        already, or when it would make a loop or a chain.
        """
        source = Redirect.normalise_path(source)
        for is_wrong, message in (
            (path == source, _("%(source)s would lead to itself.")),
            (source in self.leads, _("There is a redirect from %(source)s already.")),
            (path in self.leads, _("%(path)s leads on to elsewhere: name that address instead.")),
            (
                source in self.aims,
                _("Another redirect leads to %(source)s: change that one first."),
            ),
            (self._is_read(source), _("A page stands at %(source)s: readers see that.")),
        ):
            if is_wrong:
                raise ValidationError(message % {"source": source, "path": path})
        self.leads[source] = path
        self.aims |= {path} - {""}

    def _is_read(self, source: str) -> bool:
        return "?" not in source and bool(page_at(site=self.site, path=source))
