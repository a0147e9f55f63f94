"""What the desk learns about pictures and clips."""

from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from wagtail import hooks

from masthead.media.views import clip_preparation, clip_upload, clip_uploads, original


@hooks.register("register_admin_urls")
def originals() -> list[URLPattern]:
    """Let those who may change a picture fetch it as it was uploaded."""
    return [path("pictures/<int:pk>/original/", original, name="picture_original")]


@hooks.register("register_admin_urls")
def clips() -> list[URLPattern]:
    """Take clips in pieces, and tell how far they are."""
    return [
        path("clips/uploads/", clip_uploads, name="clip_uploads"),
        path("clips/uploads/<str:token>/", clip_upload, name="clip_upload"),
        path("clips/<int:pk>/preparation/", clip_preparation, name="clip_preparation"),
    ]


@hooks.register("insert_global_admin_js")
def clips_script() -> str:
    return format_html('<script defer src="{}"></script>', static("masthead/clips.js"))


@hooks.register("insert_global_admin_css")
def clips_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("masthead/clips.css"))
