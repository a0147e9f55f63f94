"""What clients may claim, and what is answered when nothing else can be."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from masthead.conf import middleware

HOST = "localhost:8000"


@pytest.fixture
def ask():
    """Return what the application is told about a request through trusted and other peers."""

    def through(peer, trusted, **claims):
        class Settings:
            class INSTALLATION:
                trusted_proxies = trusted

        seen = {}

        class Request:
            META = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **claims}

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(middleware, "settings", Settings)
            middleware.trusted_proxies(lambda request: seen.update(request.META))(Request)
        return seen

    return through


CLAIMS = {
    "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7, 10.0.0.2",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_REAL_IP": "203.0.113.9",
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_FORWARDED": "for=203.0.113.9",
}


@pytest.mark.parametrize(
    ("peer", "trusted", "client", "scheme"),
    [
        ("192.0.2.1", (), "192.0.2.1", "http"),
        ("192.0.2.1", ("10.0.0.0/8",), "192.0.2.1", "http"),
        ("10.0.0.1", ("10.0.0.0/8",), "198.51.100.7", "https"),
        ("::ffff:10.0.0.1", ("10.0.0.0/8",), "198.51.100.7", "https"),
        ("10.0.0.1", ("10.0.0.1",), "10.0.0.2", "https"),
        ("", ("unix", "10.0.0.0/8"), "198.51.100.7", "https"),
        ("", (), "", "http"),
    ],
)
def test_only_a_trusted_proxy_says_who_asks_and_by_which_scheme(ask, peer, trusted, client, scheme):
    seen = ask(peer, trusted, **CLAIMS)

    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (client, scheme)
    assert not [name for name in seen if name.startswith(("HTTP_X_", "HTTP_FORWARDED"))]


def test_a_claim_that_is_no_address_is_not_believed(ask):
    seen = ask("10.0.0.1", ("10.0.0.1",), HTTP_X_FORWARDED_FOR="<script>")

    assert seen["REMOTE_ADDR"] == "10.0.0.1"


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_plain_words():
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {}, HTTP_HOST=HOST)

    assert answer.status_code == 403
    assert "For your safety nothing was saved" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/media/none.jpg", "/documents/none/none.pdf"])
def test_a_file_that_is_not_there_is_answered_with_a_whole_page(client, path):
    answer = client.get(path, HTTP_HOST=HOST)

    assert answer.status_code == 404
    assert answer.text.startswith("<!doctype html>")
    assert not re.search(r"style=|<style|<script", answer.text)


@pytest.mark.django_db
def test_readiness_is_refused_while_the_database_is_gone(client, monkeypatch):
    class Gone:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(middleware, "connection", Gone())

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
