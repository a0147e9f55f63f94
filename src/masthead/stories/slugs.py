"""Slugs: the part of an address that is made of a headline."""

from django.utils.text import slugify

SLUG_LENGTH = 80
#: What stands at these first steps of a path is no page: see ``conf.urls`` and ``conf.middleware``.
RESERVED_STEPS = frozenset(
    {
        *("account", "desk", "discussion", "documents", "healthz", "hooks", "media", "metrics"),
        *("my", "readyz", "search", "static", "theme"),
    }
)


def slug_for(title: str) -> str:
    """Return a slug of at most 80 characters in the title's script; "" if it has no letter."""
    return cut_slug(slugify(title, allow_unicode=True))


def cut_slug(slug: str) -> str:
    """Return a slug of at most 80 characters, cut between words where it can be."""
    if len(slug) <= SLUG_LENGTH:
        return slug
    return slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]
