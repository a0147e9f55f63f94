"""Pictures and their renditions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.files.base import ContentFile, File
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    SourceImageIOError,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)
from wagtail.search import index

from masthead.lib.bare_picture import BarePicture, read_bare, upright_size
from masthead.lib.identity import ImportedIdentity, PublicIdentity
from masthead.lib.rights_label import label
from masthead.media.models.files import Uploaded, unguessable_name
from masthead.media.models.provenance import PROVENANCE, Provenance

#: Wagtail's name for the rendition that is the original.
ORIGINAL = "original"
FOCAL_POINT = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")


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


class Image(PublicIdentity, ImportedIdentity, Uploaded, Provenance, AbstractImage):
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
    #: What tells this picture from others, and finds it again: ``lib.likeness``.
    likeness = models.CharField(max_length=120, default="", blank=True, editable=False)
    #: Why there are none, when the picture could not be read.
    rendition_error = models.CharField(max_length=255, default="", blank=True, editable=False)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "caption",
        "credit",
        *PROVENANCE,
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
        words = label(credit=self.credit, rights=self.rights, digital_source=self.digital_source)
        # Wagtail leaves its temporary file open.
        with super().generate_rendition_file(BareFilter(spec, pixels.labelled(words))) as made:
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
