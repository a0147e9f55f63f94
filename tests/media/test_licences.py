"""What readers may see only until a day."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from masthead.media.checkup import licences
from masthead.media.models import Clip, Image
from tests.factories.media import ClipFactory
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory
from tests.stories.full_newsroom import picture

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}


@pytest.fixture
def over():
    """A picture in two stories, licensed until yesterday, beside one that may still be shown."""
    today = timezone.localdate()
    others = picture()
    Image.objects.filter(pk=others.pk).update(title="Still ours", expires_on=today)
    found = picture()
    Image.objects.filter(pk=found.pk).update(
        title="Agency kettles", expires_on=today - timedelta(days=1)
    )
    return Image.objects.get(pk=found.pk)


def first_page(client, user):
    client.force_login(user)
    return client.get("/desk/", **HOST).content.decode()


def test_the_desk_is_told_and_takes_it_from_every_page_at_once(
    client, over, django_capture_on_commit_callbacks
):
    stories = [StoryFactory(lead_picture=over) for _number in range(2)]
    rendition = over.renditions.first()
    file, url = Path(rendition.file.path), rendition.url
    assert [found.mend for found in licences()] == [
        "the desk's first page lists them: take them down"
    ]
    page = first_page(client, UserFactory(role="Editor"))
    assert "Agency kettles" in page
    assert "Still ours" not in page

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/desk/licences/picture/{over.pk}/take-down/", **HOST)

    assert answer.status_code == 302
    assert not file.exists()
    for story in stories:
        assert url not in client.get(story.address, **HOST).content.decode()
    assert "Agency kettles</a>" not in client.get("/desk/", **HOST).content.decode()
    assert [found.mend for found in licences()] == [""]


def test_a_clip_goes_as_well(client):
    clip = ClipFactory(expires_on=timezone.localdate() - timedelta(days=1))
    editor = UserFactory(role="Editor")
    assert clip.title in first_page(client, editor)

    client.post(f"/desk/licences/clip/{clip.pk}/take-down/", **HOST)

    assert not Clip.objects.get().is_shown


def test_the_form_says_that_the_day_is_over(client, over):
    client.force_login(UserFactory(role="Editor"))

    page = client.get(f"/desk/images/{over.pk}/", **HOST).content.decode()

    assert "This day is over: take it down, or renew the licence." in page


def test_who_may_not_change_it_may_not_take_it_down(client, over):
    reporter = UserFactory(role="Reporter")
    assert "Agency kettles" not in first_page(client, reporter)

    answer = client.post(f"/desk/licences/picture/{over.pk}/take-down/", **HOST)

    assert answer.status_code in {302, 403}
    assert not Image.objects.get(pk=over.pk).is_withdrawn
