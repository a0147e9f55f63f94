import pytest
from django.utils import timezone

from masthead.media import uploads
from masthead.media.models import Clip, Upload
from masthead.media.preparation import make_clip_playable
from masthead.media.uploads import LARGEST_PIECE, drop_expired_uploads, path_of
from tests.factories.films import film
from tests.factories.media import mp4
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
UPLOADS = "/desk/clips/uploads/"
TUS = {"Tus-Resumable": "1.0.0"}


def begin(desk, length):
    return desk.post(UPLOADS, headers={**TUS, "Upload-Length": str(length)})


def patch(desk, address, start, piece, **headers):
    return desk.patch(
        address,
        piece,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(start), **headers},
    )


def ask(desk, address):
    return desk.head(address, headers=TUS)


def sent(desk, content):
    address = begin(desk, len(content)).headers["Location"]
    for start in range(0, len(content), LARGEST_PIECE):
        answer = patch(desk, address, start, content[start : start + LARGEST_PIECE])
        assert answer.status_code == 204, answer.content
    return address.split("/")[-2]


def test_a_file_comes_in_pieces_each_on_the_disk_when_it_is_acknowledged(desk):
    content = film().read_bytes()
    began = begin(desk, len(content))
    address = began.headers["Location"]

    first = patch(desk, address, 0, content[:1000])
    on_disk = path_of(Upload.objects.get()).read_bytes()
    place = ask(desk, address)
    last = patch(desk, address, 1000, content[1000:])

    assert (began.status_code, first.status_code, last.status_code) == (201, 204, 204)
    assert first.headers["Upload-Offset"] == "1000"
    assert on_disk == content[:1000]
    assert place.headers["Upload-Offset"] == "1000"
    assert place.headers["Upload-Length"] == str(len(content))
    assert "no-store" in place.headers["Cache-Control"]
    assert last.headers["Upload-Offset"] == str(len(content))
    assert path_of(Upload.objects.get()).read_bytes() == content


def test_a_piece_that_does_not_follow_is_refused_and_changes_nothing(desk):
    content = mp4()
    address = begin(desk, len(content)).headers["Location"]
    patch(desk, address, 0, content[:50])

    assert patch(desk, address, 10, content[10:]).status_code == 409
    assert patch(desk, address, 60, content[60:]).status_code == 409
    assert patch(desk, address, 50, content[50:] + b"more").status_code == 409
    assert ask(desk, address).headers["Upload-Offset"] == "50"
    assert patch(desk, address, 50, content[50:]).status_code == 204


def test_what_the_protocol_asks_for_is_told(desk):
    answer = desk.options(UPLOADS)

    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,termination"
    assert int(answer.headers["Tus-Max-Size"]) > 10**9
    assert desk.post(UPLOADS, headers={"Upload-Length": "5"}).status_code == 412
    assert desk.post(UPLOADS, headers={**TUS, "Upload-Length": "-5"}).status_code == 400
    address = begin(desk, 5).headers["Location"]
    wrong = desk.patch(
        address, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"}
    )
    assert wrong.status_code == 415
    assert patch(desk, address, 0, bytes(LARGEST_PIECE + 1)).status_code == 413


def test_a_clip_above_the_limit_and_an_empty_one_are_refused_before_anything_is_sent(
    desk, settings, stored
):
    settings.MEDIA_MAX_CLIP_BYTES = 1000
    before = stored()

    too_large, empty = begin(desk, 1001), begin(desk, 0)

    assert too_large.status_code == empty.status_code == 413
    assert "at most" in too_large.content.decode()
    assert stored() == before


def test_a_clip_for_which_there_is_no_room_is_refused(desk, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVE", 10**18)

    answer = begin(desk, 5000)

    assert answer.status_code == 507
    assert "no room" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x\n", "no clip"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "no clip"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no clip"),
        (b"<!doctype html><script>1</script>", "no clip"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "no clip"),
        (b"PK\x03\x04" + bytes(500), "no clip"),
        (mp4(behind=b"\0\0\0\x08free" * 100_000), "more parts"),
        (mp4()[:-50], "not sent completely"),
    ],
)
def test_what_is_no_clip_is_refused_with_the_reason_and_leaves_nothing(
    desk, content, reason, stored, django_capture_on_commit_callbacks
):
    before = stored()
    with django_capture_on_commit_callbacks(execute=True):
        address = begin(desk, len(content)).headers["Location"]
        answer = patch(desk, address, 0, content)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert stored() == before
    assert ask(desk, address).status_code == 404


def test_an_upload_is_its_senders_alone(desk, client):
    address = begin(desk, 100).headers["Location"]
    other = UserFactory(is_superuser=True, is_active=True)
    desk.force_login(other)

    assert ask(desk, address).status_code == 404
    assert patch(desk, address, 0, b"x").status_code == 404
    assert desk.delete(address, headers=TUS).status_code == 404


def test_strangers_and_readers_begin_no_upload(client):
    client.defaults["HTTP_HOST"] = "localhost:8000"
    assert begin(client, 100).status_code == 302
    client.force_login(UserFactory())
    assert begin(client, 100).status_code in {302, 403}
    assert not Upload.objects.exists()


def test_an_upload_is_forgotten_on_request_and_when_nobody_goes_on_with_it(
    desk, stored, django_capture_on_commit_callbacks
):
    before = stored()
    with django_capture_on_commit_callbacks(execute=True):
        first, second = (begin(desk, 100).headers["Location"] for _number in range(2))
        assert desk.delete(first, headers=TUS).status_code == 204
        assert not drop_expired_uploads()
        Upload.objects.update(expires_at=timezone.now())
        assert drop_expired_uploads()

    assert stored() == before
    assert ask(desk, second).status_code == 404


def form(**changes):
    return {"title": "Kitchen", "description": "A kitchen.", "credit": "Video: Ada", **changes}


def test_a_clip_is_made_of_what_came_in_pieces(desk, stored):
    token = sent(desk, film().read_bytes())

    answer = desk.post("/desk/snippets/media/clip/add/", form(**{"film-token": token}))

    assert answer.status_code == 302, answer.content.decode()[:3000]
    clip = Clip.objects.get()
    assert clip.original.read() == film().read_bytes()
    clip.original.close()
    assert not Upload.objects.exists()
    assert clip.uploaded_by_user.email == "chief@example.org"
    assert make_clip_playable()
    assert Clip.objects.get().is_shown


def test_a_clip_is_made_of_a_file_that_comes_with_the_form(desk):
    with film().open("rb") as file:
        answer = desk.post("/desk/snippets/media/clip/add/", form(film=file))

    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert make_clip_playable()
    assert Clip.objects.get().is_shown


def test_a_clip_is_dropped_into_a_story_where_it_is_written(desk):
    chooser = desk.get("/desk/snippets/choose/media/clip/")
    assert "clip-upload" in chooser.json()["html"]
    token = sent(desk, film().read_bytes())

    answer = desk.post("/desk/snippets/choose/media/clip/create/", form(**{"film-token": token}))

    assert answer.json()["step"] == "chosen", answer.json()
    assert answer.json()["result"]["string"] == "Kitchen"


@pytest.mark.parametrize("token", ["", "nonsense", "half"])
def test_a_form_without_its_clip_is_refused(desk, token):
    if token == "half":
        address = begin(desk, 100).headers["Location"]
        patch(desk, address, 0, b"\0" * 50)
        token = address.split("/")[-2]

    answer = desk.post("/desk/snippets/media/clip/add/", form(**{"film-token": token}))

    assert answer.status_code == 200
    assert not Clip.objects.exists()
    assert ("required" if not token else "not sent completely") in answer.content.decode()


def test_nobody_takes_the_clip_that_somebody_else_has_sent(desk):
    token = sent(desk, film().read_bytes())
    desk.force_login(UserFactory(is_superuser=True, is_active=True))

    answer = desk.post("/desk/snippets/media/clip/add/", form(**{"film-token": token}))

    assert "not sent completely" in answer.content.decode()
    assert not Clip.objects.exists()


def test_the_desk_shows_how_far_a_clip_is(desk):
    token = sent(desk, film().read_bytes())
    desk.post("/desk/snippets/media/clip/add/", form(**{"film-token": token}))
    clip = Clip.objects.get()
    address = f"/desk/clips/{clip.pk}/preparation/"

    waiting = desk.get(address).content.decode()
    edit = desk.get(f"/desk/snippets/media/clip/edit/{clip.pk}/").content.decode()
    make_clip_playable()
    playable = desk.get(address).content.decode()

    assert "making it playable, 0 %" in waiting
    assert "<progress" in waiting
    assert "clip-progress" in edit
    assert "Readers can play it" in playable


def test_a_failure_is_shown_and_tried_again(desk):
    token = sent(desk, mp4())
    desk.post("/desk/snippets/media/clip/add/", form(**{"film-token": token}))
    make_clip_playable()
    address = f"/desk/clips/{Clip.objects.get().pk}/preparation/"

    assert "could not be prepared" in desk.get(address).content.decode()
    again = desk.post(address, {"do": "again"}).content.decode()

    assert "making it playable" in again
