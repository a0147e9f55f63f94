"""What the edge is told of this installation when it starts."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.utils import translation

from masthead.bake.edge.settings import MEGABYTE, Limits, Settings
from masthead.conf.installation import Installation
from masthead.conf.views import edge_pages

#: Requests of the desk carry files; what comes with them is small.
LARGE_PATHS = ("/desk/",)
#: What is answered here is for one person, or for a machine that asks how we are.
PRIVATE_PATHS = (
    *("/desk/", "/account/", "/discussion/", "/documents/", "/my/"),
    *("/healthz", "/readyz", "/metrics"),
)
#: Bytes of a socket's path that every system takes (Linux: 107).
LONGEST_SOCKET = 100


def edge_settings(installation: Installation) -> Settings:
    """Return the edge's settings, with a place for the application's socket."""
    spool = Path(settings.FILE_UPLOAD_TEMP_DIR)
    spool.mkdir(mode=0o700, exist_ok=True)
    with translation.override(installation.language):
        pages = edge_pages()
    return Settings(
        baked=installation.home / "baked",
        static=Path(settings.STATIC_ROOT),
        media=Path(settings.MEDIA_ROOT),
        spool=spool,
        reads=Path(settings.READS_ROOT),
        application=_socket_path(installation.home),
        pages=pages,
        trusted_proxies=installation.trusted_proxies,
        large_paths=LARGE_PATHS,
        private_paths=PRIVATE_PATHS,
        # A file that is a little too large reaches its form, which says so beside the field.
        limits=Limits(large_body_bytes=settings.MEDIA_MAX_FORM_BYTES + 16 * MEGABYTE),
    )


def _socket_path(home: Path) -> Path:
    """Return where the application listens: in the data folder, unless its name is too long."""
    path = home / "application.sock"
    if len(bytes(path)) <= LONGEST_SOCKET:
        return path
    return Path(tempfile.mkdtemp(prefix="masthead-")) / path.name
