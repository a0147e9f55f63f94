"""From the path that a reader asks for to the page that stands there."""

from dataclasses import dataclass

from wagtail.models import Page, Site

from masthead.stories.errors import Gone
from masthead.stories.models import CorrectionKind, Listing, PublicPage, Story
from masthead.stories.queries import public


@dataclass(frozen=True)
class Found:
    """A page, and the part of it that an address names."""

    page: PublicPage
    part: tuple[str, ...] = ()


def find(*, site: Site, path: str) -> Found | None:
    """Return what stands at a path such as ``/2026/11/harbour-opens/``, or None.

    Raises Gone when a retracted story stood there.
    """
    story = public().filter(site=site, address=path).first()
    if story:
        return Found(story)
    _refuse_retracted(site, path)
    return _find_in_tree(site, [step for step in path.split("/") if step])


def _refuse_retracted(site: Site, path: str) -> None:
    retracted = Story.objects.filter(
        site=site, address=path, live=False, corrections__kind=CorrectionKind.RETRACTION
    ).first()
    if retracted:
        raise Gone(retracted)


def _find_in_tree(site: Site, steps: list[str]) -> Found | None:
    page = site.root_page
    if steps and (edition := _edition(page, steps[0])):
        page, steps = edition, steps[1:]
    while steps:
        child = page.get_children().filter(slug=steps[0], as_story=None).first()
        if child is None:
            break
        page, steps = child, steps[1:]
    specific = public(Page).filter(pk=page.pk).specific().first()
    if not isinstance(specific, PublicPage) or (steps and not isinstance(specific, Listing)):
        return None
    return Found(specific, tuple(steps))


def _edition(root: Page, code: str) -> Page | None:
    others = root.get_translations().filter(locale__language_code=code)
    found: Page | None = others.first()
    return found
