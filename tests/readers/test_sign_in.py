import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import call_command
from django.urls import reverse

from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from tests.factories.people import UserFactory
from tests.readers.conftest import Browser

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
CODE = "/account/login/code/"


def is_signed_in(visitor):
    return "_auth_user_id" in visitor.session


def sign_in(visitor, password="correct horse 9", email="ed@lantern.example", **query):
    form = {"login": email, "password": password}
    return visitor.post(LOGIN, form | query)


def sign_in_twice(visitor):
    """Sign in, and once more as whoever changes how they sign in has to."""
    sign_in(visitor)
    visitor.post(reverse("account_reauthenticate"), {"password": "correct horse 9"})


def test_the_first_editor_signs_in_by_password_at_once(visitor, editor):
    response = sign_in(visitor, email="ED@lantern.example")

    assert response.url == "/desk/"
    assert visitor.get("/desk/").status_code == 200


def test_passwords_are_kept_as_argon2(settings, editor):
    from masthead.conf import settings as real

    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    editor.set_password("correct horse 9")

    assert editor.password.startswith("argon2$argon2id$")


def test_a_mail_code_signs_in(visitor, editor, mailed_code):
    asked = visitor.post(CODE, {"email": "ed@lantern.example"})
    response = visitor.post(asked.url, {"code": mailed_code()})

    assert response.url == "/desk/"
    assert is_signed_in(visitor)


def test_the_mail_with_a_code_speaks_for_the_newsroom(visitor, editor):
    visitor.post(CODE, {"email": "ed@lantern.example"})

    mail = OutgoingMail.objects.get()
    found = content(mail)
    assert mail.subject == "Your sign-in code for The Test Lantern"
    assert dict(found.headers)["From"] == "The Test Lantern <newsroom@localhost>"
    assert "The Test Lantern\nhttp://localhost:8000" in found.text
    assert found.html == ""
    assert mail.site.site_name == "The Test Lantern"


def test_three_wrong_codes_end_the_attempt(visitor, editor, mailed_code):
    asked = visitor.post(CODE, {"email": "ed@lantern.example"})
    for _guess in range(3):
        visitor.post(asked.url, {"code": "WRONG1"})

    visitor.post(asked.url, {"code": mailed_code()})

    assert not is_signed_in(visitor)


def test_a_code_is_good_for_a_quarter_of_an_hour(visitor, editor, mailed_code, time_machine):
    asked = visitor.post(CODE, {"email": "ed@lantern.example"})
    time_machine.move_to(time.time() + 16 * 60)

    visitor.post(asked.url, {"code": mailed_code()})

    assert not is_signed_in(visitor)


def told(response):
    page = re.sub(r"(ed|nobody)@lantern\.example|value=\"\w{64}\"", "-", response.text)
    return response.status_code, page


@pytest.mark.parametrize("address", [CODE, "/account/password/reset/"])
def test_an_unknown_address_gets_the_same_answer_and_no_mail(editor, address):
    known = Browser().post(address, {"email": "ed@lantern.example"}, follow=True)
    written = OutgoingMail.objects.count()
    unknown = Browser().post(address, {"email": "nobody@lantern.example"}, follow=True)

    assert told(known) == told(unknown)
    assert (written, OutgoingMail.objects.count()) == (1, 1)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(editor):
    wrong = sign_in(Browser(), password="guess")
    unknown = sign_in(Browser(), email="nobody@lantern.example")

    assert told(wrong) == told(unknown)


def test_guessing_passwords_is_slowed_down(visitor, editor):
    for _guess in range(5):
        sign_in(visitor, password="guess")

    sign_in(visitor)

    assert not is_signed_in(visitor)


def test_asking_for_codes_is_slowed_down(editor):
    for _number in range(5):
        Browser().post(CODE, {"email": "ed@lantern.example"})

    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/desk/images/", "/desk/images/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("/\\evil.example/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_after_signing_in_one_lands_where_one_wanted_but_never_elsewhere(
    visitor, editor, wanted, landed
):
    assert sign_in(visitor, next=wanted).url == landed


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/"])
def test_the_way_into_the_desk_leads_nowhere_else(visitor, editor, wanted):
    visitor.force_login(editor)

    assert visitor.get("/desk/login/", {"next": wanted}).url == "/desk/"


def test_signing_out_takes_a_button(visitor, editor):
    visitor.force_login(editor)

    asked = visitor.get("/account/logout/")
    assert (asked.status_code, is_signed_in(visitor)) == (200, True)
    visitor.post("/account/logout/")

    assert not is_signed_in(visitor)


def test_signing_in_needs_our_own_form(editor):
    visitor = Browser(enforce_csrf_checks=True)

    assert sign_in(visitor).status_code == 403


def test_nobody_makes_an_account_for_themselves(visitor):
    form = {"email": "new@example.org", "password1": "correct horse 9"}

    assert "from an editor" in visitor.get("/account/signup/").text
    visitor.post("/account/signup/", form)

    assert not EmailAddress.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_an_account_that_was_closed_does_not_sign_in(visitor, editor):
    editor.is_active = False
    editor.save()

    response = sign_in(visitor)

    assert not is_signed_in(visitor)
    assert "inactive" in visitor.get(response.url).text


def test_a_second_factor_is_asked_for_once_it_is_set(visitor, editor):
    sign_in_twice(visitor)
    page = visitor.get(reverse("mfa_activate_totp")).text
    secret = re.search(r'value="([A-Z2-7]{32})"', page)[1]
    visitor.post(reverse("mfa_activate_totp"), {"code": totp(secret)})
    codes = visitor.get(reverse("mfa_view_recovery_codes")).text
    recovery_code = re.search(r"^[0-9a-f]{8}$|>([0-9a-f]{8})\n", codes, re.MULTILINE)
    visitor.post("/account/logout/")

    halfway = sign_in(visitor)
    assert halfway.url.startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(visitor)
    visitor.post(halfway.url, {"code": recovery_code[1] or recovery_code[0]})

    assert is_signed_in(visitor)


def test_changing_how_one_signs_in_needs_a_fresh_proof(visitor, editor, time_machine):
    sign_in_twice(visitor)
    assert visitor.get(reverse("mfa_activate_totp")).status_code == 200
    time_machine.move_to(time.time() + 16 * 60)

    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert reverse("account_reauthenticate") in visitor.get(reverse(name)).url
    form = {"email": "new@lantern.example", "action_add": ""}
    assert reverse("account_reauthenticate") in visitor.post(reverse("account_email"), form).url


def test_a_new_address_counts_only_when_it_is_confirmed(visitor, editor, mailed_code):
    sign_in_twice(visitor)
    asked = visitor.post(
        reverse("account_email"), {"email": "new@lantern.example", "action_add": ""}
    )
    editor.refresh_from_db()
    assert editor.email == "ed@lantern.example"

    visitor.post(asked.url, {"code": mailed_code()})

    editor.refresh_from_db()
    assert editor.email == "new@lantern.example"


def test_a_forgotten_password_is_replaced_by_a_link(visitor, editor):
    visitor.post("/account/password/reset/", {"email": "ed@lantern.example"})
    link = re.search(r"http://localhost:8000(\S+)", content(OutgoingMail.objects.get()).text)[1]
    form = visitor.get(link, follow=True)
    new = "another horse 9"
    visitor.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})

    assert sign_in(visitor, password=new).url == "/desk/"


def test_somebody_without_a_role_is_told_so_at_the_desk(visitor):
    visitor.force_login(UserFactory())

    response = visitor.get("/desk/", follow=True)

    assert response.status_code == 403
    assert "not open to this account" in response.text


def totp(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_whoever_was_made_at_the_terminal_signs_in_at_once(visitor, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse 9")

    call_command("createsuperuser", email="root@lantern.example", interactive=False, verbosity=0)
    sign_in(visitor, email="root@lantern.example")

    assert is_signed_in(visitor)
