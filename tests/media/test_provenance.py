"""What pictures say of themselves, what the desk makes of it, and what goes out with them."""

import struct
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, strategies
from PIL import Image as Pixels
from PIL import ImageOps

from masthead.lib.picture_facts import facts_in
from masthead.lib.rights_label import label
from masthead.media.actions import make_missing_renditions
from masthead.media.models import Clip, Image
from masthead.media.preparation import make_clip_playable
from masthead.media.queries import renditions_are_missing, same_pictures, sources
from tests.factories.films import film
from tests.factories.media import ClipFactory, ImageFactory, encoded, exif
from tests.factories.stories import StoryFactory
from tests.proof import effort

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo/pictures"
XMP = """<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="Harbour Press"
 photoshop:City="Secretville" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 e:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia">
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Harbour Press</rdf:li></rdf:Alt></dc:rights>
<c:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">Two kettles.</rdf:li></rdf:Alt>
</c:AltTextAccessibility></rdf:Description></rdf:RDF></x:xmpmeta>"""


def iptc(*sets):
    """Return a JPEG segment with data sets of record 2."""
    sets = b"".join(struct.pack(">BBBH", 28, 2, number, len(text)) + text for number, text in sets)
    photoshop = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(sets)) + sets
    return struct.pack(">BBH", 0xFF, 0xED, len(photoshop) + 2) + photoshop


def telling():
    """Return a picture that an agency has captioned and a camera has marked."""
    picture = encoded(size=(320, 200), exif=exif().tobytes(), xmp=XMP.encode())
    captioned = iptc((120, b"Kettles boil."), (80, b"Ada Brook"), (90, b"Elsewhere"))
    return picture[:2] + captioned + picture[2:]


def test_what_people_wrote_into_a_picture_is_read():
    facts = facts_in(BytesIO(telling()))

    assert facts.credit == "Harbour Press"
    assert facts.caption == "Kettles boil."
    assert facts.alt == "Two kettles."
    assert facts.rights == "© Harbour Press"
    assert facts.digital_source == "trainedAlgorithmicMedia"
    assert facts.place == "Secretville"
    assert facts.artist == "Petra Hidden"
    assert facts.has_position


def test_without_xmp_the_older_blocks_are_read():
    picture = encoded()
    facts = facts_in(
        BytesIO(picture[:2] + iptc((80, b"Ada Brook"), (116, b"\xa9 Ada")) + picture[2:])
    )

    assert facts.credit == "Ada Brook"
    assert facts.rights == "© Ada"


@pytest.mark.parametrize(
    "xmp",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&a;</x:xmpmeta>',
        "<x:xmpmeta",
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + "<a>" * 20_000,
        "\x00\x01",
    ],
)
def test_a_packet_that_is_broken_or_a_trap_says_nothing(xmp):
    assert facts_in(BytesIO(encoded(xmp=xmp.encode()))).credit == ""


@pytest.mark.proof
@effort(100)
@given(strategies.data())
def test_no_damage_keeps_a_picture_from_being_read(data):
    content = bytearray(telling())
    for _change in range(data.draw(strategies.integers(1, 8))):
        place = data.draw(strategies.integers(2, len(content) - 1))
        content[place] = data.draw(strategies.integers(0, 255))

    facts_in(BytesIO(bytes(content)))


def upload(desk, content, **fields):
    file = SimpleUploadedFile("Petra IMG_1.jpg", content)
    given = {"title": "Kettles", "file": file, **fields}
    return desk.post("/desk/images/add/", given)


def test_what_a_new_picture_says_stands_in_the_fields_that_were_left_empty(desk):
    answer = upload(desk, telling())

    assert answer.status_code == 302, answer.content.decode()
    image = Image.objects.get()
    assert (image.credit, image.caption, image.description, image.rights) == (
        "Harbour Press",
        "Kettles boil.",
        "Two kettles.",
        "© Harbour Press",
    )
    assert image.is_generated


def test_what_somebody_typed_is_kept(desk):
    upload(desk, telling(), credit="Photo: Ada Brook", description="Kettles on a stove.")

    image = Image.objects.get()
    assert (image.credit, image.description) == ("Photo: Ada Brook", "Kettles on a stove.")


def test_place_time_and_the_devices_owner_are_told_to_the_desk_and_taken_over_by_nobody(desk):
    upload(desk, telling())
    image = Image.objects.get()

    page = desk.get(f"/desk/images/{image.pk}/").content.decode()

    assert (image.place, image.taken_on) == ("", None)
    assert "The file says: Secretville." in page
    assert "The device names: Petra Hidden." in page
    assert "Petra" not in image.credit + image.rights


def test_a_picture_without_a_credit_anywhere_is_refused(desk):
    answer = upload(desk, encoded())

    assert "This field is required" in answer.content.decode()
    assert not Image.objects.exists()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_credit_and_rights_go_out_with_every_rendition_and_nothing_else(kind):
    image = ImageFactory(
        content=telling(),
        credit="Photo: Ada <Brook> & Sons",
        rights="© 2026 Ada",
        digital_source="digitalCapture",
    )

    rendition = image.get_rendition(f"max-160x160|format-{kind.lower()}")
    content = Path(rendition.file.path).read_bytes()
    said = facts_in(BytesIO(content))

    assert said.credit == "Photo: Ada <Brook> & Sons"
    assert said.rights == "© 2026 Ada"
    assert said.digital_source == "digitalCapture"
    assert (said.place, said.artist, said.has_position) == ("", "", False)
    for secret in (b"Secretville", b"Petra", b"Elsewhere", b"Leakcam"):
        assert secret not in content


def test_a_label_takes_any_text():
    assert label(credit="") == b""
    assert b"\0" not in label(credit="a\0b\ud7ffc")


def test_a_picture_that_gets_another_credit_is_made_anew(desk):
    image = ImageFactory(content=encoded(size=(320, 200)))
    while make_missing_renditions():
        pass
    fields = {"title": image.title, "credit": "Photo: Ben Croft", "description": "x"}

    desk.post(f"/desk/images/{image.pk}/", fields)
    assert renditions_are_missing()
    while make_missing_renditions():
        pass

    found = Image.objects.get()
    with sources(found).file.open() as file:
        assert facts_in(file).credit == "Photo: Ben Croft"


def copies():
    picture = Pixels.open(DEMO / "harbour-morning.jpg").convert("RGB")
    width, height = picture.size
    return {
        "smaller": picture.resize((width // 2, height // 2)),
        "cropped": picture.crop((width // 10, height // 10, width * 9 // 10, height * 9 // 10)),
        "brighter": Pixels.eval(picture, lambda level: min(255, int(level * 1.2))),
        "mirrored": ImageOps.mirror(picture),
    }


def jpeg(picture, quality=60):
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.mark.parametrize("change", ["smaller", "cropped", "brighter", "mirrored"])
def test_a_picture_that_we_have_run_is_found_at_upload(desk, change):
    upload(desk, (DEMO / "harbour-morning.jpg").read_bytes(), credit="x")
    upload(desk, (DEMO / "bell-foundry.jpg").read_bytes(), credit="x")
    first = Image.objects.earliest("pk")
    StoryFactory(title="The harbour wakes", lead_picture=first)

    upload(desk, jpeg(copies()[change]), credit="x")
    latest = Image.objects.latest("pk")
    page = desk.get(f"/desk/images/{latest.pk}/").content.decode()

    assert same_pictures(latest) == [first]
    assert "We have this picture already" in page
    other = desk.get(f"/desk/images/{Image.objects.order_by('pk')[1].pk}/").content.decode()
    assert "We have this picture already" not in other


def test_a_picture_that_is_taken_down_is_on_no_page_and_at_no_address(
    desk, client, django_capture_on_commit_callbacks
):
    image = ImageFactory(content=encoded(size=(320, 200)))
    while make_missing_renditions():
        pass
    files = [Path(rendition.file.path) for rendition in image.renditions.all()]
    assert all(file.exists() for file in files)
    fields = {"title": "x", "credit": "x", "description": "x", "is_withdrawn": "on"}

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/desk/images/{image.pk}/", fields)

    assert sources(Image.objects.get()) is None
    assert not any(file.exists() for file in files)
    assert not renditions_are_missing()
    del fields["is_withdrawn"]
    desk.post(f"/desk/images/{image.pk}/", fields)
    assert renditions_are_missing()


def clip_form(clip, **changes):
    return {"title": clip.title, "description": "x", "credit": "x", **changes}


def test_a_clip_that_is_taken_down_is_at_no_address_and_can_come_back(
    desk, settings, django_capture_on_commit_callbacks
):
    with film(seconds=1).open("rb") as file:
        clip = ClipFactory(file=SimpleUploadedFile("a.mp4", file.read()))
    address = f"/desk/snippets/media/clip/edit/{clip.pk}/"

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(address, clip_form(clip, is_withdrawn="on"))
    assert answer.status_code == 302, answer.content.decode()
    assert not list((settings.HOME / "media" / "clip").iterdir())
    assert not Clip.objects.get().is_shown
    desk.post(address, clip_form(clip))
    assert make_clip_playable()

    assert Clip.objects.get().is_shown
