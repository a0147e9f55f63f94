"""What the credentials of an upload become: for the desk, and in readers' words."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from masthead.media.actions import make_missing_renditions
from masthead.media.credentials import anchors, credentials_are_due, read_next_credentials
from masthead.media.models import Clip, Image
from masthead.media.preparation import make_clip_playable, make_versions, prepare_clip
from tests.factories.credentials import SIGNER, chain, signed
from tests.factories.films import film
from tests.factories.media import ClipFactory, ImageFactory, encoded, marked
from tests.factories.stories import StoryFactory

DEMO = Path(__file__).resolve().parents[2] / "demo/pictures"
pytestmark = pytest.mark.django_db
SECRETS = {"author": "Petra Hidden", "locationCreated": "Secretville", "title": "SN-4711.jpg"}


def changed(content):
    """Return a picture with other pixels than those that were signed."""
    return content[:-400] + bytes([content[-400] ^ 1]) + content[-399:]


def read(content, **fields):
    image = ImageFactory(content=content, **fields)
    assert credentials_are_due()
    assert read_next_credentials()
    assert not credentials_are_due()
    return Image.objects.get(pk=image.pk)


def trust():
    anchors().write_bytes(chain()[0])


def shown(client, image):
    """Return what readers are told of a story's picture."""
    while make_missing_renditions():
        pass
    story = StoryFactory(lead_picture=Image.objects.get(pk=image.pk))
    return client.get(story.address, HTTP_HOST="localhost:8000").content.decode()


def test_one_whom_we_trust_is_named(client, desk):
    trust()

    image = read(signed(encoded(), **SECRETS), origin="agency")

    assert image.credentials_state == "trusted"
    page = shown(client, image)
    assert f"Signed by {SIGNER}, and not changed since." in page
    assert "not whether what it shows is true" in page
    form = desk.get(f"/desk/images/{image.pk}/").content.decode()
    assert f"Signed as “{SIGNER}”" in form
    assert "What was done: made, cropped." in form


def test_one_whom_we_do_not_know_is_not_named_to_readers(client):
    image = read(signed(encoded(), **SECRETS))

    assert image.credentials_state == "unknown"
    page = shown(client, image)
    assert "we do not know the signer" in page
    for secret in (SIGNER, "Leakcam", *SECRETS.values()):
        assert secret not in page


def test_a_picture_that_was_changed_says_so(client):
    trust()

    image = read(changed(signed(encoded())))

    assert image.credentials_state == "changed"
    assert "It was changed after it was signed." in shown(client, image)


def test_a_picture_without_credentials_is_blamed_for_nothing(client):
    image = read(encoded(), origin="own")

    assert image.credentials_state == "none"
    assert "None came with it. Most pictures and clips have none." in shown(client, image)


def test_whoever_protects_the_source_tells_nothing_of_credentials(client):
    trust()

    image = read(signed(encoded()), protects_source=True, verification="We were there.")
    page = shown(client, image)

    assert "We were there." in page
    assert SIGNER not in page
    assert "Content credentials" not in page


def test_another_list_of_certificates_judges_anew():
    image = read(signed(encoded()))

    trust()
    assert read_next_credentials()
    assert Image.objects.get(pk=image.pk).credentials_state == "trusted"

    anchors().unlink()
    assert read_next_credentials()
    assert Image.objects.get(pk=image.pk).credentials_state == "unknown"
    assert not credentials_are_due()


def test_another_file_is_judged_anew(desk):
    image = read(signed(encoded()))
    fields = {"title": "x", "credit": "x", "description": "x"}

    desk.post(
        f"/desk/images/{image.pk}/",
        fields | {"file": SimpleUploadedFile("a.jpg", encoded(size=(80, 60)))},
    )
    assert read_next_credentials()

    image = Image.objects.get(pk=image.pk)
    assert (image.credentials_state, image.credentials_signer) == ("none", "")
    assert image.credentials_report == {}


def test_the_credentials_of_a_clip_are_those_of_its_original():
    trust()
    clip = ClipFactory(poster=None)
    content = signed(film(seconds=1).read_bytes(), "video/mp4", **SECRETS)
    clip.original.save("original.mp4", ContentFile(content))

    assert read_next_credentials()

    assert Clip.objects.get().credentials_state == "trusted"


def test_no_credentials_of_a_clip_reach_readers(stored):
    plain = film(seconds=1).read_bytes()
    parent = signed(plain, "video/mp4", **SECRETS)
    content = signed(plain, "video/mp4", how={"ingredient": parent}, author="Second Hidden")
    assert b"Petra Hidden" in content
    clip = ClipFactory(poster=None, file="")
    clip.original.save("original.mp4", ContentFile(content))
    prepare_clip(clip=clip)
    while make_clip_playable() or make_versions() or make_missing_renditions():
        pass

    assert Clip.objects.get().playlist
    tells_nothing([path for path in stored() if "media" in path.parts])


def test_the_demos_signed_picture_says_what_is_true():
    image = read((DEMO / "bell-foundry.jpg").read_bytes())

    assert (image.credentials_state, image.credentials_signer) == (
        "unknown",
        "The Quillhaven Lantern",
    )


def test_credentials_that_lie_elsewhere_are_never_fetched():
    asked = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Noting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/manifest.c2pa"

        image = read(signed(encoded(), how={"remote": address}))
        server.shutdown()

    assert asked == []
    assert image.credentials_state == "unsound"


@pytest.mark.parametrize("hostile", ["emptied", "looped", "nonsense"])
def test_hostile_credentials_harm_nothing(hostile):
    content = signed(encoded())
    start = content.index(b"jumb") - 4
    content = {
        "emptied": content[: start + 600] + bytes(600) + content[start + 1200 :],
        "looped": content[:start] + b"\xff" * 1200 + content[start + 1200 :],
        "nonsense": marked("JPEG"),
    }[hostile]

    assert read(content).credentials_state in {"unsound", "changed", "none"}


def tells_nothing(public):
    assert public
    for path in public:
        sent = path.read_bytes()
        for secret in (b"jumb", b"c2pa", b"Hidden", b"Secretville", b"SN-4711", SIGNER.encode()):
            assert secret not in sent
            assert secret.decode() not in path.name


def test_neither_ingredients_nor_their_thumbnails_reach_readers(stored):
    parent = signed(encoded(size=(320, 200)), how={"thumbnails": True}, **SECRETS)
    content = signed(
        encoded(size=(320, 200)),
        how={"ingredient": parent, "thumbnails": True},
        author="Second Hidden",
    )
    assert content.count(b"jumb") > 10
    assert b"Petra Hidden" in content
    image = ImageFactory(content=content)
    while make_missing_renditions():
        pass

    public = [path for path in stored() if "media" in path.parts]
    tells_nothing(public)
    assert Path(image.file.path).read_bytes() == content
