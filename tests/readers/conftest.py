import re

import pytest
from django.test import Client

from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.readers.actions import create_editor


class Browser(Client):
    """A client that asks for the newsroom's host, as a browser would."""

    def __init__(self, **options):
        super().__init__(HTTP_HOST="localhost:8000", **options)


@pytest.fixture
def visitor():
    return Browser()


@pytest.fixture
def editor():
    return create_editor(email="Ed@Lantern.example", name="Ed Itor", password="correct horse 9")


@pytest.fixture
def mailed_code():
    def newest():
        mail = OutgoingMail.objects.latest("pk")
        return re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", content(mail).text, re.MULTILINE)[0]

    return newest
