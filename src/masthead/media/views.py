"""Files, over HTTP: renditions, clips and documents for readers, originals for the desk."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from masthead.lib.byte_range import RangeNotSatisfiableError, parse_range
from masthead.lib.mp4 import ClipRefusedError
from masthead.lib.public_file import CACHE_CONTROL, HARMLESS, public_type
from masthead.media import uploads
from masthead.media.captions_drafts import draft_captions
from masthead.media.models import Clip, Document, Image, Upload
from masthead.media.permissions import may_change
from masthead.media.preparation import pick_poster, prepare_clip
from masthead.media.queries import state_of

if TYPE_CHECKING:
    from masthead.readers.models import User

PIECE = 64 * 1024
TUS = "1.0.0"
#: What the client does after these: ask how much is there, wait a moment, begin anew.
STATUSES = {uploads.MisplacedError: 409, uploads.BusyError: 423, FileNotFoundError: 410}
PIECES_TYPE = "application/offset+octet-stream"


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


@require_http_methods(["POST", "OPTIONS"])
def clip_uploads(request: HttpRequest) -> HttpResponse:
    """Begin an upload that comes in pieces (tus 1.0, creation)."""
    if request.method == "OPTIONS":
        return _tus(
            204,
            **{
                "Tus-Version": TUS,
                "Tus-Extension": "creation,expiration,termination",
                "Tus-Max-Size": str(settings.MEDIA_MAX_CLIP_BYTES),
            },
        )
    if (refusal := _refused(request)) is not None:
        return refusal
    length = _number(request, "Upload-Length")
    if length is None:
        return _tus(400, "Upload-Length\n")
    try:
        upload = uploads.begin_upload(user=cast("User", request.user), length=length)
    except ClipRefusedError as error:
        return _tus(413, str(error))
    except uploads.NoRoomError as error:
        return _tus(507, str(error))
    return _tus(201, **_place(upload), Location=reverse("clip_upload", args=[upload.token]))


@require_http_methods(["HEAD", "PATCH", "DELETE"])
def clip_upload(request: HttpRequest, token: str) -> HttpResponse:
    """Tell how much of an upload is on the disk, take its next piece, or forget it."""
    if (refusal := _refused(request)) is not None:
        return refusal
    upload = Upload.objects.filter(token=token, user=request.user.pk).first()
    if upload is None:
        return _tus(404)
    if request.method == "HEAD":
        return _tus(200, **_place(upload), **{"Upload-Length": str(upload.length)})
    if request.method == "DELETE":
        uploads.drop_upload(upload=upload)
        return _tus(204)
    return _take_piece(request, upload)


def _take_piece(request: HttpRequest, upload: Upload) -> HttpResponse:
    start = _number(request, "Upload-Offset")
    if request.content_type != PIECES_TYPE or start is None:
        return _tus(415)
    if int(request.headers.get("Content-Length") or 0) > uploads.LARGEST_PIECE:
        return _tus(413)
    try:
        uploads.take_piece(upload=upload, start=start, piece=cast("IO[bytes]", request))
    except tuple(STATUSES) as error:
        return _tus(STATUSES[type(error)])
    except ClipRefusedError as error:
        return _tus(422, str(error))
    return _tus(204, **_place(upload))


def _refused(request: HttpRequest) -> HttpResponse | None:
    """Answer whoever may put in no clips, or speaks another version of the protocol."""
    if not any(request.user.has_perm(f"media.{verb}_clip") for verb in ("add", "change")):
        return _tus(403, gettext("You may not put in clips."))
    if request.headers.get("Tus-Resumable") != TUS:
        return _tus(412, **{"Tus-Version": TUS})
    return None


def _number(request: HttpRequest, header: str) -> int | None:
    digits = request.headers.get(header, "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else None


def _place(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
    }


def _tus(status: int, text: str = "", /, **headers: str) -> HttpResponse:
    given = {"Tus-Resumable": TUS, "Cache-Control": "no-store", **headers}
    return HttpResponse(
        text, content_type="text/plain; charset=utf-8", status=status, headers=given
    )


@require_http_methods(["GET", "POST"])
def clip_preparation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a clip is; have it prepared once more, or another picture as its poster."""
    clip = get_object_or_404(Clip, pk=pk)
    is_changeable = may_change(cast("User", request.user), clip)
    if not (is_changeable or request.user.has_perm("media.view_clip")):
        raise PermissionDenied
    if request.method == "POST":
        if not is_changeable:
            raise PermissionDenied
        _prepare(clip, request.POST.get("do", ""), request.POST.get("at", ""))
        clip = Clip.objects.get(pk=pk)
    context = {"clip": clip, "state": state_of(clip), "may_change": is_changeable}
    return render(request, "media/preparation.html", context)


def _prepare(clip: Clip, action: str, at: str) -> None:
    if action == "again":
        prepare_clip(clip=clip)
    elif action == "draft":
        draft_captions(clip=clip)
    elif action == "poster":
        pick_poster(clip=clip, at=float(at) if re.fullmatch(r"\d{1,5}(\.\d+)?", at) else None)


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
