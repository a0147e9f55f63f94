"""The forms in which the desk puts in clips, their captions and where they come from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from masthead.lib import ffmpeg
from masthead.lib.film import MATROSKA, container_of
from masthead.lib.mp4 import ClipRefusedError, check_clip
from masthead.lib.webvtt import CaptionsRefusedError, check_captions, spoken
from masthead.media.credentials import told_to_the_desk
from masthead.media.forms import OVER
from masthead.media.models import CaptionsDraft, Clip, Upload, check_size
from masthead.media.preparation import prepare_clip, take_down
from masthead.media.uploads import LARGEST_PIECE, path_of, received

ACCEPTED = "video/mp4,video/quicktime,video/webm,video/x-matroska,.mp4,.m4v,.mov,.mkv,.webm,.3gp"


class FilmWidget(forms.Widget):
    """A field for a file; with JavaScript the file comes in pieces, and its token stands here."""

    template_name = "media/film_widget.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return data.get(f"{name}-token") or files.get(name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Tell the template where pieces go and what is taken; it runs in the form."""
        return super().get_context(name, value, attrs) | {
            "accepted": ACCEPTED,
            "address": reverse_lazy("clip_uploads"),
            "most": settings.MEDIA_MAX_CLIP_BYTES,
            "most_in_words": filesizeformat(settings.MEDIA_MAX_CLIP_BYTES),
            "piece": LARGEST_PIECE,
            "token": value if isinstance(value, str) else "",
        }


class FilmField(forms.Field):
    """A film: a file that came with the form, or one that came in pieces before it."""

    widget = FilmWidget

    def clean(self, value: Any) -> Any:
        """Return a file or an Upload, judged by its content; None when there is none."""
        super().clean(value)
        if not value:
            return None
        try:
            return _upload(value) if isinstance(value, str) else _judged(value)
        except ClipRefusedError as error:
            raise ValidationError(str(error)) from error


def _upload(token: str) -> Upload:
    upload = Upload.objects.filter(token=token).first()
    if upload is None or not upload.is_complete:
        raise ValidationError(_("The clip was not sent completely. Choose it once more."))
    with path_of(upload).open("rb") as file:
        _check(file)
    return upload


def _judged(file: Any) -> Any:
    check_size(file.size)
    if file.size > settings.MEDIA_MAX_FORM_BYTES:
        raise ValidationError(_("Without JavaScript a clip of that size cannot be sent."))
    container_of(file)
    _check(file)
    return file


def _check(file: Any) -> None:
    """Say now, not later, that a film cannot be shown as it is and that nothing can change it."""
    if ffmpeg.find(settings.FFMPEG) is None:
        check_clip(file)


@contextmanager
def _opened(film: Any) -> "Iterator[File[bytes]]":
    if isinstance(film, Upload):
        with received(film) as file:
            yield file
    else:
        yield film


class CaptionsWidget(forms.Textarea):
    """Captions as WebVTT; with JavaScript a row for each, beside the clip."""

    template_name = "media/captions_widget.html"


class ClipForm(WagtailAdminModelForm):
    """A clip with its film, and its captions as text."""

    film = FilmField(label=_("Film"), required=False)
    captions_text = forms.CharField(
        label=_("Captions"),
        required=False,
        strip=False,
        widget=CaptionsWidget(attrs={"rows": 8, "spellcheck": "true"}),
        help_text=_("What is said and heard, for those who cannot hear it, in WebVTT."),
    )
    captions_file = forms.FileField(
        label=_("Captions from a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
        help_text=_("A WebVTT file. It takes the place of the captions above."),
    )
    captions_language = forms.ChoiceField(label=_("Language of the captions"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "film" in self.fields:
            self.fields["film"].required = not (self.instance.original or self.instance.file)
        if "captions_text" in self.fields:
            self.initial["captions_text"] = _text_of(self.instance) or self._draft()
            video = self.instance.file.url if self.instance.file else ""
            self.fields["captions_text"].widget.attrs["data-video"] = video
        if "verification" in self.fields and (told := told_to_the_desk(self.instance)):
            field = self["verification"]
            field.help_text = f"{field.help_text} {told}"
        if "expires_on" in self.fields and self.instance.has_expired:
            self["expires_on"].help_text = OVER
        if "captions_language" in self.fields:
            known = dict(settings.LANGUAGES)
            code = self.instance.captions_language
            self.fields["captions_language"].choices = [
                ("", "---------"),
                *known.items(),
                *([(code, code)] if code and code not in known else []),
            ]

    def _draft(self) -> str:
        """Return what a program made of the sound, for whoever edits the clip to correct."""
        draft = CaptionsDraft.objects.filter(clip=self.instance.pk).exclude(text="").first()
        if draft is None:
            return ""
        self.fields["captions_text"].help_text = _(
            "A program wrote this draft. Correct it: readers see it once you save."
        )
        return draft.text

    def clean_film(self) -> Any:
        """Take an upload from nobody but who sent it."""
        film = self.cleaned_data["film"]
        if isinstance(film, Upload) and self.for_user and film.user_id != self.for_user.pk:
            raise ValidationError(_("The clip was not sent completely. Choose it once more."))
        return film

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "captions_text" not in self.fields:
            return cleaned
        field = "captions_file" if cleaned.get("captions_file") else "captions_text"
        try:
            cleaned["captions_text"] = _checked(cleaned.get(field))
        except CaptionsRefusedError as error:
            self.add_error(field, str(error))
        if cleaned.get("captions_text") and not cleaned.get("captions_language"):
            self.add_error("captions_language", _("Say in which language the captions are."))
        return cleaned

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        clip: Clip = super().save(commit=False)
        if not clip.uploaded_by_user_id and clip._state.adding:  # noqa: SLF001 - Django documents it
            clip.uploaded_by_user = self.for_user
        if "captions_text" in self.fields:
            self._set_captions(clip)
        film = self.cleaned_data.get("film")
        if film:
            clip.forget_credentials()
            with _opened(film) as file:
                file.seek(0)
                suffix = ".mkv" if container_of(file) == MATROSKA else ".mp4"
                clip.original.save(f"original{suffix}", file, save=False)
        if "is_withdrawn" in self.changed_data and clip.is_withdrawn:
            take_down(clip=clip)
        saved = super().save(commit=commit)
        if commit and clip.original and (film or "is_withdrawn" in self.changed_data):
            prepare_clip(clip=clip)
        return saved

    def _set_captions(self, clip: Clip) -> None:
        text = self.cleaned_data["captions_text"]
        if text != _text_of(self.instance):
            if text:
                clip.captions.save("captions.vtt", ContentFile(text.encode()), save=False)
                CaptionsDraft.objects.filter(clip=clip.pk).delete()
            else:
                clip.captions = ""
        if text and not clip.transcript:
            clip.transcript = spoken(text)


def _text_of(clip: Clip) -> str:
    if not clip.captions:
        return ""
    try:
        with clip.captions.open() as file:
            return str(file.read(), "utf-8-sig")
    except OSError:  # the file was lost: whoever edits the clip can put it in again
        return ""


def _checked(given: Any) -> str:
    """Return captions as they are stored: "" for none. Raises CaptionsRefusedError."""
    text = given.read() if hasattr(given, "read") else (given or "").encode()
    if not text.strip():
        return ""
    check_captions(BytesIO(text))
    lines = str(text, "utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return lines.rstrip("\n") + "\n"
