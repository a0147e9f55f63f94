"""What the desk uploads, looked into before anything of it is stored."""

import zipfile
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.fields import FileField
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from masthead.lib.picture_check import PictureRefusedError, check_picture
from masthead.media.models import FOCAL_POINT

TEXTS = {".csv", ".txt"}


class PictureField(WagtailImageField):
    """Takes a picture by what is in the file, and forgets the name that it came with.

    Wagtail's own field believes the name and decodes before it knows the size.
    """

    def to_python(self, data: Any) -> Any:
        file = FileField.to_python(self, data)
        if file is None:
            return None
        self.check_image_file_size(file)
        try:
            picture = check_picture(file, most_pixels=settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS)
        except PictureRefusedError as error:
            raise ValidationError(str(error), code="invalid_image") from error
        file.name = f"picture{picture.suffix}"
        return file

    def run_validators(self, value: Any) -> None:
        """Validate no more: the suffix is ours."""


class PictureForm(BaseImageForm):
    """The form behind each of the desk's ways to upload or change a picture."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            self.fields["description"].help_text = _("For readers who cannot see the picture.")
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=field.label, required=field.required, widget=field.widget
            )
            if self.instance.rendition_error:
                self.fields["file"].help_text = _(
                    "This picture cannot be shown: %(reason)s. Upload it anew."
                ) % {"reason": self.instance.rendition_error}

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if {"file", *FOCAL_POINT} & set(self.changed_data):
            self.instance.rendition_set = self.instance.rendition_error = ""
            self.instance.rendition_attempts = 0
        return super().save(commit)


class DocumentForm(BaseDocumentForm):
    """The form behind each of the desk's ways to upload or change a document."""

    def clean_file(self) -> Any:
        """Refuse a file whose content is not what its name says."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and not _is_what_it_says(file):
            raise ValidationError(
                _("What is in this file does not match its name. Save it anew in its format.")
            )
        return file


def _is_what_it_says(file: Any) -> bool:
    suffix = PurePath(file.name).suffix.lower()
    file.seek(0)
    head = file.read(4096)
    if suffix in TEXTS:
        is_sound = bool(head) and b"\0" not in head
    elif suffix == ".pdf":
        is_sound = head.startswith(b"%PDF-")
    else:  # each of the office formats is a zip
        is_sound = head.startswith(b"PK") and zipfile.is_zipfile(file)
    file.seek(0)
    return is_sound
