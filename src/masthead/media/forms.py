"""What the desk uploads, looked into before anything of it is stored."""

import zipfile
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.fields import FileField
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from masthead.lib.likeness import likeness
from masthead.lib.picture_check import PictureRefusedError, check_picture
from masthead.lib.picture_facts import PictureFacts, facts_in
from masthead.media.credentials import told_to_the_desk
from masthead.media.models import FOCAL_POINT, PROVENANCE, DigitalSource, Image
from masthead.media.queries import ran_before

TEXTS = {".csv", ".txt"}


class PictureField(WagtailImageField):
    """Takes a picture by what is in the file, and lets its name end as that demands.

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
        file.name = PurePath(file.name or "").stem + picture.suffix
        return file

    def run_validators(self, value: Any) -> None:
        """Validate no more: the suffix is ours."""


#: What a rendition shows or says: when one of these changes, all are made anew.
SHOWN = {"file", *FOCAL_POINT, "credit", "rights", "digital_source", "is_withdrawn"}
OVER = _("This day is over: take it down, or renew the licence.")
#: What a file says of itself and a person corrects.
TAKEN = {"credit": "credit", "caption": "caption", "description": "alt", "rights": "rights"}


class PictureForm(BaseImageForm):
    """The form behind each of the desk's ways to upload or change a picture.

    What a new picture says of itself stands in the fields that were left empty; what only the
    device wrote is told beside them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.prefix:
            self._be_one_of_many()
        if "credit" in self.fields:
            self.fields["credit"].required = False  # the file may say it: ``clean``
        for name in ("taken_on", "verified_on", "expires_on"):
            if name in self.fields:
                self.fields[name].widget = AdminDateInput()
        if "description" in self.fields:
            self.fields["description"].help_text = _("For readers who cannot see the picture.")
        self._set_file_field()
        if self.instance.pk and self.instance.file and not self.is_bound:
            self._tell()

    def _be_one_of_many(self) -> None:
        """Ask for less: where many at once come from, or one beside a story, can follow."""
        for name in PROVENANCE:
            self.fields.pop(name, None)
        if not self.instance.pk:
            self.initial["title"] = PurePath(self.initial.get("title", "")).stem

    def _set_file_field(self) -> None:
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=field.label, required=field.required, widget=field.widget
            )
            if self.instance.rendition_error:
                self.fields["file"].help_text = _(
                    "This picture cannot be shown: %(reason)s. Upload it anew."
                ) % {"reason": self.instance.rendition_error}

    def _tell(self) -> None:
        """Tell what the file says and what is not taken over, and where the picture ran before."""
        facts = _facts_of(self.instance)
        told = {
            "expires_on": self.instance.has_expired and OVER,
            "verification": told_to_the_desk(self.instance),
            "credit": facts.artist and _("The device names: %(name)s.") % {"name": facts.artist},
            "place": facts.place and _("The file says: %(place)s.") % {"place": facts.place},
            "taken_on": facts.taken_on
            and _("The file says: %(day)s.") % {"day": date_format(facts.taken_on)},
        }
        for name, words in told.items():
            if words and name in self.fields:
                field = self[name]  # as the template gets it: Wagtail has made some already
                field.help_text = " ".join(str(part) for part in (field.help_text, words) if part)
        if "title" in self.fields and (before := ran_before(self.instance)):
            self["title"].help_text = before

    def clean(self) -> dict[str, Any]:
        """Fill in what was left empty from what a new file says of itself."""
        cleaned: dict[str, Any] = super().clean()
        file = cleaned.get("file")
        if file and "file" in self.changed_data:
            self.facts = facts_in(file)
            for name, fact in TAKEN.items():
                if name in self.fields and not cleaned.get(name):
                    cleaned[name] = getattr(self.facts, fact)
        if "credit" in self.fields and not cleaned.get("credit") and "credit" not in self.errors:
            self.add_error("credit", self.fields["credit"].error_messages["required"])
        return cleaned

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        image: Image = self.instance
        if "file" in self.changed_data:
            image.forget_credentials()
            image.likeness = _likeness_of(self.cleaned_data["file"])
            for name, fact in TAKEN.items():
                if not getattr(image, name):
                    setattr(image, name, getattr(self.facts, fact))
            if not image.digital_source and self.facts.digital_source in DigitalSource.values:
                image.digital_source = self.facts.digital_source
        if SHOWN & set(self.changed_data):
            image.rendition_set = image.rendition_error = ""
            image.rendition_attempts = 0
        saved = super().save(commit)
        if commit and {"is_withdrawn", "credit", "rights", "digital_source"} & set(
            self.changed_data
        ):
            image.renditions.all().delete()
        return saved


def _facts_of(image: Image) -> PictureFacts:
    try:
        with image.file.open() as file:
            return facts_in(file)
    except OSError:  # the original was lost; there is nothing to tell
        return PictureFacts()


def _likeness_of(file: Any) -> str:
    try:
        return likeness(file)
    except Exception:  # noqa: BLE001 - a picture that cannot be compared can still be shown
        return ""


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
