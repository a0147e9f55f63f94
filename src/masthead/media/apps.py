from contextlib import suppress
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from masthead.lib.jobs import Job, register


class MediaConfig(AppConfig):
    name = "masthead.media"
    label = "media"
    verbose_name = _("Media")

    def ready(self) -> None:
        from masthead.media import signals  # noqa: F401, PLC0415 - receivers need models
        from masthead.media.actions import make_missing_renditions  # noqa: PLC0415 - needs models

        with suppress(OSError):  # a folder that cannot be written: Django's checks say so
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, exist_ok=True)
        register(Job("renditions", make_missing_renditions, every=1, heavy=True))
