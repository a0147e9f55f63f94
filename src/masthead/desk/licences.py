"""Licences that are over, on the first page of the desk: each can be taken down from there."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.components import Component

from masthead.media.licences import expired, may_take_down
from masthead.media.models import Clip, Image
from masthead.readers.models import User

MOST = 20


class LicencesPanel(Component):
    """What readers see although its licence is over; nothing where nothing is."""

    name = "licences"
    order = 10
    template_name = "desk/licences.html"

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        pictures, clips = expired()
        found: Iterator[Image | Clip] = islice(chain(pictures[:MOST], clips[:MOST]), MOST)
        finder = AdminURLFinder(self.user)
        entries = [
            {
                "asset": asset,
                "kind": "clip" if isinstance(asset, Clip) else "picture",
                "url": finder.get_edit_url(asset),
            }
            for asset in found
            if may_take_down(self.user, asset)
        ]
        return {"entries": entries, "request": parent_context.get("request")}
