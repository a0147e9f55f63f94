"""From the path that a reader asks for to the page that stands there."""

from dataclasses import dataclass

from wagtail.models import Page, Site

from masthead.stories.errors import Gone
from masthead.stories.models import Archive, Listing, PublicPage, at_address
from masthead.stories.queries import public, retracted
from masthead.stories.slugs import RESERVED_STEPS


@dataclass(frozen=True)
class Found:
    """A page, and the part of it that an address names."""

    page: PublicPage
    part: tuple[str, ...] = ()


def find(*, site: Site, path: str) -> Found | None:
    """Return what stands at a path such as ``/2026/11/harbour-opens/``, or None.

    Raises Gone when a retracted story stood there.
    """
    steps = _steps(path)
    if steps is None:
        return None
    here = public().filter(at_address(site_id=site.pk, path=path))
    # One story at most has the address: to put many columns in order is work for nothing.
    for story in here.select_related("section", "lead_picture").order_by():
        return Found(story)
    found = _find_in_tree(site, steps)
    if not found:
        _refuse_retracted(site, path)
    return found


def path_of(page: PublicPage, part: tuple[str, ...] = ()) -> str:
    """Return the path at which a page, or a part of it, stands; "" for a page without a place."""
    parts = page.get_url_parts()
    return "/".join([parts[2].rstrip("/"), *part, ""]) if parts and parts[2] else ""


def is_kept_for_pages(*, site: Site, path: str) -> bool:
    """Return whether a path belongs to a page that is no story, published or not, or to no page."""
    steps = [step for step in path.split("/") if step]
    return steps[0] in RESERVED_STEPS or not _descend(site, steps)[1]


def _steps(path: str) -> list[str] | None:
    """Return the steps of a path; None for one that no page has, such as ``//politics/``."""
    steps = [step for step in path.split("/") if step]
    is_plain = path == "/".join(["", *steps, ""]) and "\0" not in path
    return steps if is_plain else None


def _refuse_retracted(site: Site, path: str) -> None:
    found = retracted().filter(at_address(site_id=site.pk, path=path)).first()
    if found:
        raise Gone(found)


def _find_in_tree(site: Site, steps: list[str]) -> Found | None:
    page, rest = _descend(site, steps)
    specific = public(Page).filter(pk=page.pk).specific().first()
    if not isinstance(specific, PublicPage) or (rest and not isinstance(specific, Listing)):
        return None
    return Found(specific, tuple(rest))


def _descend(site: Site, steps: list[str]) -> tuple[Page, list[str]]:
    """Return the page to which the first steps lead from the front page, and the other steps."""
    page = site.root_page
    if steps and (edition := _edition(page, steps[0])):
        page, steps = edition, steps[1:]
    while steps and page.specific_class is not Archive:  # below it stand stories alone
        child = page.get_children().filter(slug=steps[0], as_story=None).first()
        if child is None:
            break
        page, steps = child, steps[1:]
    return page, steps


def _edition(root: Page, code: str) -> Page | None:
    others = root.get_translations().filter(locale__language_code=code)
    found: Page | None = others.first()
    return found
