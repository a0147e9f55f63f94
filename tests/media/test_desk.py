"""The desk's screens for pictures and documents, as the people of the desk use them."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import UploadedFile

from masthead.media.actions import make_missing_renditions, make_renditions
from masthead.media.models import Clip, Document, Image, Rendition
from masthead.media.queries import renditions_are_missing
from tests.factories.media import ClipFactory, ImageFactory, encoded, marked
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def image():
    return ImageFactory(content=marked("JPEG", orientation=6, size=(400, 300)))


def uploaded(name="Petra Hidden.jpg", content=None):
    return SimpleUploadedFile(name, content or encoded(size=(200, 100)))


def edit(image, **changes):
    form = {"title": image.title, "credit": "Photo: Ada Brook", "collection": 1}
    return f"/desk/images/{image.pk}/", form | changes


@pytest.mark.parametrize(
    "address",
    [
        "/desk/images/",
        "/desk/images/?layout=list",
        "/desk/images/{pk}/",
        "/desk/images/chooser/",
        "/desk/images/chooser/chosen/{pk}/",
        "/desk/images/usage/{pk}/",
        "/desk/images/{pk}/delete/",
        "/desk/images/add/",
        "/desk/images/multiple/add/",
    ],
)
def test_each_screen_of_pictures_works_and_links_to_no_private_file(desk, image, address):
    response = desk.get(address.format(pk=image.pk), follow=True)

    assert response.status_code == 200
    assert image.file.name not in response.text
    assert "/originals/" not in response.text


def test_the_edit_screen_leads_to_the_original_and_makes_no_public_copy_of_it(desk, image):
    response = desk.get(f"/desk/images/{image.pk}/")

    address = f"/desk/pictures/{image.pk}/original/"
    original = desk.get(address)
    assert address in response.text
    assert original.getvalue() == Path(image.file.path).read_bytes()
    assert original["Content-Disposition"] == f'attachment; filename="{image.public_id}.jpg"'
    assert original["Cache-Control"].startswith("private, no-store")
    assert not Rendition.objects.filter(filter_spec="original").exists()


def test_an_original_is_for_those_who_may_change_the_picture(client, django_user_model, image):
    client.defaults["HTTP_HOST"] = "localhost:8000"
    person = django_user_model.objects.create_user(email="guest@example.org", password="x")
    group = Group.objects.create(name="Guests")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    person.groups.add(group)
    client.force_login(person)

    response = client.get(f"/desk/pictures/{image.pk}/original/")

    assert response.status_code == 302
    assert response["Location"] == "/desk/"


def test_several_pictures_at_once_ask_for_their_credit_before_they_are_kept(desk, stored):
    sent = desk.post("/desk/images/multiple/add/", {"title": "Bridge", "files[]": uploaded()})
    number = sent.json()["uploaded_file_id"]
    form = {"title": "Bridge", "credit": "Photo: Ada Brook", "collection": "1"}
    named = {f"uploaded-image-{number}-{name}": value for name, value in form.items()}

    without = desk.post(
        f"/desk/images/multiple/create_from_uploaded_image/{number}/",
        named | {f"uploaded-image-{number}-credit": ""},
    )
    finished = desk.post(f"/desk/images/multiple/create_from_uploaded_image/{number}/", named)

    assert 'value="Petra Hidden"' in sent.json()["form"]
    assert without.json()["success"] is False
    assert finished.json()["success"] is True
    image = Image.objects.get()
    assert (image.width, image.height) == (200, 100)
    assert not UploadedFile.objects.exists()
    assert [path for path in stored() if "Petra" in path.name] == []


def test_a_picture_is_uploaded_and_chosen_for_a_story(desk):
    prefix = "image-chooser-upload-"
    form = {"title": "Bridge", "credit": "Photo: Ada Brook", "collection": 1, "file": uploaded()}

    response = desk.post(
        "/desk/images/chooser/create/", {prefix + name: value for name, value in form.items()}
    )

    chosen = response.json()
    assert chosen["step"] == "chosen"
    assert chosen["result"]["preview"]["url"].startswith("/media/rendition/")
    assert chosen["result"]["default_alt_text"] == ""


def test_a_new_file_replaces_the_old_one_and_its_renditions(
    desk, image, stored, django_capture_on_commit_callbacks
):
    make_renditions(image=image)
    before = stored()

    with django_capture_on_commit_callbacks(execute=True):
        address, form = edit(image, file=uploaded())
        response = desk.post(address, form)

    assert response.status_code == 302
    assert stored() & before == set()
    assert renditions_are_missing()


def test_a_new_focal_point_has_the_renditions_looked_at_again(desk, image):
    while make_missing_renditions():
        pass
    point = {
        "focal_point_x": 9,
        "focal_point_y": 9,
        "focal_point_width": 5,
        "focal_point_height": 5,
    }

    address, form = edit(image, **point)
    desk.post(address, form)

    assert renditions_are_missing()


def test_a_changed_title_leaves_the_renditions(desk, image):
    while make_missing_renditions():
        pass

    address, form = edit(image, title="Another")
    desk.post(address, form)

    assert not renditions_are_missing()
    assert Image.objects.get().title == "Another"


def test_a_picture_that_cannot_be_shown_says_so_where_it_is_edited(desk, image):
    Image.objects.filter(pk=image.pk).update(rendition_error="image file is truncated")

    assert "image file is truncated" in desk.get(f"/desk/images/{image.pk}/").text


def test_the_listing_survives_a_picture_whose_file_is_broken(desk, image):
    Path(image.file.path).write_bytes(b"\xff\xd8 broken")

    assert desk.get("/desk/images/").status_code == 200


@pytest.mark.parametrize(
    "way", ["/desk/images/{pk}/delete/", "/desk/bulk/media/image/delete/?id={pk}"]
)
def test_a_deleted_picture_takes_its_files_along(
    desk, image, stored, django_capture_on_commit_callbacks, way
):
    make_renditions(image=image)

    with django_capture_on_commit_callbacks(execute=True):
        response = desk.post(way.format(pk=image.pk))

    assert response.status_code == 302
    assert not Image.objects.exists()
    assert stored() == set()


@pytest.mark.parametrize(
    "way",
    [
        "/desk/images/{pk}/delete/",
        "/desk/bulk/media/image/delete/?id={pk}",
        "/desk/images/multiple/{pk}/delete/",
    ],
)
def test_a_picture_in_use_is_kept_and_the_reason_is_told(desk, image, stored, way):
    StoryFactory(title="Bridge opens", lead_picture=image)
    ClipFactory(poster=image, title="The bridge")
    before = stored()

    response = desk.post(way.format(pk=image.pk), headers={"Referer": "https://evil.example/"})

    assert response.status_code in {302, 403}
    assert response.get("Location", "/desk/").startswith("/desk/")
    assert Image.objects.filter(pk=image.pk).exists()
    assert stored() == before
    told = " ".join(str(each) for each in get_messages(response.wsgi_request))
    assert "Bridge opens" in told or "permission" in told


def test_before_it_is_deleted_a_picture_tells_where_it_is_used(desk, image):
    body = [("picture", {"image": {"image": image, "alt_text": "x"}, "caption": "x"})]
    StoryFactory(title="Bridge opens", body=body)

    response = desk.get(f"/desk/images/{image.pk}/delete/")
    usage = desk.get(f"/desk/images/usage/{image.pk}/")

    assert "1 time" in response.text
    assert "Bridge opens" in usage.text


@pytest.mark.parametrize(
    "address",
    [
        "/desk/documents/",
        "/desk/documents/edit/{pk}/",
        "/desk/documents/chooser/",
        "/desk/documents/chooser/chosen/{pk}/",
        "/desk/documents/usage/{pk}/",
        "/desk/documents/delete/{pk}/",
        "/desk/documents/multiple/add/",
        "/desk/documents/add/",
    ],
)
def test_each_screen_of_documents_works(desk, address):
    found = Document.objects.create(title="R", file=ContentFile(b"%PDF-1.7", name="r.pdf"))

    assert desk.get(address.format(pk=found.pk), follow=True).status_code == 200


def office_file():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("report.pdf", b"%PDF-1.7 x", True),
        ("figures.csv", "Größe;Wert\n1;2\n".encode("latin-1"), True),
        ("letter.docx", office_file(), True),
        ("report.pdf", b"<html><script>alert(1)</script>", False),
        ("figures.csv", b"MZ\0\0 program", False),
        ("letter.docx", b"%PDF-1.7", False),
        ("page.html", b"<html>", False),
        ("drawing.svg", b"<svg/>", False),
        ("program.exe", b"MZ", False),
        ("empty.txt", b"", False),
    ],
)
def test_a_document_is_what_its_name_says(desk, stored, name, content, taken):
    form = {"title": "x", "collection": 1, "file": SimpleUploadedFile(name, content)}

    response = desk.post("/desk/documents/add/", form)

    assert Document.objects.exists() is taken
    assert response.status_code == (302 if taken else 200)
    assert bool(stored()) is taken


def test_a_clip_in_use_keeps_its_files(stored):
    clip = ClipFactory()

    assert Path(clip.file.path) in stored()
    assert Clip.objects.get().stored_files == {"file": clip.file.name}


def test_clips_are_found_by_their_words(client):
    ClipFactory(title="The night ferry", credit="Ada Brook")
    client.force_login(UserFactory(role="Editor"))

    response = client.get(
        reverse("wagtailsnippets_media_clip:list"), {"q": "ferry"}, HTTP_HOST="localhost:8000"
    )

    assert "The night ferry" in response.text
