"""A form of a baked page is taken from our own pages alone."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from masthead.conf.urls import handler403, handler404, urlpatterns  # noqa: F401 - Django looks here
from masthead.lib.posted_from_our_pages import posted_from_our_pages

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
OURS = "http://localhost:8000"


@posted_from_our_pages
def said(request):
    return HttpResponse(request.POST.get("text", "nothing"))


urlpatterns = [path("say/", said), *urlpatterns]


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")


def say(browser, **headers):
    return browser.post("/say/", {"text": "Hello"}, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": OURS},
    ],
)
def test_a_form_of_our_own_page_needs_no_token(browser, headers):
    assert say(browser, **headers).text == "Hello"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": OURS},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9000"},
        {"Origin": "https://localhost:8000"},
    ],
)
def test_a_form_of_another_site_is_refused(browser, headers):
    response = say(browser, **headers)

    assert response.status_code == 403
    assert "Hello" not in response.text


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
def test_whoever_does_not_tell_presses_a_button_that_carries_a_token(browser, headers):
    asked = say(browser, **headers)
    assert asked.status_code == 200
    assert 'value="Hello"' in asked.text
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', asked.text)[1]

    sent = browser.post("/say/", {"text": "Hello", "csrfmiddlewaretoken": token}, headers=headers)

    assert sent.text == "Hello"


def test_a_token_that_is_nobodys_is_refused(browser):
    sent = browser.post("/say/", {"text": "Hello", "csrfmiddlewaretoken": "x" * 64})

    assert sent.status_code == 403


def test_what_was_written_does_not_become_markup_in_between(browser):
    asked = browser.post("/say/", {'"><script>': '"><script>alert(1)</script>'})

    assert "<script>" not in asked.text


def test_its_answers_are_kept_by_no_cache(browser):
    assert "no-store" in say(browser, Origin=OURS)["Cache-Control"]
