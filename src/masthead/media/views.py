"""Files, over HTTP: renditions, clips and documents for readers, originals for the desk."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import IO

from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import require_safe

from masthead.lib.byte_range import RangeNotSatisfiableError, parse_range
from masthead.lib.public_file import CACHE_CONTROL, HARMLESS, public_type
from masthead.media.models import Document, Image

PIECE = 64 * 1024


@require_safe
def public_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send a rendition, a clip or its captions, whole or the range that the browser asks for."""
    kind = public_type(name)
    if kind is None:
        raise Http404
    headers = {"Content-Type": kind, "Cache-Control": CACHE_CONTROL}
    return _send(request, storages["public"].path(name), headers)


@require_safe
def document(request: HttpRequest, public_id: str, filename: str) -> HttpResponseBase:
    """Send a document as a download, so that nothing in it runs on our pages.

    Whoever has the address may fetch it, unless its collection is restricted.
    """
    found = get_object_or_404(Document, public_id=public_id)
    restrictions = found.collection.get_view_restrictions()
    if filename != found.filename or not all(
        restriction.accept_request(request) for restriction in restrictions
    ):
        raise Http404
    cache = "private, no-store" if restrictions else "no-cache"
    return _send(request, found.file.path, _download(found.filename) | {"Cache-Control": cache})


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a picture as it was uploaded, to those who may change it."""
    image = get_object_or_404(Image, pk=pk)
    if not image.is_editable_by_user(request.user):
        raise PermissionDenied
    headers = _download(f"{image.public_id}{PurePath(image.filename).suffix}")
    return _send(request, image.file.path, headers | {"Cache-Control": "private, no-store"})


def _download(filename: str) -> dict[str, str]:
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": str(content_disposition_header(True, filename)),
    }


def _send(request: HttpRequest, path: str, headers: Mapping[str, str]) -> HttpResponseBase:
    """Answer with a file or a part of it, never holding more than a piece of it in memory."""
    file, size, modified = _opened(path)
    headers = {
        **HARMLESS,
        **headers,
        "Accept-Ranges": "bytes",
        "ETag": f'"{modified:x}-{size:x}"',
        "Last-Modified": http_date(modified // 1_000_000_000),
    }
    response = get_conditional_response(
        request, headers["ETag"], modified // 1_000_000_000
    ) or _whole_or_part(request, file, size, headers)
    for name, value in headers.items():
        response.headers[name] = value
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]  # noqa: SLF001 - as FileResponse does
    return response


def _opened(path: str) -> tuple[IO[bytes], int, int]:
    """Return a file with its size in bytes and its age in nanoseconds; never through a link."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except OSError:
        raise Http404 from None
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        file.close()
        raise Http404
    return file, found.st_size, found.st_mtime_ns


def _whole_or_part(
    request: HttpRequest, file: IO[bytes], size: int, headers: Mapping[str, str]
) -> HttpResponseBase:
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        wanted = ""  # the browser has a part of another version
    try:
        part = parse_range(wanted, size)
    except RangeNotSatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    sent = part or range(size)
    response: HttpResponse | StreamingHttpResponse
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_pieces(file, sent))
    response.headers["Content-Length"] = str(len(sent))
    if part:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return response


def _pieces(file: IO[bytes], part: range) -> Iterator[bytes]:
    file.seek(part.start)
    left = len(part)
    while left and (piece := file.read(min(PIECE, left))):
        left -= len(piece)
        yield piece
