"""Where files go that forms send whole: into the data folder, and no larger than allowed."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


class DeskUploadHandler(TemporaryFileUploadHandler):
    """Writes what people of the desk send to disk; takes no file from anyone else.

    What goes beyond the limit is counted but not kept: the form sees how large the file is and
    says so, in words, where a cut connection would say nothing.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        user = getattr(self.request, "user", None)
        if user is None or not user.has_perm("wagtailadmin.access_admin"):
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start < settings.MEDIA_MAX_FORM_BYTES:
            super().receive_data_chunk(raw_data, start)
