"""What stands around pages of accounts and mail: the same as around every other page."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Site

from masthead.stories.own_templates import fill
from masthead.stories.queries import edition
from masthead.stories.render import Shell
from masthead.stories.theme import NIGHT, PAPER

register = template.Library()


@dataclass(frozen=True)
class Surroundings:
    """The newsroom's look and its ways on, in the reader's language where there is an edition."""

    shell: Shell
    light: str = PAPER
    dark: str = NIGHT

    @property
    def name(self) -> str:
        name: str = self.shell.front.title
        return name

    @property
    def theme(self) -> str:
        return self.shell.theme

    @property
    def masthead(self) -> SafeString:
        return self._part("masthead")

    @property
    def footer(self) -> SafeString:
        return self._part("footer")

    def _part(self, name: str) -> SafeString:
        # The page is none of the edition's own: ``missing`` lets its name be no heading.
        facts = {"shell": self.shell, "page": self.shell.front, "missing": True}
        with translation.override(self.shell.language), timezone.override(self.shell.newsroom.zone):
            html = fill(f"stories/parts/{name}.html", facts)
        return mark_safe(html)  # noqa: S308 - our own template's


@register.simple_tag(takes_context=True)
def surroundings(context: dict[str, Any]) -> Surroundings:
    """Return what stands around a page that Django's templates make."""
    site = Site.find_for_request(context.get("request"))
    language = (translation.get_language() or "").split("-")[0]
    return Surroundings(Shell.around(edition(site=site, language=language)))
