"""Documents that readers may download."""

from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument

from masthead.lib.identity import ImportedIdentity, PublicIdentity
from masthead.media.models.files import Uploaded


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
