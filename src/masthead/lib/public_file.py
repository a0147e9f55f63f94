"""The names of files that readers may fetch, and what such a file is."""

import re

#: What readers may be told that a file is; the suffix is ours, given by what was in the file.
TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".vtt": "text/vtt; charset=utf-8",
}
#: The names that ``unguessable_name`` gives; nothing else in the folder is public.
PATTERN = re.compile(r"(?:rendition|clip|rung|sharepicture)/[A-Za-z0-9_-]{22}(\.[a-z0-9]{3,4})")
CACHE_CONTROL = "public, max-age=31536000, immutable"
#: Should a browser ever take a file for a page, then for one that can do nothing.
HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def public_type(name: str) -> str | None:
    """Return what a file in the public folder is, or None when no reader may have it."""
    found = PATTERN.fullmatch(name)
    return TYPES.get(found[1]) if found else None
