from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from masthead.mail import campaigns
from masthead.mail.errors import AlreadyStarted, BadMessage, TakenBack
from masthead.mail.letters import LetterTemplate, Recipient
from masthead.mail.models import Campaign, CampaignState, Delivery, DeliveryState, SuppressionReason
from tests.mail.letters import TEMPLATE, recipient, recipients, send, start, states, verified
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


def test_a_letter_is_started_once(server):
    first = start(2)

    with pytest.raises(AlreadyStarted) as caught:
        start(3)

    assert caught.value.campaign == first
    assert Delivery.objects.count() == 2


def test_a_start_that_was_cut_off_is_begun_anew(server, time_machine):
    cut_off = start(2)
    Campaign.objects.update(state=CampaignState.PREPARED)
    send()
    with pytest.raises(AlreadyStarted):
        start(3)
    time_machine.move_to(timezone.now() + timedelta(minutes=11), tick=True)

    campaign = start(3)
    send()

    assert not Campaign.objects.filter(pk=cut_off.pk).exists()
    assert states(campaign) == {DeliveryState.SENT: 3}
    assert len(server.messages) == 3


def test_recipients_are_written_some_at_a_time_and_a_letter_can_be_taken_back_meanwhile(
    monkeypatch,
):
    monkeypatch.setattr(campaigns, "BATCH", 2)
    counts = []
    write = campaigns._freeze_some

    def watched(*given):
        has_more = write(*given)
        counts.append(Delivery.objects.count())
        if len(counts) == 2:
            Campaign.objects.all().delete()
        return has_more

    monkeypatch.setattr(campaigns, "_freeze_some", watched)
    with pytest.raises(TakenBack):
        start(7)

    assert counts == [2, 4]
    assert not Delivery.objects.exists()


def test_an_address_that_is_named_twice_or_is_none_costs_the_others_nothing(server):
    to = [*recipients(2), recipient("READER1@Example.org"), recipient("nobody"), recipient("a@b@c")]

    campaign = start(to)
    send()

    assert states(campaign) == {DeliveryState.SENT: 2, DeliveryState.REFUSED: 2}
    assert len(server.messages) == 2


def test_a_suppressed_address_gets_no_letter_before_or_after_the_start(server):
    campaigns.suppress(email="reader0@example.org", reason=SuppressionReason.COMPLAINT)
    campaign = start(3)
    campaigns.suppress(email="Reader1@example.org", reason=SuppressionReason.BY_HAND)
    send()

    assert [to for _sender, (to,), _message in server.messages] == ["reader2@example.org"]
    assert states(campaign) == {DeliveryState.CANCELLED: 2, DeliveryState.SENT: 1}


def test_a_letter_waits_for_its_hour(server, time_machine):
    campaign = start(1, send_at=timezone.now() + timedelta(hours=1))
    send()
    assert (refreshed(campaign).state, server.messages) == (CampaignState.SCHEDULED, [])

    time_machine.move_to(timezone.now() + timedelta(minutes=61), tick=True)
    send()

    assert refreshed(campaign).state == CampaignState.SENT


def test_a_letter_that_is_hours_late_asks_a_person(server, time_machine):
    campaign = start(1, send_at=timezone.now() + timedelta(hours=1))
    time_machine.move_to(timezone.now() + timedelta(hours=5), tick=True)
    send()
    assert (refreshed(campaign).state, server.messages) == (CampaignState.PAUSED, [])
    assert "should have gone out" in campaign.trouble

    assert campaigns.resume(campaign=campaign)
    send()

    assert states(campaign) == {DeliveryState.SENT: 1}
    assert refreshed(campaign).trouble == ""


def test_a_paused_letter_goes_on_and_a_stopped_one_never_does(server):
    paused, stopped = start(2), start(2, key="another")
    assert campaigns.pause(campaign=paused)
    assert campaigns.stop(campaign=stopped)
    send()
    assert server.messages == []

    assert campaigns.resume(campaign=paused)
    assert not campaigns.resume(campaign=stopped)
    send()

    assert states(paused) == {DeliveryState.SENT: 2}
    assert states(stopped) == {DeliveryState.CANCELLED: 2}


def test_who_leaves_before_the_letter_goes_does_not_get_it(server):
    campaign = start(2)

    assert campaigns.cancel(email="reader0@example.org", answer="left", key_prefix="morning") == 1
    send()

    assert states(campaign) == {DeliveryState.CANCELLED: 1, DeliveryState.SENT: 1}


def test_a_forgotten_reader_is_in_no_letter(server):
    campaign = start(2)
    send()

    campaigns.forget(email="Reader0@example.org")

    assert not Delivery.objects.filter(email="reader0@example.org").exists()
    assert states(campaign) == {DeliveryState.SENT: 2}


@pytest.mark.parametrize(
    "template",
    [
        replace(TEMPLATE, subject="Hi\nBcc: all@example.org"),
        replace(TEMPLATE, subject="Hi %%UNSUBSCRIBE%%"),
        replace(TEMPLATE, from_name="The Lamp\r\nX: y"),
        replace(TEMPLATE, headers={"X-One": "a\r\nBcc: all@example.org"}),
        replace(TEMPLATE, headers={"X: y\r\nBcc": "all@example.org"}),
        replace(TEMPLATE, headers={"To": "all@example.org"}),
    ],
)
def test_a_header_that_would_be_two_is_refused_and_nothing_is_written(template):
    with pytest.raises(BadMessage):
        start(1, template=template)

    assert not Campaign.objects.exists()


@pytest.mark.parametrize("value", ["https://a.example/\r\nBcc: all@example.org", "a b", "ä", None])
def test_a_value_that_cannot_stand_in_a_header_is_refused(value):
    values = {} if value is None else {"UNSUBSCRIBE": value}

    with pytest.raises(BadMessage):
        start([*recipients(1), Recipient("a@example.org", values)])

    assert not Campaign.objects.exists()
    assert not Delivery.objects.exists()


def test_whatever_a_text_holds_arrives_as_it_was_written(server, key):
    text = "\n".join(
        [".", "..x", "From me", " two  blanks ", "\ttab", "=3D", "é☀ناقة" * 40, "x" * 2000]
    )
    template = LetterTemplate("Ein Brief: größer", f"<pre>{text}</pre>", text, "Zeitung für Köln")
    start([recipient("a@example.org")], template=template)

    send()

    ((_sender, _to, message),) = server.messages
    read = message_from_bytes(message, policy=policy.default)
    plain, html = (read.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert plain.replace("\r\n", "\n").rstrip("\n") == text
    assert f"<pre>{text}</pre>" in html.replace("\r\n", "\n")
    assert read["Subject"] == "Ein Brief: größer"
    assert read["From"] == "Zeitung für Köln <letters@lamp.example>"
    assert message.isascii()
    assert max(map(len, message.split(b"\r\n"))) < 200
    assert verified(message)


def test_a_letter_signed_ahead_is_the_one_that_is_signed_in_line(server, key):
    from masthead.mail.work import letters_are_unsigned, sign_letters

    later = timezone.now() + timedelta(hours=1)
    campaign = start(4, send_at=later)
    while letters_are_unsigned():
        sign_letters(0)
        sign_letters(1)
    assert not Delivery.objects.filter(signature=b"").exists()

    Campaign.objects.update(send_at=timezone.now())
    Delivery.objects.filter(email="reader0@example.org").update(signature=b"")
    send()

    assert states(campaign) == {DeliveryState.SENT: 4}
    assert all(verified(message) for _sender, _to, message in server.messages)
