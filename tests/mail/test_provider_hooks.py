import hashlib
import hmac
import json
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from masthead.mail.models import Delivery, DeliveryState, Feedback, FeedbackKind, Suppression
from tests.mail.letters import recipients, send, start
from tests.mail.smtp_server import mail_server

pytestmark = pytest.mark.django_db
PASSWORD = "hooks:twelve-or-more"
KEY = "signing-key"


@pytest.fixture(autouse=True)
def hooks(settings):
    settings.ANYMAIL = settings.ANYMAIL | {
        "WEBHOOK_SECRET": PASSWORD,
        "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
    }


@pytest.fixture(autouse=True)
def letter():
    """A letter that went to three readers."""
    start(recipients(3))
    Delivery.objects.update(state=DeliveryState.SENT)


@pytest.fixture
def tell(client):
    def tell(provider, event, *, password=PASSWORD, **headers):
        return client.post(
            f"/hooks/mail/{provider}/",
            json.dumps(event),
            content_type="application/json",
            HTTP_HOST="localhost:8000",
            HTTP_X_AMZ_SNS_MESSAGE_TYPE="Notification",
            HTTP_X_AMZ_SNS_MESSAGE_ID="n",
            HTTP_AUTHORIZATION=f"Basic {b64encode(password.encode()).decode()}",
            **headers,
        )

    return tell


def postmark(email="reader1@example.org", kind="HardBounce", number=1):
    return {
        "RecordType": "SpamComplaint" if kind == "SpamComplaint" else "Bounce",
        "Type": kind,
        "ID": number,
        "Email": email,
        "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 5.1.1 The email account does not exist.",
    }


def sendgrid(email="reader1@example.org"):
    return [
        {
            "email": email,
            "event": "bounce",
            "type": "bounce",
            "reason": "550 5.1.1 no such user",
            "sg_event_id": "a",
            "sg_message_id": "b",
            "timestamp": 1,
        }
    ]


def mailgun(email="reader1@example.org", key=KEY):
    signature = hmac.new(key.encode(), b"1token", hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": "1", "token": "token", "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "id": "x",
            "timestamp": 1.0,
            "recipient": email,
            "delivery-status": {"code": 550, "message": "5.1.1 user unknown"},
        },
    }


def ses(email="reader1@example.org"):
    message = {
        "notificationType": "Bounce",
        "mail": {"messageId": "m", "destination": [email], "commonHeaders": {}, "headers": []},
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "NoEmail",
            "feedbackId": "f",
            "timestamp": "2026-11-22T10:00:00.000Z",
            "bouncedRecipients": [
                {"emailAddress": email, "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
            ],
        },
    }
    return {
        "Type": "Notification",
        "MessageId": "n",
        "TopicArn": "arn:aws:sns:x:1:t",
        "Message": json.dumps(message),
        "Timestamp": "2026-11-22T10:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("provider", "event"),
    [("postmark", postmark()), ("sendgrid", sendgrid()), ("mailgun", mailgun()), ("ses", ses())],
)
def test_an_address_that_a_provider_cannot_reach_gets_no_letter_any_more(tell, provider, event):
    assert tell(provider, event).status_code == 200
    assert tell(provider, event).status_code == 200

    assert Suppression.objects.get().email == "reader1@example.org"
    assert Feedback.objects.get().kind == FeedbackKind.NO_MAILBOX


@pytest.mark.django_db(transaction=True)
def test_with_a_providers_server_and_webhook_nobody_gets_a_letter_in_vain(tell, settings, trusted):
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "token", "secret"
    options = {"certificate": trusted, "user": ("token", "secret"), "features": ["PIPELINING"]}
    Delivery.objects.all().delete()
    with mail_server(settings, **options) as server:
        start(recipients(3), key="first")
        send()
        first = [to for _sender, (to,), _message in server.messages]
        assert tell("postmark", postmark("reader2@example.org")).status_code == 200
        start(recipients(3), key="second")
        send()

    second = [to for _sender, (to,), _message in server.messages[len(first) :]]
    assert sorted(first) == [f"reader{number}@example.org" for number in range(3)]
    assert sorted(second) == ["reader0@example.org", "reader1@example.org"]


def test_a_complaint_that_a_provider_tells_ends_it(tell):
    tell("postmark", postmark(kind="SpamComplaint"))

    assert Feedback.objects.get().kind == FeedbackKind.COMPLAINT
    assert Suppression.objects.exists()


def test_an_address_that_never_got_a_letter_is_nobodys_business(tell):
    assert tell("postmark", postmark("stranger@example.org")).status_code == 200

    assert not Feedback.objects.exists()


@pytest.mark.parametrize("provider", ["postmark", "sendgrid", "mailgun", "ses"])
def test_whoever_does_not_know_the_password_is_not_heard(tell, provider):
    events = {"postmark": postmark(), "sendgrid": sendgrid(), "mailgun": mailgun(), "ses": ses()}

    assert tell(provider, events[provider], password="hooks:guessed").status_code == 400
    assert not Feedback.objects.exists()


def test_a_forged_signature_is_not_heard(tell):
    assert tell("mailgun", mailgun(key="guessed")).status_code == 400
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("is_forged", [False, True])
def test_sendgrids_signature_is_checked_where_its_key_is_set(tell, settings, is_forged):
    theirs, guessed = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    public = theirs.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = b64encode(public).decode()
    settings.ANYMAIL = settings.ANYMAIL | {"SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": key}
    signed = b"1" + json.dumps(sendgrid()).encode()
    signature = (guessed if is_forged else theirs).sign(signed, ec.ECDSA(SHA256()))

    answer = tell(
        "sendgrid",
        sendgrid(),
        HTTP_X_TWILIO_EMAIL_EVENT_WEBHOOK_SIGNATURE=b64encode(signature).decode(),
        HTTP_X_TWILIO_EMAIL_EVENT_WEBHOOK_TIMESTAMP="1",
    )

    assert answer.status_code == (400 if is_forged else 200)
    assert tell("sendgrid", sendgrid()).status_code == 400
    assert Feedback.objects.count() == (0 if is_forged else 1)


def test_without_a_password_there_is_no_hook(tell, settings):
    settings.ANYMAIL = settings.ANYMAIL | {"WEBHOOK_SECRET": ""}

    assert tell("postmark", postmark()).status_code == 404
    assert tell("unknown", postmark()).status_code == 404


@pytest.mark.parametrize("event", [[], {}, "x", None, 5, [1], {"RecordType": 1}])
def test_what_is_no_event_harms_nothing(tell, event):
    for provider in ("postmark", "sendgrid", "mailgun", "ses"):
        assert tell(provider, event).status_code in {200, 400}
    assert not Feedback.objects.exists()
