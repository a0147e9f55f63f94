"""Clips and the rungs from which a player chooses."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import CollectionMember
from wagtail.search import index

from masthead.lib.identity import ImportedIdentity, PublicIdentity
from masthead.lib.mp4 import ClipRefusedError, check_clip
from masthead.lib.webvtt import CaptionsRefusedError, check_captions
from masthead.media.models.files import Uploaded, public_storage, unguessable_name
from masthead.media.models.picture import Image
from masthead.media.models.provenance import Provenance


class Clip(
    PublicIdentity,
    ImportedIdentity,
    Uploaded,
    Provenance,
    CollectionMember,
    index.Indexed,
    models.Model,
):
    """A video with its poster and its captions.

    ``original`` is what was uploaded, private. ``file`` is what any browser plays, without the
    data of place, device and person; ``playlist`` leads to the rungs, from which a player chooses
    by the line. Both are empty until they are made: ``preparation`` says how far that is.
    """

    title = models.CharField(_("title"), max_length=255)
    original = models.FileField(upload_to=unguessable_name, blank=True, editable=False)
    file = models.FileField(
        _("file"),
        upload_to=unguessable_name,
        storage=public_storage,
        blank=True,
        validators=[FileExtensionValidator(["mp4"])],
        help_text=_("An MP4 with H.264 video, and AAC sound or none."),
    )
    playlist = models.FileField(
        upload_to=unguessable_name, storage=public_storage, blank=True, editable=False
    )
    poster = models.ForeignKey(
        Image,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("poster"),
        help_text=_(
            "The picture that stands there until a reader presses play. "
            "Leave it empty to have one taken from the clip."
        ),
    )
    description = models.TextField(
        _("description"), help_text=_("What is to be seen, for those who cannot see it.")
    )
    credit = models.CharField(
        _("credit"),
        max_length=255,
        help_text=_("Who made it and for whom, as readers see it: “Video: Ada Brook”"),
    )
    captions = models.FileField(
        _("captions"),
        upload_to=unguessable_name,
        storage=public_storage,
        blank=True,
        validators=[FileExtensionValidator(["vtt"])],
        help_text=_("A WebVTT file."),
    )
    captions_language = models.CharField(_("language of the captions"), max_length=10, blank=True)
    transcript = models.TextField(
        _("transcript"),
        blank=True,
        help_text=_("Leave it empty to have it made from the captions."),
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    duration = models.FloatField(_("seconds"), editable=False, default=0)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    #: The names of its files in the storage, kept by ``signals``.
    stored_files: dict[str, str]

    search_fields: ClassVar = [
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.SearchField("description"),
        index.SearchField("transcript"),
        index.FilterField("collection"),
    ]

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("clip")
        verbose_name_plural = _("clips")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_shown(self) -> bool:
        """Whether readers see it: it plays, and has not been taken down."""
        return bool(self.file) and not self.is_withdrawn

    def clean(self) -> None:
        """Look into files that are new, and take from the clip how long and how large it is."""
        errors: dict[str, Any] = {}
        if self.captions and not self.captions_language:
            errors["captions_language"] = _("Say in which language the captions are.")
        for name, check in (("file", self._check_file), ("captions", check_captions)):
            file = getattr(self, name)
            if file and not file._committed:  # noqa: SLF001 - Django's mark of an upload
                try:
                    check(file)
                except (ClipRefusedError, CaptionsRefusedError) as error:
                    errors[name] = str(error)
        if errors:
            raise ValidationError(errors)

    def _check_file(self, file: Any) -> None:
        check_size(file.size)
        clip = check_clip(file)
        self.width, self.height, self.duration = clip.width, clip.height, clip.seconds


class Rung(models.Model):
    """A clip in one size, for lines of one speed: fragments in one file, listed in a playlist.

    ``height`` names it: 360 is the shorter side of its pictures, in pixels.
    """

    clip = models.ForeignKey(Clip, models.CASCADE, related_name="rungs")
    height = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to=unguessable_name, storage=public_storage)
    playlist = models.FileField(upload_to=unguessable_name, storage=public_storage)
    #: Bits a second: of its most demanding part, and of the whole.
    bandwidth = models.PositiveIntegerField()
    average = models.PositiveIntegerField()
    #: Sides in pixels, and codecs after RFC 6381.
    shape = models.CharField(max_length=11)
    codecs = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["height"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clip", "height"], name="media_rung_once")
        ]

    def __str__(self) -> str:
        return f"{self.clip_id}: {self.height}"


def check_size(size: int) -> None:
    """Raise ClipRefusedError when a clip of so many bytes is not taken."""
    if size > settings.MEDIA_MAX_CLIP_BYTES:
        raise ClipRefusedError(
            gettext("This clip has %(size)s; at most %(most)s can be uploaded.")
            % {
                "size": filesizeformat(size),
                "most": filesizeformat(settings.MEDIA_MAX_CLIP_BYTES),
            }
        )
