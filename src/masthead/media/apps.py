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
        from masthead.media import (  # noqa: PLC0415 - as above
            captions_drafts,
            checkup,  # noqa: F401 - the doctor's
            credentials,
            preparation,
            signals,  # noqa: F401 - receivers need models
            storage,
            uploads,
        )
        from masthead.media.actions import make_missing_renditions  # noqa: PLC0415 - needs models
        from masthead.media.queries import renditions_are_missing  # noqa: PLC0415 - as above

        with suppress(OSError):  # a folder that cannot be written: Django's checks say so
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, exist_ok=True)
        is_due = renditions_are_missing
        register(Job("renditions", make_missing_renditions, every=1, heavy=True, is_due=is_due))
        is_due = credentials.credentials_are_due
        read = credentials.read_next_credentials
        register(Job("content credentials", read, every=2, heavy=True, is_due=is_due))
        is_due = preparation.playable_clips_are_due
        register(Job("clips", preparation.make_clip_playable, every=1, heavy=True, is_due=is_due))
        # Beside it, so that no clip waits for the hours that another one takes.
        is_due = preparation.versions_are_due
        register(
            Job("versions of clips", preparation.make_versions, every=2, heavy=True, is_due=is_due)
        )
        is_due = captions_drafts.captions_drafts_are_due
        draft = captions_drafts.make_captions_draft
        register(Job("drafts of captions", draft, every=2, heavy=True, is_due=is_due))
        if storage.in_bucket():
            forget = storage.Forgetting()
            register(Job("files deleted elsewhere", forget, every=2, everywhere=True))
        register(Job("former files", preparation.delete_former_files, every=60))
        register(Job("expired uploads", uploads.drop_expired_uploads, every=60))
