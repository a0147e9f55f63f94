"""The Jinja environment of public pages: no request reaches it."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language, get_language_info, gettext, ngettext
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from wagtail.rich_text import expand_db_html

from masthead.media.models import Image
from masthead.media.queries import sources
from masthead.stories.additions import added, block_with_additions
from masthead.stories.embeds import embed
from masthead.stories.feeds import FORMATS
from masthead.stories.own_templates import PageEnvironment, loader
from masthead.stories.reading_time import minutes_to_read
from masthead.stories.render import Shell
from masthead.stories.structured_data import as_script, page_data, story_data
from masthead.stories.theme import NIGHT, PAPER
from masthead.stories.theme import name as colour_name


def environment(**options: Any) -> Environment:
    """Return the environment that public templates are rendered in."""
    options["loader"] = loader(options["loader"])
    env = PageEnvironment(extensions=["jinja2.ext.i18n"], **options)
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals |= {
        "FORMATS": FORMATS,
        "PAPER": PAPER,
        "NIGHT": NIGHT,
        "added": added,
        "block_with_additions": block_with_additions,
        "direction": direction,
        "embed": embed,
        "focus": focus,
        "language_name": language_name,
        "minutes_to_read": minutes_to_read,
        "page_data": page_data,
        "shared_part": shared_part,
        "sources": sources,
        "static": static,
        "story_data": story_data,
        "url": reverse,
    }
    env.filters |= {
        "as_script": as_script,
        "clock": clock,
        "colour_name": colour_name,
        "date": date_in_words,
        "day": day,
        "iso": iso,
        "jointed": jointed,
        "link_targets": link_targets,
        "running_time": running_time,
        "listed": listed,
        "moment": moment,
        "month": month,
        "richtext": rich_text,
    }
    return env


@pass_context
def shared_part(context: Context, name: str) -> Markup:
    """Return a template that shows the same on all pages of an edition."""
    templates = context.environment

    def fill(shell: Shell) -> str:
        return templates.get_template(name).render(shell=shell, page=shell.front)

    shell: Shell = context["shell"]
    # Where a newsroom's own template failed, the original stands for it.
    return Markup(shell.once(f"{name}, original: {templates.overlayed}", fill))  # noqa: S704 - a template's


def rich_text(value: Any) -> Markup:
    """Return an editor's rich text as HTML, with links to pages and documents filled in."""
    return Markup(expand_db_html(str(getattr(value, "source", value))))  # noqa: S704 - Wagtail keeps its own whitelist


class _Targets(HTMLParser):
    """Collects where the links of an editor's text lead; others say more than an address."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        target = values.get("href") or ""
        if tag == "a" and "rel" not in values and target.startswith("http"):
            self.found.append(target)


def link_targets(html: str) -> list[str]:
    """Return where links in a text lead, in the order in which a printed page counts them."""
    targets = _Targets()
    targets.feed(html)
    targets.close()
    return targets.found


def jointed(address: str) -> Markup:
    """Return a mail address that a narrow column may break behind the @."""
    return Markup("@<wbr>").join(address.split("@"))


def language_name(code: str) -> str:
    """Return a language's own name for itself."""
    name: str = get_language_info(code)["name_local"]
    return name


def direction(code: str) -> str:
    """Return the direction in which a language is written."""
    return "rtl" if get_language_info(code)["bidi"] else "ltr"


def focus(image: Image) -> str:
    """Return the classes that keep what matters of a picture in view when it is cropped."""
    if image.focal_point_x is None or not image.width or not image.height:
        return ""
    across = round(10 * image.focal_point_x / image.width)
    down = round(10 * image.focal_point_y / image.height)
    return f"across-{across} down-{down}"


def listed(items: Sequence[Markup | str]) -> Markup:
    """Return names as one phrase: “Ada, Ben and Cleo”."""
    *others, last = (escape(item) for item in items)
    if not others:
        return last
    return Markup(gettext("%(others)s and %(last)s")) % {  # noqa: S704 - our own text
        "others": Markup(gettext(", ")).join(others),  # noqa: S704 - our own text
        "last": last,
    }


def running_time(seconds: float) -> str:
    """Return a clip's length: 134 seconds are 2:14."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def clock(value: datetime) -> str:
    """Return a time of day as the page's language writes it, in the newsroom's time zone."""
    return formats.date_format(timezone.localtime(value), "TIME_FORMAT")


def month(value: datetime) -> str:
    """Return month and year as the page's language writes them, in the newsroom's time zone."""
    return formats.date_format(timezone.localtime(value), "YEAR_MONTH_FORMAT")


def day(value: datetime) -> str:
    """Return a date as the page's language writes it, in the newsroom's time zone."""
    return formats.date_format(timezone.localtime(value), "DATE_FORMAT")


def date_in_words(value: date) -> str:
    """Return a date that somebody wrote down, as the page's language writes it."""
    return formats.date_format(value, "DATE_FORMAT")


def moment(value: datetime) -> str:
    """Return date and time as the page's language writes them, in the newsroom's time zone."""
    return _moment(value, timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=4_000)
def _moment(value: datetime, zone: tzinfo, _language: str) -> str:
    # The same comments stand on page after page.
    return formats.date_format(timezone.localtime(value, zone), "DATETIME_FORMAT")


def iso(value: datetime) -> str:
    """Return a time as machines read it (ISO 8601), with the newsroom's offset."""
    return timezone.localtime(value).isoformat(timespec="seconds")
