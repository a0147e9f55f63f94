"""Links in an editor's text to pages of the newsroom."""

from typing import Any

from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from masthead.stories.queries import public


class PublicPageLinkHandler(PageLinkHandler):
    """Links to what readers may see; to a draft, or what was withdrawn, only the words are left."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Page | None]:
        found: list[Page | None] = super().get_many(attrs_list)
        wanted = [page.localized.pk for page in found if page]
        seen = set(public(Page).filter(pk__in=wanted).values_list("pk", flat=True))
        return [page if page and page.localized.pk in seen else None for page in found]
