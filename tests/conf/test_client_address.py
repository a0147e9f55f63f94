"""Who asks, as the application is told."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from masthead.conf.middleware import request_log, told_by_the_edge


@pytest.fixture
def seen():
    def ask(peer, **headers):
        found = []
        request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
        told_by_the_edge(lambda request: found.append(request) or HttpResponse())(request)
        return found[0]

    return ask


def test_the_edge_tells_who_asks_and_by_which_scheme(seen):
    request = seen("", **{"x-masthead-client": "203.0.113.9 https"})

    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert request.is_secure()
    assert "x-masthead-client" not in request.headers


def test_nobody_who_has_an_address_is_believed(seen):
    spoofed = {
        "x-masthead-client": "1.1.1.1 https",
        "x-forwarded-for": "1.1.1.1",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.example",
        "x-real-ip": "1.1.1.1",
        "forwarded": "for=1.1.1.1",
    }

    request = seen("203.0.113.9", **spoofed)

    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert not request.is_secure()
    assert not {name.lower() for name in request.headers} & set(spoofed)


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


@pytest.mark.parametrize(("peer", "is_believed"), [("", True), ("203.0.113.9", False)])
def test_a_request_has_one_name_in_the_logs_of_edge_and_application(peer, is_believed):
    told = {"x-masthead-client": "203.0.113.9 https 0123456789abcdef"}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=told)

    answer = told_by_the_edge(request_log(lambda _request: HttpResponse()))(request)

    assert (answer["X-Request-ID"] == "0123456789abcdef") is is_believed
