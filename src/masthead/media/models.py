"""Pictures, clips and documents."""

import secrets
from pathlib import PurePath
from typing import ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import CollectionMember
from wagtail.search import index

from masthead.lib.identity import ImportedIdentity, PublicIdentity


def public_storage() -> Storage:
    """Return the storage whose files readers may fetch."""
    return storages["public"]


def unguessable_name(instance: models.Model, filename: str) -> str:
    """Return a path that tells nothing about a file but what it is for."""
    suffix = PurePath(filename).suffix.lower()
    return f"{instance._meta.model_name}/{secrets.token_urlsafe(16)}{suffix}"


class Uploaded(models.Model):
    """Who uploaded a file, under a name of our own: Wagtail's default models hold the usual one."""

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


class Image(PublicIdentity, ImportedIdentity, Uploaded, AbstractImage):
    """A picture. Its file is the original, private; readers see renditions.

    ``description`` is the text for those who cannot see it, ``credit`` names who made it.
    """

    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="pictures")
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(
        _("credit"),
        max_length=255,
        help_text=_("Who made it and for whom, as readers see it: “Photo: Ada Brook”"),
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "caption",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
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


class Document(PublicIdentity, ImportedIdentity, Uploaded, AbstractDocument):
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
