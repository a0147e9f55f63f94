import itertools
import re

import pytest
from django.test import Client

from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from tests.bake.conftest import kitchen  # noqa: F401 - a fixture
from tests.factories.stories import StoryFactory

OURS = {"Sec-Fetch-Site": "same-origin"}
_numbers = itertools.count(1)


class Browser(Client):
    """A reader's browser, somewhere of its own."""

    def __init__(self, **options):
        number = next(_numbers)
        address = f"10.{number // 250 % 250}.{number % 250}.7"
        super().__init__(HTTP_HOST="localhost:8000", REMOTE_ADDR=address, **options)

    def send(self, address, *, headers=OURS, **fields):
        return self.post(address, fields, headers=headers)

    def comment(self, story, text="I saw it too.", *, name="Ana", email="ana@example.org", **more):
        fields = {"text": text, "name": name, "email": email, **more}
        return self.send(f"/discussion/story/{story.public_id}/", **fields)


@pytest.fixture
def reader():
    return Browser()


@pytest.fixture
def new_browser():
    return Browser


@pytest.fixture
def story():
    return StoryFactory(title="Harbour opens")


@pytest.fixture
def mailed_link():
    def newest():
        mail = OutgoingMail.objects.latest("pk")
        return re.search(r"http://localhost:8000(/discussion/confirm/\S+)", content(mail).text)[1]

    return newest
