import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from wagtail.models import Collection, CollectionViewRestriction
from wagtail.rich_text import expand_db_html

from masthead.media.actions import make_renditions
from masthead.media.models import Document
from tests.factories.media import ClipFactory, ImageFactory, mp4

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def reader(client):
    client.defaults["HTTP_HOST"] = "localhost:8000"
    return client


@pytest.fixture
def clip():
    return ClipFactory(file=ContentFile(CONTENT, name="clip.mp4"))


def body(response):
    return response.getvalue() if response.streaming else response.content


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-0", 206, slice(0, 1)),
        ("bytes=0-1", 206, slice(0, 2)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-100", 206, slice(-100, None)),
        ("bytes=-999999", 206, slice(0, None)),
        ("bytes=10000-999999", 206, slice(10_000, None)),
        ("Bytes = 5 - 9", 206, slice(5, 10)),
        ("bytes=10240-", 416, None),
        ("bytes=99999999999999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-5", 200, slice(0, None)),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
        ("bytes=a-b", 200, slice(0, None)),
        ("bytes=\u0663-\u0665", 200, slice(0, None)),
        ("bytes=" + "9" * 5000 + "-", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("", 200, slice(0, None)),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(reader, clip, wanted, status, part):
    response = reader.get(clip.file.url, headers={"Range": wanted})

    assert response.status_code == status
    assert body(response) == (b"" if part is None else CONTENT[part])
    if part is None:
        assert response["Content-Range"] == "bytes */10240"
    else:
        assert int(response["Content-Length"]) == len(CONTENT[part])
    if status == 206:
        first, _, _ = part.indices(len(CONTENT))
        last = first + len(CONTENT[part]) - 1
        assert response["Content-Range"] == f"bytes {first}-{last}/10240"


def test_a_part_of_another_version_is_not_mixed_in(reader, clip):
    response = reader.get(clip.file.url, headers={"Range": "bytes=5-9", "If-Range": '"old"'})

    assert response.status_code == 200
    assert body(response) == CONTENT


def test_a_file_that_the_browser_has_is_not_sent_again(reader, clip):
    tag = reader.head(clip.file.url)["ETag"]

    response = reader.get(clip.file.url, headers={"If-None-Match": f'W/"x", {tag}'})

    assert response.status_code == 304
    assert body(response) == b""
    assert "immutable" in response["Cache-Control"]


def test_a_head_request_tells_all_but_the_content(reader, clip):
    response = reader.head(clip.file.url)

    assert (response.status_code, response["Content-Length"]) == (200, "10240")
    assert body(response) == b""


def test_a_file_is_what_we_say_and_runs_nothing(reader, clip):
    image = ImageFactory()
    make_renditions(image=image)
    clip.captions.save("c.vtt", ContentFile(b"WEBVTT\n"))
    addresses = {
        clip.file.url: "video/mp4",
        clip.captions.url: "text/vtt; charset=utf-8",
        image.renditions.get(filter_spec__contains="jpeg").url: "image/jpeg",
        image.renditions.filter(filter_spec__contains="webp")[0].url: "image/webp",
    }

    for address, kind in addresses.items():
        response = reader.head(address)

        assert response["Content-Type"] == kind
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "path",
    [
        "../masthead.toml",
        "..%2fmasthead.toml",
        "%2e%2e/masthead.toml",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "clip/..%2f..%2fmasthead.toml",
        "clip/%00.mp4",
        "clip/",
        "clip",
        "",
        "." * 5000,
        "clip/" + "a" * 5000 + ".mp4",
        "clip/" + "a" * 22 + ".html",
        "clip/" + "a" * 22 + ".mp4",
        "clip/" + "a" * 22 + ".mp4%0a",
        "image/" + "a" * 22 + ".jpg",
        "..\\masthead.toml",
    ],
)
def test_nothing_else_in_the_folder_or_out_of_it_is_sent(reader, path):
    assert reader.get(f"/media/{path}").status_code == 404


def test_a_link_out_of_the_folder_is_not_followed(reader, clip):
    outside = Path(clip.file.path).with_name("b" * 22 + ".mp4")
    outside.symlink_to("/etc/passwd")

    assert reader.get(f"/media/clip/{outside.name}").status_code == 404


def test_a_pipe_holds_nobody_up(reader, clip):
    pipe = Path(clip.file.path).with_name("c" * 22 + ".mp4")
    os.mkfifo(pipe)

    assert reader.get(f"/media/clip/{pipe.name}").status_code == 404


def test_no_address_leads_to_an_original(reader):
    image = ImageFactory()
    name = image.file.name

    for address in (
        f"/media/{name}",
        f"/media/../originals/{name}",
        f"/originals/{name}",
        f"/{name}",
    ):
        assert reader.get(address, follow=True).status_code == 404
    assert reader.get(f"/desk/pictures/{image.pk}/original/").status_code == 302


def test_a_clip_is_sent_in_pieces(reader):
    clip = ClipFactory(file=ContentFile(mp4(behind=bytes(1_000_000)), name="clip.mp4"))

    response = reader.get(clip.file.url)

    assert max(len(piece) for piece in response) <= 64 * 1024


def document(name="report.pdf", content=b"%PDF-1.7", **fields):
    return Document.objects.create(title="Report", file=ContentFile(content, name=name), **fields)


def test_a_document_is_always_a_download(reader):
    found = document("Rapport d\u2019été “2026”.pdf")

    response = reader.get(found.url)

    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Rapport")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert body(response) == b"%PDF-1.7"


def test_a_document_needs_its_whole_address(reader):
    found = document()

    for address in (f"/documents/{found.public_id}/other.pdf", "/documents/x/report.pdf"):
        assert reader.get(address).status_code == 404


@pytest.mark.parametrize("kind", ["password", "login"])
def test_a_document_in_a_restricted_collection_is_not_sent(reader, kind):
    closed = Collection.get_first_root_node().add_child(name="Sources")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type=kind, password="x")
    inner = closed.add_child(name="Tapes")
    found = document(collection=inner)

    assert reader.get(found.url).status_code == 404


def test_a_link_in_a_text_leads_to_the_document(reader):
    found = document()

    html = expand_db_html(f'<a linktype="document" id="{found.pk}">the report</a>')

    assert html == f'<a href="/documents/{found.public_id}/report.pdf">the report</a>'


@pytest.mark.parametrize("address", ["/documents/%00/a.pdf", "/documents/nothing/a.pdf"])
def test_no_document_stands_at_an_address_that_none_can_have(client, address):
    assert client.get(address, HTTP_HOST="localhost:8000", follow=True).status_code == 404
