"""The Jinja environment of public pages: no request reaches it."""

from datetime import datetime
from typing import Any

from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.translation import get_language_info, gettext, ngettext
from jinja2 import Environment
from markupsafe import Markup
from wagtail.rich_text import expand_db_html

from masthead.media.queries import sources


def environment(**options: Any) -> Environment:
    """Return the environment that public templates are rendered in."""
    env = Environment(extensions=["jinja2.ext.i18n"], **options)  # noqa: S701 - Django's engine passes autoescape
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals |= {"static": static, "sources": sources, "language_name": language_name}
    env.filters |= {"richtext": rich_text, "day": day, "moment": moment, "iso": iso}
    return env


def rich_text(value: Any) -> Markup:
    """Return an editor's rich text as HTML, with links to pages and documents filled in."""
    return Markup(expand_db_html(str(getattr(value, "source", value))))  # noqa: S704 - Wagtail keeps its own whitelist


def language_name(code: str) -> str:
    """Return a language's own name for itself."""
    name: str = get_language_info(code)["name_local"]
    return name


def day(value: datetime) -> str:
    """Return a date as the page's language writes it, in the newsroom's time zone."""
    return formats.date_format(timezone.localtime(value), "DATE_FORMAT")


def moment(value: datetime) -> str:
    """Return date and time as the page's language writes them, in the newsroom's time zone."""
    return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")


def iso(value: datetime) -> str:
    """Return a time as machines read it (ISO 8601), with the newsroom's offset."""
    return timezone.localtime(value).isoformat(timespec="seconds")
