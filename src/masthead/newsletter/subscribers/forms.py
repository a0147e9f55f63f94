"""What is decided about a file of subscribers at the desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masthead.newsletter.models import LetterList
from masthead.newsletter.subscribers.sources import SOURCES
from masthead.newsletter.subscribers.work import MOST_BYTES


class ImportForm(forms.Form):
    """A file, for which letter, from which system, and how those in it consented."""

    letter = forms.ModelChoiceField(
        LetterList.objects.all(), label=gettext_lazy("For which letter")
    )
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV, in UTF-8."))
    source = forms.ChoiceField(
        label=gettext_lazy("From"),
        required=False,
        choices=[
            ("", gettext_lazy("Whichever system its columns tell")),
            *((each.name, each.label) for each in SOURCES.values()),
        ],
    )
    statement = forms.CharField(
        label=gettext_lazy("How these readers gave their consent"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy(
            "What they were shown, where and since when. It is kept with each of them as evidence."
        ),
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            text = _("It is larger than 64 MB: import it with “masthead subscribers import”.")
            raise ValidationError(text)
        return file
