"""What the desk learns about pictures."""

from django.urls import URLPattern, path
from wagtail import hooks

from masthead.media.views import original


@hooks.register("register_admin_urls")
def originals() -> list[URLPattern]:
    """Let those who may change a picture fetch it as it was uploaded."""
    return [path("pictures/<int:pk>/original/", original, name="picture_original")]
