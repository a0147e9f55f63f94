import re

import pytest
from django.urls import reverse

from tests.readers.test_sign_in import sign_in_twice

pytestmark = pytest.mark.django_db
#: What runs or styles inline is blocked by the policy of public pages; data blocks do not run.
INLINE = re.compile(
    r"<style|\sstyle=|\son\w+=|<script(?![^>]*(src=|application/json))", re.IGNORECASE
)


def check(response):
    assert response.status_code == 200
    assert "masthead/site.css" in response.text
    assert "The Test Lantern" in response.text
    assert not INLINE.search(response.text)
    assert response.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_request_login_code",
        "account_signup",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ],
)
def test_pages_for_strangers_are_ours(visitor, name):
    check(visitor.get(reverse(name)))


@pytest.mark.parametrize(
    "name",
    [
        "account_logout",
        "account_email",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
    ],
)
def test_pages_for_members_are_ours(visitor, editor, name):
    sign_in_twice(visitor)

    check(visitor.get(reverse(name)))


def test_the_page_that_asks_for_a_code_is_ours(visitor, editor):
    asked = visitor.post("/account/login/code/", {"email": "ed@lantern.example"})

    check(visitor.get(asked.url))


def test_the_page_that_confirms_a_new_address_is_ours(visitor, editor):
    sign_in_twice(visitor)
    form = {"email": "new@lantern.example", "action_add": ""}
    asked = visitor.post(reverse("account_email"), form)

    check(visitor.get(asked.url))
    check(visitor.get(reverse("account_email")))


def test_a_mistake_is_told_beside_its_field(visitor, editor):
    page = visitor.post("/account/login/code/", {"email": "nobody"}).text

    assert 'class="errors"' in page
    assert '<label for="id_email">' in page
