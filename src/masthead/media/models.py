"""Pictures, clips and documents."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    SourceImageIOError,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)
from wagtail.models import CollectionMember
from wagtail.search import index

from masthead.lib.bare_picture import BarePicture, read_bare, upright_size
from masthead.lib.identity import ImportedIdentity, PublicIdentity
from masthead.lib.mp4 import ClipRefusedError, check_clip
from masthead.lib.webvtt import CaptionsRefusedError, check_captions

#: Wagtail's name for the rendition that is the original.
ORIGINAL = "original"
FOCAL_POINT = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")


def public_storage() -> Storage:
    """Return the storage whose files readers may fetch."""
    return storages["public"]


def unguessable_name(instance: models.Model, filename: str) -> str:
    """Return a path that tells nothing about a file but what it is for."""
    suffix = PurePath(filename).suffix.lower()
    return f"{type(instance).__name__.lower()}/{secrets.token_urlsafe(16)}{suffix}"


class Uploaded(models.Model):
    """Who uploaded a file; Wagtail's default models hold the field's usual reverse name."""

    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="uploaded_%(class)ss",
        verbose_name=_("uploaded by"),
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]  # as in Wagtail

    class Meta:
        abstract = True


class OriginalFile(WagtailImageFieldFile):
    """A picture's file, with the sides that it has once it is upright."""

    def get_image_dimensions(self) -> tuple[int, int]:
        was_closed = self.closed
        self.open()
        try:
            return upright_size(self)
        finally:
            if was_closed:
                self.close()
            else:
                self.seek(0)


class OriginalField(WagtailImageField):
    attr_class = OriginalFile


class BareFilter(Filter):
    """Makes a rendition from pixels alone, read once for as many renditions as there are."""

    def __init__(self, spec: str, pixels: BarePicture) -> None:
        super().__init__(spec)
        self.pixels = pixels

    @contextmanager
    def get_willow_image(self, *_args: Any) -> Iterator[BarePicture]:
        yield self.pixels


class Image(PublicIdentity, ImportedIdentity, Uploaded, AbstractImage):  # noqa: DJ008 - inherited
    """A picture. Its file is the original, private; readers see renditions.

    ``description`` is the text for those who cannot see it, ``credit`` names who made it.
    ``width`` and ``height`` are those of the upright picture.
    """

    file = OriginalField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        width_field="width",
        height_field="height",
    )
    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="pictures")
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(
        _("credit"),
        max_length=255,
        help_text=_("Who made it and for whom, as readers see it: “Photo: Ada Brook”"),
    )
    #: Which set of renditions has been made; empty when the picture is new or has changed.
    rendition_set = models.CharField(
        max_length=8, default="", blank=True, editable=False, db_index=True
    )
    #: How often that was begun: a picture that ends the worker each time is given up.
    rendition_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    #: Why there are none, when the picture could not be read.
    rendition_error = models.CharField(max_length=255, default="", blank=True, editable=False)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "caption",
        "credit",
        "collection",
        "tags",
        *FOCAL_POINT,
    )
    search_fields: ClassVar = [
        *AbstractImage.search_fields,
        index.SearchField("credit"),
        index.SearchField("caption"),
    ]

    class Meta(AbstractImage.Meta, ImportedIdentity.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions: ClassVar = [("choose_image", "Can choose picture")]

    def get_upload_to(self, filename: str) -> str:
        return unguessable_name(self, filename)

    def _set_image_file_metadata(self) -> None:
        super()._set_image_file_metadata()
        if self.file._committed:  # noqa: SLF001 - Wagtail opens what is stored and leaves it open
            self.file.close()

    @property
    def default_alt_text(self) -> str:
        """The description alone: a title may be the name of the uploader's file."""
        return str(self.description)

    def get_rendition(self, filter: Any) -> "Rendition":  # noqa: A002 - Wagtail's name
        """Return a rendition; for ``original``, one that only the desk can fetch."""
        if getattr(filter, "spec", filter) == ORIGINAL:
            return Rendition(image=self, filter_spec=ORIGINAL, width=self.width, height=self.height)
        rendition: Rendition = super().get_rendition(filter)
        return rendition

    def create_renditions(self, *filters: Filter) -> dict[Filter, "Rendition"]:
        """Make one after the other: Wagtail's threads would each hold the whole original."""
        return {each: self.create_rendition(each) for each in filters}

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> "File[bytes]":  # noqa: A002, ARG002 - Wagtail's names
        """Return a new file that holds a picture's pixels and nothing else of the original."""
        return self.rendition_file(filter.spec, self.read_pixels([filter.spec]))

    def rendition_file(self, spec: str, pixels: BarePicture) -> "File[bytes]":
        """Return the file of one rendition made of pixels that are read already."""
        # Wagtail leaves its temporary file open.
        with super().generate_rendition_file(BareFilter(spec, pixels)) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)

    def read_pixels(self, specs: list[str]) -> BarePicture:
        """Read the original, no larger than these renditions need it where that saves time.

        Raises SourceImageIOError, with the reason, when it cannot be read.
        """
        try:
            with self.open_file() as file:
                return read_bare(file, scale=self._scale_for(specs))
        except Exception as error:  # decoders raise what they please on a broken file
            raise SourceImageIOError(str(error)) from error

    def _scale_for(self, specs: list[str]) -> float:
        if self.has_focal_point():
            return 1.0  # crops are measured in the original's pixels
        size = (self.width, self.height)
        return max(float(max(Filter(spec).get_transform(self, size).scale)) for spec in specs)


class Rendition(AbstractRendition):
    """A picture as readers get it: re-encoded, sized, with no data of place or device left."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="media_rendition_once"
            )
        ]

    def get_upload_to(self, filename: str) -> str:
        return unguessable_name(self, filename)

    @property
    def url(self) -> str:
        if self.filter_spec == ORIGINAL:
            return reverse("picture_original", args=[self.image_id])
        return str(self.file.url)


class Document(PublicIdentity, ImportedIdentity, Uploaded, AbstractDocument):  # noqa: DJ008 - inherited
    """A file that readers may download."""

    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="documents")

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta, ImportedIdentity.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions: ClassVar = [("choose_document", "Can choose document")]

    @property
    def url(self) -> str:
        return reverse("document", args=[self.public_id, self.filename])


class Clip(PublicIdentity, ImportedIdentity, CollectionMember, index.Indexed, models.Model):
    """A video that a browser plays as it is, with its poster and its captions."""

    title = models.CharField(_("title"), max_length=255)
    file = models.FileField(
        _("file"),
        upload_to=unguessable_name,
        storage=public_storage,
        validators=[FileExtensionValidator(["mp4"])],
        help_text=_("An MP4 with H.264 video, and AAC sound or none."),
    )
    poster = models.ForeignKey(
        Image,
        models.PROTECT,
        related_name="+",
        verbose_name=_("poster"),
        help_text=_("The picture that stands there until a reader presses play."),
    )
    description = models.TextField(
        _("description"), help_text=_("What is to be seen, for those who cannot see it.")
    )
    credit = models.CharField(_("credit"), max_length=255)
    captions = models.FileField(
        _("captions"),
        upload_to=unguessable_name,
        storage=public_storage,
        blank=True,
        validators=[FileExtensionValidator(["vtt"])],
        help_text=_("A WebVTT file."),
    )
    captions_language = models.CharField(_("language of the captions"), max_length=10, blank=True)
    transcript = models.TextField(_("transcript"), blank=True)
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

    def clean(self) -> None:
        """Look into files that are new, and take from the clip how long and how large it is."""
        errors: dict[str, Any] = {}
        if self.captions and not self.captions_language:
            errors["captions_language"] = _("Say in which language the captions are.")
        for name, check in (("file", self._check_file), ("captions", self._check_captions)):
            file = getattr(self, name)
            if file and not file._committed:  # noqa: SLF001 - Django's mark of an upload
                try:
                    check(file)
                except (ClipRefusedError, CaptionsRefusedError) as error:
                    errors[name] = str(error)
        if errors:
            raise ValidationError(errors)

    def _check_file(self, file: Any) -> None:
        if file.size > settings.MEDIA_MAX_CLIP_BYTES:
            raise ClipRefusedError(
                _("This clip has %(size)s; at most %(most)s can be uploaded.")
                % {
                    "size": filesizeformat(file.size),
                    "most": filesizeformat(settings.MEDIA_MAX_CLIP_BYTES),
                }
            )
        clip = check_clip(file)
        self.width, self.height, self.duration = clip.width, clip.height, clip.seconds

    def _check_captions(self, file: Any) -> None:
        check_captions(file)
