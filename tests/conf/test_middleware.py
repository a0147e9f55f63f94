"""What clients may claim, and what is answered when nothing else can be."""

import re
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client

from masthead.conf import middleware
from masthead.lib import slow_statements
from masthead.lib.request_id import begin_request, end_request

HOST = "localhost:8000"


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


def test_a_statement_carries_its_request_and_a_slow_one_is_logged_without_its_values(monkeypatch):
    told, executed = [], []
    monkeypatch.setattr(slow_statements, "SLOW", 0)
    monkeypatch.setattr(slow_statements.logger, "warning", lambda *words: told.append(words))
    name = begin_request()

    for vendor in ("postgresql", "sqlite"):
        context = {"connection": SimpleNamespace(vendor=vendor)}
        slow_statements.named(
            lambda sql, *_more: executed.append(sql), "SELECT %s", ["ada"], False, context
        )
    end_request()

    assert executed == [f"SELECT %s /* request {name} */", "SELECT %s"]
    assert told[0][2] == "SELECT %s"
