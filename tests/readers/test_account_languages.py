"""What people who sign in read, in their own language."""

import re
from pathlib import Path

import pytest
from allauth import __file__ as allauth
from babel.messages.pofile import read_po
from django.urls import reverse

from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from tests.readers.test_sign_in import sign_in
from tests.texts import catalogue

pytestmark = pytest.mark.django_db
FIRST_NAME_TERMS = re.compile(r"\b(du|dich|dir|dein\w*)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "direction", "text"),
    [
        ("ar", "rtl", "من دون كلمة مرور"),
        ("de", "ltr", "Ohne Passwort"),
        ("es", "ltr", "Sin contraseña"),
        ("fr", "ltr", "Sans mot de passe"),
    ],
)
def test_sign_in_speaks_the_visitors_language(visitor, language, direction, text):
    page = visitor.get("/account/login/", headers={"accept-language": language}).text

    assert f'<html lang="{language}" dir="{direction}">' in page
    assert text in page


@pytest.mark.parametrize(
    "name", ["account_reset_password", "account_reset_password_done", "account_logout"]
)
def test_the_german_pages_are_polite(visitor, editor, name):
    sign_in(visitor)

    page = visitor.get(reverse(name), headers={"accept-language": "de"}).text
    text = page.partition("<main")[2].partition("</main>")[0]

    assert "Sie" in text
    assert not FIRST_NAME_TERMS.search(text)


def test_a_sign_in_code_comes_in_the_visitors_language(visitor, editor):
    form = {"email": editor.email}

    visitor.post("/account/login/code/", form, headers={"accept-language": "de"})
    mail = OutgoingMail.objects.latest("pk")

    assert mail.subject.startswith("Ihr Anmeldecode für")
    assert "Geben Sie ihn innerhalb von 15 Minuten" in content(mail).text


@pytest.mark.parametrize("language", ["ar", "de", "es"])
def test_what_we_say_otherwise_than_allauth_is_said_by_it(language):
    with (Path(allauth).parent / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        theirs = {message.id for message in read_po(file)}

    ours = {message.id for message in catalogue(language, app="readers")} - {""}

    assert len(ours) > 3
    assert ours <= theirs
