import socket

import pytest
from django.core.mail import send_mail

from masthead.mail import actions
from masthead.mail.errors import MailServerFault, NoMailServer
from masthead.mail.models import MailState, OutgoingMail
from tests.mail.smtp_server import mail_server


@pytest.fixture(params=["EMAIL_USE_TLS", "EMAIL_USE_SSL"])
def encryption(request, settings):
    setattr(settings, request.param, True)
    return {"implicit_tls": request.param == "EMAIL_USE_SSL"}


def sign_in(settings, user="desk", password="secret"):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = user, password


@pytest.mark.django_db
def test_a_mail_goes_out_encrypted_and_signed_in(settings, trusted, encryption):
    sign_in(settings)
    with mail_server(
        settings, certificate=trusted, user=("desk", "secret"), **encryption
    ) as server:
        send_mail("Hi", "Text", None, ["reader@example.org"])
        actions.deliver_due()
        found = actions.check_connection()

    assert len(server.messages) == 1
    assert OutgoingMail.objects.get().state == MailState.SENT
    assert found == "localhost takes mail from desk."


def test_a_certificate_that_nobody_vouches_for_is_refused(settings, certificate, encryption):
    with (
        mail_server(settings, certificate=certificate, **encryption),
        pytest.raises(MailServerFault, match=r"certificate of localhost:.* self.signed"),
    ):
        actions.check_connection()


def test_a_certificate_for_another_host_is_refused(settings, trusted, encryption):
    with mail_server(settings, certificate=trusted, **encryption):
        settings.EMAIL_HOST = "127.0.0.1"
        with pytest.raises(MailServerFault, match=r"certificate of 127.0.0.1:.*"):
            actions.check_connection()


def test_a_server_without_starttls_gets_no_password(settings):
    sign_in(settings)
    settings.EMAIL_USE_TLS = True
    with (
        mail_server(settings, user=("desk", "secret")),
        pytest.raises(MailServerFault, match=r"does not offer what is set: STARTTLS"),
    ):
        actions.check_connection()


def test_a_wrong_password_is_named(settings):
    sign_in(settings, password="wrong")
    with (
        mail_server(settings, user=("desk", "secret")),
        pytest.raises(MailServerFault, match=r"does not accept the user name.*535 5.7.8"),
    ):
        actions.check_connection()


def test_a_server_that_turns_us_away_is_quoted(settings):
    with (
        mail_server(settings, answers={"connect": ["554 go away"]}),
        pytest.raises(MailServerFault, match=r"answered: 554 go away"),
    ):
        actions.check_connection()


def test_tls_on_a_port_that_speaks_plain_names_both_ways(settings):
    settings.EMAIL_USE_SSL = True
    with (
        mail_server(settings),
        pytest.raises(MailServerFault, match=r"smtp\+tls with port 587"),
    ):
        actions.check_connection()


def test_an_unknown_host_is_named(settings, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    settings.EMAIL_HOST = "mail.example"

    with pytest.raises(MailServerFault, match=r"No machine is known by the name “mail.example”"):
        actions.check_connection()


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(settings, monkeypatch):
    monkeypatch.setattr("masthead.mail.transport.STEP_TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        with pytest.raises(MailServerFault, match=r"did not answer|timed out"):
            actions.check_connection()


def test_without_a_mail_server_there_is_nothing_to_check():
    with pytest.raises(NoMailServer):
        actions.check_connection()
