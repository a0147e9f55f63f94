"""What must never be taken, sent through each of the desk's ways to upload a picture."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pixels
from wagtail.models import UploadedFile

from masthead.media.models import Image
from tests.factories.media import encoded, mp4, png, png_chunk

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"


def zipped(*, before=b""):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", HTML)
    return before + out.getvalue()


def many_scans():
    """A progressive JPEG whose last scan is repeated ten thousand times."""
    out = BytesIO()
    Pixels.effect_noise((64, 64), 90).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * 10_000 + b"\xff\xd9"


def gif_header(width, height):
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


def webp_header(width, height):
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def text_bomb():
    text = b"Comment\0\0" + zlib.compress(bytes(200 * 1024 * 1024))
    pixels = png_chunk(b"IDAT", zlib.compress(bytes(64 * (1 + 64 * 3))))
    return png(64, 64, png_chunk(b"zTXt", text), pixels, png_chunk(b"IEND", b""))


HOSTILE = {
    "a page": HTML,
    "a page behind a byte order mark": b"\xef\xbb\xbf \n" + HTML,
    "a drawing": SVG,
    "a drawing behind its XML head": b'<?xml version="1.0"?>' + SVG,
    "a page that begins like a GIF": b"GIF89a/*" + HTML + b"*/",
    "a JPEG with a page in its comment": encoded(comment=HTML),
    "a JPEG with a zip behind it": zipped(before=encoded()),
    "a JPEG with a PDF in its comment": encoded(comment=b"%PDF-1.7 /JavaScript"),
    "a PNG with PHP behind it": encoded("PNG") + b"<?php system($_GET[0]);",
    "a zip": zipped(),
    "nothing": b"",
    "a single byte": b"\xff",
    "half a JPEG": encoded(size=(300, 300))[:2000],
    "half a PNG": encoded("PNG", size=(300, 300))[:500],
    "half a WebP": encoded("WEBP", size=(300, 300))[:300],
    "half an AVIF": encoded("AVIF", size=(300, 300))[:400],
    "a PNG of 40,000 by 40,000 pixels": png(40_000, 40_000, png_chunk(b"IDAT", zlib.compress(b""))),
    "a PNG that is wider than anything": png(2**31 - 1, 1, png_chunk(b"IDAT", b"")),
    "a GIF of 65,535 by 65,535 pixels": gif_header(65_535, 65_535),
    "a WebP of 16,384 by 16,384 pixels": webp_header(16_384, 16_384),
    "a PNG with 200 MB of text": text_bomb(),
    "a PNG with one enormous chunk": png(64, 64, struct.pack(">I", 2**31 - 1) + b"IDAT" + b"x"),
    "a JPEG of ten thousand layers": many_scans(),
    "a single pixel": encoded("PNG", size=(1, 1)),
    "a thread": encoded("PNG", size=(4000, 8)),
    "a HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
    "a clip": mp4(),
    "a TIFF": encoded("TIFF"),
    "a BMP": encoded("BMP"),
    "a Photoshop file": b"8BPS\0\1" + bytes(100),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 50 50\n",
    "noise": bytes(range(256)) * 20,
}


def single(desk, file):
    form = {"title": "x", "credit": "x", "collection": 1, "file": file}
    response = desk.post("/desk/images/add/", form)
    return response.context["form"].errors["file"]


def multiple(desk, file):
    response = desk.post("/desk/images/multiple/add/", {"title": "x", "files[]": file})
    assert response.json()["success"] is False
    return [response.json()["error_message"]]


def chooser(desk, file):
    prefix = "image-chooser-upload-"
    form = {f"{prefix}title": "x", f"{prefix}credit": "x", f"{prefix}file": file}
    response = desk.post("/desk/images/chooser/create/", form)
    return response.context["creation_form"].errors["file"]


@pytest.mark.parametrize("upload", [single, multiple, chooser], ids=lambda each: each.__name__)
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused_with_a_reason_and_nothing_is_stored(desk, stored, upload, content):
    for name in ("holiday.jpg", "holiday.png"):
        errors = upload(desk, SimpleUploadedFile(name, content, "image/jpeg"))

        assert len(str(errors[0])) > 15

    assert not Image.objects.exists()
    assert not UploadedFile.objects.exists()
    assert stored() == set()


def test_a_file_above_the_limit_is_refused_by_its_size(desk, stored, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1000

    errors = single(desk, SimpleUploadedFile("big.jpg", encoded(size=(900, 900))))

    assert "too big" in errors[0]
    assert stored() == set()


def test_of_a_file_above_every_limit_no_more_than_that_is_written(desk, stored, settings):
    settings.MEDIA_MAX_FORM_BYTES = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100_000
    written = []
    from masthead.media import upload_handlers

    original = upload_handlers.TemporaryFileUploadHandler.receive_data_chunk
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            upload_handlers.TemporaryFileUploadHandler,
            "receive_data_chunk",
            lambda self, data, start: written.append(len(data)) or original(self, data, start),
        )
        errors = single(desk, SimpleUploadedFile("big.jpg", bytes(1_000_000)))

    assert sum(written) <= 100_000 + 64 * 1024
    assert "976.6" in errors[0]


def test_a_stranger_cannot_fill_the_disk(client, stored):
    file = SimpleUploadedFile("picture.jpg", encoded())

    response = client.post("/account/login/", {"login": file}, HTTP_HOST="localhost:8000")

    assert response.wsgi_request.FILES == {}
    assert stored() == set()


def test_the_name_of_a_file_decides_nothing(desk):
    for content, suffix in (
        (encoded("PNG"), ".png"),
        (encoded("WEBP"), ".webp"),
        (encoded(), ".jpg"),
    ):
        form = {"title": "x", "credit": "x", "collection": 1}
        form["file"] = SimpleUploadedFile("Petra Hidden.html", content)

        desk.post("/desk/images/add/", form)

        image = Image.objects.latest("pk")
        assert image.file.name.endswith(suffix)
        assert "Petra" not in image.file.name
