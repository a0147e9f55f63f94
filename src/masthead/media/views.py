"""Public files, over HTTP."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from whitenoise.responders import StaticFile

from masthead.media.models import Document


@require_safe
def public_file(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """Send a rendition or a clip, whole or the range that the browser asks for (RFC 9110, 14)."""
    root = Path(settings.MEDIA_ROOT)
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Http404
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = [("Content-Type", kind), ("Cache-Control", "public, max-age=31536000, immutable")]
    found = StaticFile(str(path), headers).get_response(request.method, request.META)
    body = found.file or ()
    response = (
        FileResponse(body, status=found.status) if found.file else HttpResponse(status=found.status)
    )
    for header, value in found.headers:
        response[header] = value
    return response


@require_safe
def document(request: HttpRequest, public_id: str, filename: str) -> FileResponse:  # noqa: ARG001 - Django's signature
    """Send a document as a download, so that nothing in it runs on our pages."""
    found = get_object_or_404(Document, public_id=public_id)
    if filename != found.filename:
        raise Http404
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
