import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.urls import reverse

from masthead.mail.models import MailState, OutgoingMail
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}
DESK = "wagtailadmin.access_admin"


@pytest.fixture
def mail():
    message = EmailMultiAlternatives(
        "Your code", "Code 482913. https://localhost/x", None, ["ana@example.org"]
    )
    message.attach_alternative("<p>Code</p><script>alert(1)</script>", "text/html")
    message.send()
    return OutgoingMail.objects.get()


@pytest.fixture
def operator(client):
    user = UserFactory(email="op@example.org", permissions=[DESK, "mail.view_outgoingmail"])
    client.force_login(user)
    return client


def addresses(mail):
    return [
        reverse("outbox"),
        reverse("outbox_results"),
        reverse("outbox_connection"),
        reverse("outbox_mail", args=[mail.pk]),
    ]


@pytest.mark.parametrize("permissions", [None, [], [DESK]], ids=["anonymous", "reader", "reporter"])
def test_nobody_but_an_operator_reads_the_outbox(client, mail, permissions):
    if permissions is not None:
        client.force_login(UserFactory(permissions=permissions))

    for address in addresses(mail):
        response = client.get(address, **HOST)
        assert response.status_code in {302, 403}, address
        assert b"482913" not in response.content
    for name in ("outbox_send_again", "outbox_test_mail"):
        address = reverse(name, args=[mail.pk] if "again" in name else [])
        assert client.post(address, **HOST).status_code in {302, 403}

    mail.refresh_from_db()
    assert (mail.state, OutgoingMail.objects.count()) == (MailState.KEPT, 1)


def test_a_reporter_does_not_see_the_outbox_in_the_menu(client, mail):
    client.force_login(UserFactory(permissions=[DESK]))

    assert reverse("outbox") not in client.get("/desk/", **HOST).text


def test_an_operator_finds_mails_by_words_and_state(operator, mail):
    send_mail("Another", "Text", None, ["bo@example.org"])
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT)

    whole = operator.get(reverse("outbox"), **HOST).text
    by_words = operator.get(reverse("outbox"), {"q": "ana@"}, **HOST).text
    by_state = operator.get(reverse("outbox"), {"state": "kept"}, **HOST).text

    assert "ana@example.org" in whole
    assert "bo@example.org" in whole
    assert "bo@example.org" not in by_words
    assert "ana@example.org" in by_words
    assert "ana@example.org" not in by_state
    assert "bo@example.org" in by_state


def test_an_operator_reads_a_mail_with_its_links_but_without_its_scripts(operator, mail):
    page = operator.get(reverse("outbox_mail", args=[mail.pk]), **HOST).text

    assert 'href="https://localhost/x"' in page
    assert 'sandbox="" srcdoc="&lt;p&gt;Code&lt;/p&gt;&lt;script&gt;' in page
    assert "<script>alert(1)" not in page
    assert "ana@example.org" in page


@pytest.mark.parametrize("state", [MailState.UNCERTAIN, MailState.REFUSED, MailState.KEPT])
def test_an_operator_lets_a_mail_go_out_again(operator, mail, state):
    OutgoingMail.objects.update(state=state)
    assert "send-again" in operator.get(reverse("outbox_mail", args=[mail.pk]), **HOST).text

    operator.post(reverse("outbox_send_again", args=[mail.pk]), **HOST)

    mail.refresh_from_db()
    assert mail.state == MailState.WAITING


def test_a_mail_that_was_sent_does_not_go_out_again(operator, mail):
    OutgoingMail.objects.update(state=MailState.SENT)
    assert "send-again" not in operator.get(reverse("outbox_mail", args=[mail.pk]), **HOST).text

    operator.post(reverse("outbox_send_again", args=[mail.pk]), **HOST)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT


def test_an_operator_writes_a_test_mail_to_themselves(operator):
    operator.post(reverse("outbox_test_mail"), **HOST)

    assert OutgoingMail.objects.get().recipient == "op@example.org"


def test_the_connection_test_tells_what_it_found(operator):
    page = operator.post(reverse("outbox_connection"), **HOST).text

    assert "No mail server is set" in page


def test_an_old_mail_says_why_its_message_is_gone(operator, mail):
    OutgoingMail.objects.update(message=b"", state=MailState.UNCERTAIN)

    page = operator.get(reverse("outbox_mail", args=[mail.pk]), **HOST).text

    assert "deleted after 30 days" in page
    assert "send-again" not in page
