"""What somebody gets by mail: asked, confirmed, chosen, paused, stopped, exported, erased."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Site

from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.readers import kinds, links
from masthead.readers.actions import Occasion, Wish, ask, forget
from masthead.readers.models import Address, Erased, Subscription
from masthead.readers.queries import is_erased, subscribed
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
TIDES, TOWN = Wish("tide", "high", "High water, daily"), Wish("tide", "low", "Low water, weekly")


@pytest.fixture(autouse=True)
def tides(monkeypatch):
    told = {"high": "High water", "low": "Low water"}

    def describe(target):
        return kinds.Description(told[target], note="Daily") if target in told else None

    kind = kinds.Kind(
        "tide",
        "Tides",
        describe,
        offered=lambda _site, _language: [(target, describe(target)) for target in told],
        on_export=lambda address: {"boats": [address.email.partition("@")[0]]},
    )
    monkeypatch.setattr(kinds, "_registered", {"tide": kind})
    return kind


def somewhere(language="en", network="harbour"):
    return Occasion(Site.objects.get(), language, "/2026/11/harbour/", network)


def ask_for(*wishes, email="ada@example.org", **where):
    return ask(email=email, wishes=wishes or [TIDES], occasion=somewhere(**where))


def newest_link(email="ada@example.org"):
    mail = OutgoingMail.objects.filter(recipient=email).latest("pk")
    return re.search(r"^http://localhost:8000(/my/\S+)$", content(mail).text, re.MULTILINE)[1]


def subscriber(visitor, *wishes):
    address = ask_for(*wishes)
    visitor.post(newest_link())
    address.refresh_from_db()
    return address


def test_nothing_goes_out_before_the_mails_link_is_confirmed_with_a_button(visitor):
    ask_for(TIDES, TOWN)

    page = visitor.get(newest_link())

    assert "High water" in page.text
    assert "Low water" in page.text
    assert not subscribed("tide", "high").exists()
    visitor.post(newest_link())
    assert subscribed("tide", "high").get().address.email == "ada@example.org"
    assert Address.objects.get().confirmed_at


def test_what_was_shown_is_kept_as_evidence(visitor):
    row = subscriber(visitor, TOWN).subscriptions.get()

    assert (row.wording, row.wording_language, row.page) == (
        "Low water, weekly",
        "en",
        "/2026/11/harbour/",
    )
    assert row.asked_at <= row.confirmed_at
    assert row.withdrawn_at is None


def test_asking_again_after_an_end_keeps_the_old_evidence(visitor):
    address = subscriber(visitor)
    visitor.post(links.stop(address, "tide", "high"))

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        ask_for(Wish("tide", "high", "High water, hourly"))

    old, new = address.subscriptions.order_by("pk")
    assert (old.wording, bool(old.withdrawn_at)) == ("High water, daily", True)
    assert (new.wording, new.confirmed_at) == ("High water, hourly", None)


def test_a_stranger_cannot_tell_or_change_who_subscribes(visitor):
    address = subscriber(visitor)
    before = address.subscriptions.values().get()

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        ask_for(Wish("tide", "high", "Something else"), language="es", network="elsewhere")

    assert address.subscriptions.values().get() == before
    assert "/my/" in newest_link()
    assert OutgoingMail.objects.count() == 2


def test_a_confirmation_holds_for_a_week(visitor):
    ask_for()

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        answer = visitor.post(newest_link())

    assert answer.status_code == 404
    assert "too old" in answer.text
    assert not subscribed("tide", "high").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda link: link[:-3] + "xx/",
        lambda link: link.replace("/my/confirm/", "/my/stop/"),
        lambda link: link.replace("/my/confirm/", "/my/"),
        lambda _link: "/my/confirm/x:y:z/",
    ],
    ids=["changed", "for a stop", "for the page", "invented"],
)
def test_a_link_that_was_made_up_does_nothing(visitor, change):
    ask_for()

    answer = visitor.post(change(newest_link()))

    assert answer.status_code == 404
    assert not subscribed("tide", "high").exists()


def test_a_confirmation_link_is_only_for_what_it_was_asked_with(visitor):
    ask_for(TIDES)
    first = newest_link()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        ask_for(TOWN, network="elsewhere")

    visitor.post(first)

    assert not subscribed("tide", "low").exists()


def test_somebody_signed_in_needs_no_mail_for_their_own_address(editor):
    ask(email="ed@lantern.example", wishes=[TIDES], occasion=somewhere(), by=editor)

    assert subscribed("tide", "high").exists()
    assert not OutgoingMail.objects.exists()


def test_somebody_signed_in_cannot_confirm_for_others():
    ask(email="ada@example.org", wishes=[TIDES], occasion=somewhere(), by=UserFactory())

    assert not subscribed("tide", "high").exists()


def test_nobody_is_flooded_with_mails():
    for _time in range(5):
        ask_for()

    assert OutgoingMail.objects.count() == 3


def test_one_network_cannot_write_to_the_whole_world():
    for number in range(30):
        ask_for(email=f"reader{number}@town{number}.example")

    assert OutgoingMail.objects.count() == 10


def test_one_domain_is_not_flooded_from_many_networks():
    for number in range(60):
        ask_for(email=f"reader{number}@town.example", network=f"network {number}")

    assert OutgoingMail.objects.count() == 30


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(ValidationError):
        ask_for(email=email)

    assert not Address.objects.exists()


def test_a_mailbox_provider_ends_it_with_one_post(visitor):
    address = subscriber(visitor, TIDES, TOWN)
    link = links.stop(address, "tide", "high")

    visitor.get(link)
    assert subscribed("tide", "high").exists()
    answer = visitor.post(link, {"List-Unsubscribe": "One-Click"}, headers={"origin": "null"})

    assert answer.status_code == 200
    assert not answer.cookies
    assert not subscribed("tide", "high").exists()
    assert subscribed("tide", "low").exists()


def test_ending_it_twice_or_after_all_is_erased_is_no_fault(visitor):
    address = subscriber(visitor)
    link = links.stop(address, "tide", "high")

    assert visitor.post(link).status_code == 200
    assert visitor.post(link).status_code == 200
    address.delete()
    assert visitor.post(link).status_code == 404


def test_on_the_page_one_chooses_among_everything(visitor):
    address = subscriber(visitor)

    page = visitor.post(
        links.my_page(address), {"do": "choose", "tide:low": "on", "language": "es"}
    )

    assert not subscribed("tide", "high").exists()
    assert subscribed("tide", "low").exists()
    address.refresh_from_db()
    assert address.language == "es"
    assert '<html lang="es"' in page.text


def test_a_pause_ends_by_itself(visitor):
    address = subscriber(visitor)

    visitor.post(links.my_page(address), {"do": "pause", "pause": "7"})

    assert not subscribed("tide", "high").exists()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert subscribed("tide", "high").exists()


def test_a_pause_is_ended_by_hand(visitor):
    address = subscriber(visitor)
    visitor.post(links.my_page(address), {"do": "pause", "pause": "90"})

    visitor.post(links.my_page(address), {"do": "resume"})

    assert subscribed("tide", "high").exists()


def test_everything_is_stopped_at_once(visitor):
    address = subscriber(visitor, TIDES, TOWN)

    visitor.post(links.my_page(address), {"do": "stop"})

    assert not address.subscriptions.filter(withdrawn_at=None).exists()


def test_opening_a_page_changes_nothing(visitor):
    address = subscriber(visitor)
    before = list(Subscription.objects.values())

    for link in (
        links.my_page(address),
        links.fresh_my_page(address),
        links.fresh_my_page(address) + "erase/",
        links.fresh_my_page(address) + "export/",
        links.stop(address, "tide", "high"),
    ):
        assert visitor.get(link).status_code == 200

    assert list(Subscription.objects.values()) == before


def test_what_we_keep_can_be_taken_along(visitor):
    address = subscriber(visitor)

    kept = visitor.get(links.fresh_my_page(address) + "export/").json()

    assert kept["email"] == "ada@example.org"
    assert kept["subscriptions"][0]["wording"] == "High water, daily"
    assert kept["tide"] == {"boats": ["ada"]}


def test_what_we_keep_is_erased_and_no_import_wakes_it(visitor):
    address = subscriber(visitor)
    OutgoingMail.objects.update(state="sent")

    visitor.post(links.fresh_my_page(address) + "erase/")

    assert not Address.objects.exists()
    assert not Subscription.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert "ada" not in Erased.objects.get().digest
    assert is_erased("ada@example.org")


def test_whoever_asks_anew_after_that_is_heard(visitor):
    address = subscriber(visitor)
    visitor.post(links.fresh_my_page(address) + "erase/")

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        subscriber(visitor)

        assert subscribed("tide", "high").exists()
        assert not is_erased("ada@example.org")


@pytest.mark.parametrize("step", ["export/", "erase/"])
def test_a_forwarded_letter_gives_away_no_data(visitor, step):
    address = subscriber(visitor)

    assert visitor.get(links.my_page(address) + step).status_code == 302
    if step == "erase/":
        visitor.post(links.my_page(address) + step)
    assert Address.objects.exists()


def test_the_link_to_take_data_holds_for_two_hours(visitor):
    address = subscriber(visitor)
    link = links.fresh_my_page(address)

    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert visitor.get(link + "export/").status_code == 404


def test_the_link_to_the_page_is_sent_to_whoever_reads_the_mail(visitor):
    subscriber(visitor)

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        known = visitor.post("/my/", {"email": "Ada@Example.org"})
        unknown = visitor.post("/my/", {"email": "bob@example.org"})

        assert known.text == unknown.text
        assert not OutgoingMail.objects.filter(recipient="bob@example.org").exists()
        assert "Take everything along" in visitor.get(newest_link()).text


def test_what_nobody_confirmed_is_forgotten(visitor):
    subscriber(visitor)
    ask_for(email="bob@town.example")

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert forget() is False

    assert Address.objects.get().email == "ada@example.org"
    assert Subscription.objects.get().address.email == "ada@example.org"


def test_the_log_holds_no_link_that_acts_for_a_reader(visitor, caplog):
    address = subscriber(visitor)

    with caplog.at_level("INFO", "masthead.request"):
        visitor.get(links.fresh_my_page(address) + "export/")

    told = [record for record in caplog.records if record.name == "masthead.request"][-1]
    assert address.secret not in str(vars(told))
    assert told.path == "/my/%E2%80%A6/export/"
