import stat
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, strategies
from PIL import Image as Pixels
from PIL import ImageCms

from masthead.lib.bare_picture import read_bare
from masthead.lib.rights_label import label
from masthead.media.actions import (
    make_missing_renditions,
    make_renditions,
    make_smaller_renditions,
)
from masthead.media.models import Image
from masthead.media.queries import renditions_are_missing, sources
from tests.factories.media import SECRETS, ImageFactory, encoded, marked, profile
from tests.proof import effort

pytestmark = pytest.mark.django_db
#: How AVIF names a packet of XMP.
XMP_ITEMS = (b"mimeapplication/rdf+xml\0", b"application/rdf+xml\0")
ROOT = Path(__file__).resolve().parent.parent.parent
FORMATS = ("jpeg", "webp", "png", "avif", "gif")


def widths(srcset):
    return [int(each.split()[1].removesuffix("w")) for each in srcset.split(", ")]


def bytes_of(rendition):
    return Path(rendition.file.path).read_bytes()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "I;16"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
        ("AVIF", "RGB"),
        ("GIF", "P"),
    ],
)
def test_nothing_of_place_device_or_person_is_left_in_any_rendition(kind, mode):
    original = marked(kind, mode)
    image = ImageFactory(content=original, name=f"Petra Hidden.{kind.lower()}")
    specs = [f"max-40x40|format-{each}" for each in FORMATS] + ["max-165x165", "width-9999"]

    made = image.get_renditions(*specs)

    assert any(secret in original for secret in SECRETS)
    for rendition in made.values():
        content = bytes_of(rendition)
        assert [secret for secret in SECRETS if secret in content] == []
        # The label that we write is all that stands in it besides the pixels.
        for ours in (label(credit=image.credit), b"http://ns.adobe.com/xap/1.0/", *XMP_ITEMS):
            content = content.replace(ours, b"")
        assert [
            mark for mark in (b"Exif", b"http://", b"8BIM", b"xmp", b"jumb") if mark in content
        ] == []
        assert "Petra" not in rendition.url
        with Pixels.open(BytesIO(bytes_of(rendition))) as picture:
            assert set(picture.info) & {"exif", "comment", "photoshop"} == set()
            assert picture.info.get("xmp", b"") in {b"", label(credit=image.credit)}
            assert dict(picture.getexif()) == {}


def test_the_fixture_hides_each_secret_where_a_careless_copy_would_keep_it():
    with Pixels.open(BytesIO(marked("JPEG"))) as picture:
        out = BytesIO()
        picture.save(
            out, "JPEG", exif=picture.info["exif"], icc_profile=picture.info["icc_profile"]
        )

    assert [secret for secret in SECRETS if secret not in out.getvalue()] == []


@pytest.mark.proof
@effort(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=strategies.sampled_from(["JPEG", "PNG", "WEBP", "AVIF"]),
    orientation=strategies.integers(1, 8),
    width=strategies.integers(8, 90),
    height=strategies.integers(8, 90),
)
def test_a_bare_picture_is_upright_and_has_colours_alone(kind, orientation, width, height):
    original = marked(kind, "RGB", orientation, (width, height))

    bare = read_bare(BytesIO(original)).image

    turned = orientation >= 5
    assert bare.size == ((height, width) if turned else (width, height))
    assert set(bare.info) <= {"icc_profile"}
    assert not any(secret in bare.info.get("icc_profile", b"") for secret in SECRETS)


def test_a_photo_taken_upright_is_shown_and_measured_upright():
    image = ImageFactory(content=marked("JPEG", orientation=6, size=(400, 300)))

    make_renditions(image=image)

    assert (image.width, image.height) == (300, 400)
    assert (sources(image).width, sources(image).height) == (300, 400)


def test_the_colours_of_a_profile_are_kept_without_its_words():
    picture = read_bare(BytesIO(encoded(icc_profile=profile()))).image

    kept = ImageCms.ImageCmsProfile(BytesIO(picture.info["icc_profile"]))
    same = ImageCms.profileToProfile(picture, kept, ImageCms.createProfile("sRGB"))

    assert ImageCms.getProfileDescription(kept).strip() == "RGB"
    difference = max(abs(a - b) for a, b in zip(same.tobytes(), picture.tobytes(), strict=True))
    assert difference <= 1


@pytest.mark.parametrize(
    "broken", [b"", b"x" * 200, profile()[:150], profile()[:16] + b"CMYK" + profile()[20:]]
)
def test_a_broken_profile_does_not_stop_a_picture(broken):
    assert read_bare(BytesIO(encoded(icc_profile=broken))).image.info == {}


def test_a_cutout_stands_on_white_in_the_fallback():
    image = ImageFactory(content=marked("PNG", "RGBA"), name="cutout.png")

    make_renditions(image=image)

    fallback = image.renditions.get(filter_spec__contains="jpeg")
    with Pixels.open(fallback.file.path) as picture:
        assert min(picture.getpixel((32, 24))) >= 250


def test_a_sixteen_bit_scan_keeps_its_greys():
    bare = read_bare(BytesIO(encoded("PNG", "I;16"))).image

    greys = [bare.getpixel((5, y))[0] for y in (2, 24, 45)]
    assert greys == pytest.approx([12, 128, 243], abs=12)


def test_of_a_moving_picture_the_first_frame_is_shown():
    frames = [Pixels.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    image = ImageFactory(content=out.getvalue(), name="moving.gif")

    make_renditions(image=image)

    with Pixels.open(image.renditions.get(filter_spec__contains="jpeg").file.path) as picture:
        assert picture.getpixel((20, 20))[0] > 200


def test_readers_get_files_and_the_original_stays_with_its_owner():
    image = ImageFactory(name="Petra Hidden IMG_4711.jpg")

    make_renditions(image=image)

    assert stat.S_IMODE(Path(image.file.path).stat().st_mode) == 0o600
    assert "Hidden" not in image.file.name
    for rendition in image.renditions.all():
        assert stat.S_IMODE(Path(rendition.file.path).stat().st_mode) == 0o644
        assert Path(image.file.path).stem not in rendition.file.name


@pytest.mark.parametrize(
    ("width", "offered"), [(300, [300]), (480, [480]), (700, [480, 700]), (2000, [480, 960, 1600])]
)
def test_a_picture_is_offered_in_widths_up_to_its_own(width, offered):
    image = ImageFactory(content=encoded(size=(width, width // 2)))

    make_renditions(image=image)

    assert widths(sources(image).srcset) == offered


def test_the_worker_makes_what_is_missing_once():
    image = ImageFactory()

    assert sources(image) is None
    assert [make_missing_renditions() for _turn in range(4)] == [True, True, False, False]
    assert sources(Image.objects.get(pk=image.pk)) is not None


def test_smaller_files_follow_once_every_picture_can_be_seen():
    first, second = ImageFactory(), ImageFactory()

    seen = []
    while make_missing_renditions():
        found = [sources(Image.objects.get(pk=image.pk)) for image in (first, second)]
        seen.append([each and bool(each.avif) for each in found])

    assert seen == [[None, False], [False, False], [False, True], [True, True]]


def test_avif_is_offered_in_the_same_widths_and_costs_a_reader_less():
    photo = ROOT / "demo/pictures/bridge-dusk.jpg"
    image = ImageFactory(content=photo.read_bytes())
    make_renditions(image=image)
    before = sources(Image.objects.get(pk=image.pk))
    make_smaller_renditions(image=image)

    offered = sources(Image.objects.get(pk=image.pk))

    assert before.avif == ""
    assert widths(offered.avif) == widths(offered.srcset) == [480, 960, 1600]
    for width in (480, 960, 1600):
        sizes = {
            kind: len(bytes_of(image.renditions.get(width=width, filter_spec__contains=kind)))
            for kind in ("webp", "avif")
        }
        assert sizes["avif"] < 0.85 * sizes["webp"], sizes


def test_a_picture_of_which_some_avif_files_are_gone_is_offered_without():
    image = ImageFactory(content=encoded(size=(700, 350)))
    make_renditions(image=image)
    make_smaller_renditions(image=image)

    image.renditions.filter(filter_spec__contains="avif").first().delete()

    assert sources(Image.objects.get(pk=image.pk)).avif == ""


def test_a_picture_that_readers_see_stays_when_its_smaller_files_cannot_be_made():
    image = ImageFactory()
    make_renditions(image=image)
    Path(image.file.path).unlink()

    while make_missing_renditions():
        pass

    image = Image.objects.get(pk=image.pk)
    assert image.rendition_error == ""
    assert sources(image) is not None


def test_a_deleted_rendition_is_made_anew():
    image = ImageFactory()
    while make_missing_renditions():
        pass
    assert not renditions_are_missing()

    image.renditions.first().delete()

    assert make_missing_renditions()
    assert image.renditions.count() == 3


def test_a_picture_that_cannot_be_read_is_marked_and_left_alone():
    image, sound = ImageFactory(content=encoded(size=(400, 400))), ImageFactory()
    content = Path(image.file.path).read_bytes()
    Path(image.file.path).write_bytes(content[: len(content) // 2])

    turns = [make_missing_renditions() for _turn in range(4)]

    assert turns == [True, True, True, False]
    assert "truncated" in Image.objects.get(pk=image.pk).rendition_error
    assert sources(sound) is not None


def test_a_picture_that_ends_the_worker_each_time_is_given_up():
    image, sound = ImageFactory(rendition_attempts=3), ImageFactory()

    while make_missing_renditions():
        pass

    image.refresh_from_db()
    assert image.rendition_error
    assert sources(sound) is not None


def test_renditions_of_a_picture_that_was_replaced_meanwhile_are_thrown_away(stored):
    image = ImageFactory()
    before = stored()
    Image.objects.filter(pk=image.pk).update(file="image/another.jpg")

    make_renditions(image=image)

    assert image.renditions.count() == 0
    assert stored() == before


def test_the_worker_looks_for_work_by_the_index(django_assert_num_queries):
    from django.db import connection

    ImageFactory.create_batch(3)
    with django_assert_num_queries(1) as queries:
        renditions_are_missing()

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
        plan = " ".join(row[-1] for row in cursor.fetchall())
    assert "SCAN media_image" not in plan or "USING COVERING INDEX" in plan


def test_a_crop_shows_what_the_focal_point_marks_however_large_the_photo_is():
    photo = Pixels.new("RGB", (1600, 1200), "blue")
    photo.paste("red", (1400, 1000, 1600, 1200))
    out = BytesIO()
    photo.save(out, "JPEG")
    point = {"focal_point_x": 1500, "focal_point_y": 1100}
    size = {"focal_point_width": 200, "focal_point_height": 200}
    image = ImageFactory(content=out.getvalue(), **point, **size)

    crop = image.get_rendition("fill-50x50-c100|format-png")

    with Pixels.open(crop.file.path) as picture:
        red, _green, blue = picture.getpixel((25, 25))
    assert (red > 200, blue < 50) == (True, True)
