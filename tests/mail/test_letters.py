from email import message_from_bytes, policy

import pytest

from masthead.mail.models import CampaignState, DeliveryState
from tests.mail.letters import send, start, states, verified
from tests.mail.smtp_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["step by step", "pipelined"])
def server(request, settings):
    with mail_server(settings, features=request.param) as server:
        yield server


def refreshed(campaign):
    campaign.refresh_from_db()
    return campaign


def test_a_letter_reaches_each_recipient_once(server):
    campaign = start(20)

    send()
    send()

    to = sorted(each[0] for _sender, each, _message in server.messages)
    assert to == sorted(f"reader{number}@example.org" for number in range(20))
    assert states(campaign) == {DeliveryState.SENT: 20}
    assert refreshed(campaign).state == CampaignState.SENT


def test_each_letter_is_the_readers_own_and_its_signature_holds(server, key):
    start(3)

    send()

    assert len(server.messages) == 3
    for _sender, (email,), message in server.messages:
        read = message_from_bytes(message, policy=policy.default)
        link = f"https://lamp.example/leave/{email.replace('@', '-')}/?a=1&b=2"
        assert read["To"] == email
        assert read["List-Unsubscribe"] == f"<{link}>"
        assert link in read.get_body(("plain",)).get_content()
        assert link.replace("&", "&amp;") in read.get_body(("html",)).get_content()
        assert verified(message)
        assert not verified(message.replace(b"Good", b"Bad"))
