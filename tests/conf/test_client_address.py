from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from masthead.conf.middleware import trusted_proxies

PROXY = "10.0.0.7"
STRANGER = "203.0.113.9"


@pytest.fixture
def seen(settings):
    networks = ("10.0.0.0/8", "fd00::/8")
    settings.INSTALLATION = replace(settings.INSTALLATION, trusted_proxies=networks)

    def ask(peer, **headers):
        found = []
        request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
        trusted_proxies(lambda request: found.append(request) or HttpResponse())(request)
        return found[0]

    return ask


SPOOFED = {
    "x-forwarded-for": "1.1.1.1",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "evil.example",
    "x-real-ip": "1.1.1.1",
    "forwarded": "for=1.1.1.1",
}


def test_what_a_stranger_says_about_themselves_is_removed(seen):
    request = seen(STRANGER, **SPOOFED)

    assert request.META["REMOTE_ADDR"] == STRANGER
    assert not request.is_secure()
    assert not {name.lower() for name in request.headers} & set(SPOOFED)


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.4", "198.51.100.4"),
        ("1.1.1.1, 198.51.100.4", "198.51.100.4"),
        ("1.1.1.1, 198.51.100.4, 10.0.0.8", "198.51.100.4"),
        ("1.1.1.1, nonsense, 10.0.0.8", PROXY),
        ("2001:db8::1", "2001:db8::1"),
        ("", PROXY),
        ("nonsense", PROXY),
        ("10.0.0.9", PROXY),
    ],
)
def test_behind_a_trusted_proxy_the_last_stranger_is_the_client(seen, chain, client):
    request = seen(PROXY, **{"x-forwarded-for": chain})

    assert request.META["REMOTE_ADDR"] == client
    assert "x-forwarded-for" not in request.headers


def test_a_trusted_proxy_tells_the_scheme(seen):
    assert seen(PROXY, **{"x-forwarded-proto": "https"}).is_secure()
    assert not seen(PROXY, **{"x-forwarded-proto": "gopher"}).is_secure()


def test_the_host_is_always_the_one_in_the_request(seen):
    request = seen(PROXY, **{"x-forwarded-host": "evil.example", "host": "localhost:8000"})

    assert request.get_host() == "localhost:8000"


@pytest.mark.django_db
def test_guessing_from_many_pretended_addresses_is_slowed_down_all_the_same(client):
    for number in range(40):
        response = client.post(
            "/account/login/",
            {"login": f"a{number}@example.org", "password": "guess"},
            HTTP_HOST="localhost:8000",
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        )

    assert response.status_code == 429
