"""Subscribers come in from other systems with their consent, and go out as a file."""

import csv
import io
import re
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from masthead.cli import main
from masthead.mail.models import OutgoingMail, Suppression
from masthead.newsletter.models import ImportState, SubscriberImport
from masthead.newsletter.queries import audience
from masthead.newsletter.subscribers import takeover, work
from masthead.newsletter.subscribers.export import exported
from masthead.newsletter.subscribers.lines import BadFile, SubscriberFile
from masthead.newsletter.subscribers.takeover import Fate, Takeover
from masthead.readers import actions
from masthead.readers.actions import Occasion, Wish, ask
from masthead.readers.models import Address, Subscription
from masthead.stories.queries import main_site
from tests.factories.letters import LetterListFactory, reader
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}
STATEMENT = "The box on lamp.example, since 2021, with a mail to confirm."
#: Real-shaped files of each system; in each ada gets the letter, bob sleeps, cyd left, dee bounced.
FILES = {
    "mailchimp": """\
"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,\
LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,UNSUB_TIME,CLEAN_TIME,LAST_CHANGED,LEID,EUID,NOTES
Ada@Example.org,Ada,"O""Brien, Jr.",2,"2018-03-15 17:51:42",1.2.3.4,"2018-03-15 17:52:00",1.2.3.4,\
,,,,,,,,,"2018-03-15 17:52:00",1,a1,
bob@example.org,Bob,,2,,,"2018-03-15 17:52:00",1.2.3.4,,,,,,,,,,"2018-03-15 17:52:00",2,a2,
cyd@example.org,Cyd,,2,"2018-03-15 17:51:42",,"2018-03-15 17:52:00",\
,,,,,,,,"2019-01-01 10:00:00",,,3,a3,
dee@example.org,Dee,,2,"2018-03-15 17:51:42",,"2018-03-15 17:52:00",\
,,,,,,,,,"2019-01-01 10:00:00",,4,a4,
""",
    "mailpoet": """\
\ufeff"Email","First name","Last name","Subscription IP","Subscription time","Confirmation time",\
"Confirmation IP","List status","Global status","List"
"ada@example.org","Ada \\"Nan\\", née B","","","2021-02-01 08:00:00","2021-02-01 08:05:00","",\
"subscribed","subscribed","News"
"bob@example.org","Bob","","","2021-02-01 08:00:00","","","unconfirmed","unconfirmed","News"
"cyd@example.org","","","","2021-02-01 08:00:00","2021-02-01 08:05:00","",\
"unsubscribed","subscribed","News"
"dee@example.org","","","","2021-02-01 08:00:00","2021-02-01 08:05:00","",\
"subscribed","bounced","News"
""",
    "substack": """\
email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at
ada@example.org,false,,other,false,2024-01-15T10:00:00.000Z,
bob@example.org,false,,other,false,,
cyd@example.org,false,,other,true,2024-01-15T10:00:00.000Z,
""",
    "ghost": """\
id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers
m1,ada@example.org,Ada,"VIP, early",true,false,,2024-01-15T10:00:00.000Z,,,
m2,bob@example.org,Bob,,true,false,,,,,
m3,cyd@example.org,Cyd,,false,false,,2024-01-15T10:00:00.000Z,,,
""",
    "buttondown": """\
id,email_address,notes,metadata,tags,creation_date,type
1,ada@example.org,,{},,2024-01-15T10:00:00.123456+00:00,premium
2,bob@example.org,,{},,2024-01-15T10:00:00.123456+00:00,unactivated
3,cyd@example.org,,{},,2024-01-15T10:00:00.123456+00:00,unsubscribed
4,dee@example.org,,{},,2024-01-15T10:00:00.123456+00:00,undeliverable
""",
    "listmonk": """\
uuid,email,name,attributes,status,created_at,updated_at,subscription_status
u1,ada@example.org,Ada,"{""city"": ""Porto""}",enabled,2024-01-15T10:00:00Z,2024-01-15T10:00:00Z,\
confirmed
u2,bob@example.org,Bob,{},enabled,2024-01-15T10:00:00Z,2024-01-15T10:00:00Z,unconfirmed
u3,cyd@example.org,Cyd,{},blocklisted,2024-01-15T10:00:00Z,2024-01-15T10:00:00Z,confirmed
""",
}
GHOST = "email,subscribed_to_emails,created_at\n"
SINCE = "true,2024-01-15T10:00:00.000Z\n"


@pytest.fixture
def letter():
    found = LetterListFactory(name="The weekly")
    reader(LetterListFactory(name="Another"), "noise@example.org")
    return found


@pytest.fixture
def publisher(client):
    client.force_login(UserFactory(role="Publisher"))
    return client


def take(letter, text, *, is_dry=False):
    content = text if isinstance(text, bytes) else text.encode()
    return Takeover(letter, SubscriberFile(BytesIO(content)), STATEMENT, is_dry=is_dry).run()


def emails(subscriptions):
    return {each.address.email for each in subscriptions.select_related("address")}


@pytest.mark.parametrize("system", FILES)
def test_each_systems_file_is_understood(letter, system):
    file = SubscriberFile(BytesIO(FILES[system].encode()))

    report = Takeover(letter, file, STATEMENT).run()

    assert file.source.name == system
    assert emails(audience(letter)) == {"ada@example.org"}
    asleep = Subscription.objects.filter(target=str(letter.pk), confirmed_at=None)
    assert emails(asleep) == {"bob@example.org"}
    left = dict(Suppression.objects.values_list("email", "reason"))
    assert left.pop("cyd@example.org") == "left"
    assert set(left.items()) <= {("dee@example.org", "no mailbox")}
    assert report.counts[Fate.SUPPRESSED] == 1 + len(left)
    assert not OutgoingMail.objects.exists()


def test_consent_is_kept_as_evidence(letter):
    take(letter, FILES["mailchimp"])

    (ada,) = audience(letter)
    assert ada.wording == STATEMENT
    assert ada.page == "Mailchimp, line 2"
    assert ada.asked_at.isoformat() == "2018-03-15T17:51:42+00:00"
    assert ada.confirmed_at.isoformat() == "2018-03-15T17:52:00+00:00"


def test_a_dry_run_writes_nothing_and_says_what_would_be(letter):
    report = take(letter, FILES["buttondown"], is_dry=True)

    assert report.counts == {Fate.TAKEN: 1, Fate.ASLEEP: 1, Fate.SUPPRESSED: 2}
    assert emails(Subscription.objects.all()) == {"noise@example.org"}
    assert not Suppression.objects.exists()


def test_nobody_who_left_or_was_erased_here_is_woken(letter):
    reader(letter, "gone@example.org", withdrawn_at=timezone.now())
    reader(letter, "here@example.org")
    actions.erase(address=reader(letter, "erased@example.org").address)
    Suppression.objects.create(email="angry@example.org", reason="complaint")
    names = ("gone", "here", "erased", "angry", "new", "new")

    report = take(letter, GHOST + "".join(f"{each}@example.org,{SINCE}" for each in names))

    assert emails(audience(letter)) == {"here@example.org", "new@example.org"}
    assert report.counts == {
        Fate.LEFT_HERE: 2,
        Fate.KNOWN: 1,
        Fate.ERASED: 1,
        Fate.TAKEN: 1,
        Fate.TWICE: 1,
    }
    assert not Address.objects.filter(email="erased@example.org").exists()


def test_who_left_one_list_keeps_another_letter_that_they_get_here(letter):
    cyd = reader(LetterListFactory(), "cyd@example.org")

    report = take(letter, FILES["ghost"])

    assert report.counts == {Fate.TAKEN: 1, Fate.ASLEEP: 1, Fate.KNOWN: 1}
    assert not Suppression.objects.exists()
    cyd.refresh_from_db()
    assert cyd.withdrawn_at is None


def test_a_run_that_was_cut_off_is_begun_anew(letter, monkeypatch):
    monkeypatch.setattr(takeover, "BATCH", 1)
    file = SubscriberFile(BytesIO(FILES["buttondown"].encode()))

    with pytest.raises(KeyboardInterrupt):
        Takeover(letter, file, STATEMENT).run(Mock(side_effect=[None, KeyboardInterrupt]))
    report = Takeover(letter, file, STATEMENT).run()

    assert report.counts == {Fate.KNOWN: 2, Fate.SUPPRESSED: 2}
    assert emails(audience(letter)) == {"ada@example.org"}


def test_a_second_run_changes_nothing(letter):
    take(letter, FILES["buttondown"])
    before = list(Subscription.objects.values_list())

    report = take(letter, FILES["buttondown"])

    assert report.counts == {Fate.KNOWN: 2, Fate.LEFT_HERE: 2}
    assert list(Subscription.objects.values_list()) == before


def test_whoever_left_elsewhere_can_ask_here_anew_and_whoever_bounced_cannot(letter):
    take(letter, FILES["buttondown"])
    occasion = Occasion(main_site(), "en", "/")
    wish = Wish("letter", str(letter.pk), "[x] The weekly")

    for email in ("cyd@example.org", "dee@example.org"):
        ask(email=email, wishes=[wish], occasion=occasion)
    cyd = Address.objects.get(email="cyd@example.org")
    actions.confirm(address=cyd, subscriptions=cyd.subscriptions.all())

    assert {mail.recipient for mail in OutgoingMail.objects.all()} == {"cyd@example.org"}
    assert not Suppression.objects.filter(email="cyd@example.org").exists()
    assert "cyd@example.org" in emails(audience(letter))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "Line 1"),
        (b"name,age\nAda,36\n", "Line 1: These are the columns of no system"),
        (GHOST.encode() + b"a@example.org,true\n", "Line 2, column \u201ccreated_at\u201d"),
        (GHOST.encode() + b"a@example.org,true,,x\n", "Line 2, column \u201c4\u201d"),
        (GHOST.encode() + b"ok@example.org,true,\ncaf\xe9@x.org,true,\n", "Line 3: Character 4"),
        (GHOST.encode() + b'a@example.org,true,"2024\n', "Line 2: unexpected end of data"),
        (GHOST.encode() + b"a@example.org,true,\x00\n", "Line 2: There is a null byte"),
        (GHOST.encode() + b"a" * 70_000, "Line 2: The line has more than 64 kB"),
        (GHOST.encode() + b'a,"' + (b"b" * 60_000 + b"\n") * 4, "field larger than field limit"),
        ("email,type\n".encode("utf-16"), "Line 1: Character 1 is no UTF-8"),
        (b"PK\x03\x04\x00\x00", "Line 1: There is a null byte"),
        (b"," * 400 + b"\n", "Line 1: There are more than 300 columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_such_file_is_refused_with_its_place_and_nothing_is_written(
    letter, content, place
):
    with pytest.raises(BadFile, match=re.escape(place)):
        take(letter, content)

    assert emails(Subscription.objects.all()) == {"noise@example.org"}


def test_lines_without_an_address_are_told_and_the_others_taken(letter):
    report = take(letter, GHOST + f"=cmd|'/c calc'!A0,{SINCE}ada@example.org,{SINCE}")

    assert report.others == [(2, "=cmd|'/c calc'!a0", Fate.REFUSED)]
    assert "2,'=cmd|'/c calc'!a0,no mail address" in "".join(work.report_lines(report))
    assert emails(audience(letter)) == {"ada@example.org"}


@given(st.binary(max_size=400))
def test_no_file_however_mangled_breaks_the_reader(content):
    with suppress(BadFile):
        found = SubscriberFile(BytesIO(GHOST.encode() + content))
        assert all(line.number > 1 for line in found.lines())


def test_a_consent_from_the_future_or_without_a_date_proves_nothing(letter):
    take(letter, GHOST + "a@example.org,true,2199-01-01\nb@example.org,true,yesterday\n")

    assert not audience(letter).exists()


def test_all_that_is_kept_goes_out_and_comes_in_again(letter):
    ada = reader(letter, "ada@example.org", wording="=HYPERLINK(1)")
    reader(letter, "gone@example.org", withdrawn_at=timezone.now())
    reader(letter, "asleep@example.org", confirmed_at=None)
    Suppression.objects.create(email="dee@example.org", reason="no mailbox")

    text = "".join(exported())
    rows = {
        row["email"]: row for row in csv.DictReader(io.StringIO(text)) if row["letter"] != "Another"
    }

    assert rows["ada@example.org"]["confirmed_at"] == ada.confirmed_at.isoformat()
    assert rows["ada@example.org"]["wording"] == "'=HYPERLINK(1)"
    assert [rows[f"{name}@example.org"]["state"] for name in ("ada", "gone", "asleep", "dee")] == [
        *("active", "left", "asleep", "bounced")
    ]
    Address.objects.all().delete()
    Suppression.objects.all().delete()
    take(letter, text)
    assert emails(audience(letter)) == {"ada@example.org", "noise@example.org"}
    assert set(Suppression.objects.values_list("email", "reason")) == {
        ("gone@example.org", "left"),
        ("dee@example.org", "no mailbox"),
    }


def test_at_the_desk_a_file_is_looked_through_then_taken_over(letter, publisher):
    form = {
        "letter": letter.pk,
        "statement": STATEMENT,
        "file": SimpleUploadedFile("members.csv", FILES["ghost"].encode()),
    }

    page = publisher.post(reverse("subscribers"), form, follow=True, **HOST).text
    assert "Being looked through" in page
    assert work.work_off()
    found = SubscriberImport.objects.get()
    progress = reverse("subscriber_import_progress", args=[found.pk])
    looked_at = publisher.get(progress, **HOST).text
    assert "Nothing is written yet" not in looked_at
    assert "asleep: the file proves no consent" in looked_at.lower()
    assert not audience(letter).exists()
    publisher.post(reverse("subscriber_import_do", args=[found.pk]), {"do": "import"}, **HOST)
    assert work.work_off()

    assert "Imported" in publisher.get(progress, **HOST).text
    assert emails(audience(letter)) == {"ada@example.org"}
    report = publisher.get(reverse("subscriber_import_report", args=[found.pk]), **HOST).text
    assert '4,cyd@example.org,"suppressed: left' in report
    found.refresh_from_db()
    assert (found.state, bytes(found.content), found.source) == (ImportState.DONE, b"", "ghost")
    assert not work.work_off()


def test_a_file_that_cannot_be_read_says_where_at_the_desk(letter, publisher):
    file = SimpleUploadedFile("x.csv", GHOST.encode() + b"a@example.org\n")
    form = {"letter": letter.pk, "statement": STATEMENT, "file": file}

    publisher.post(reverse("subscribers"), form, **HOST)
    work.work_off()

    page = publisher.get(
        reverse("subscriber_import", args=[SubscriberImport.objects.get().pk]), **HOST
    )
    assert "Line 2, column" in page.text
    assert "Nothing was written." in page.text
    assert not work.is_waiting()


def test_a_file_can_be_thrown_away_and_is_forgotten_after_a_week(letter, publisher, time_machine):
    user = UserFactory()
    values = {"letter": letter, "source": "", "statement": "x", "content": FILES["ghost"].encode()}
    work.keep(name="one.csv", by=user, **values)
    work.keep(name="two.csv", by=user, **values)
    while work.work_off():
        pass

    one = SubscriberImport.objects.get(file_name="one.csv")
    publisher.post(reverse("subscriber_import_do", args=[one.pk]), {"do": "drop"}, **HOST)
    assert SubscriberImport.objects.get().file_name == "two.csv"
    time_machine.move_to(timezone.now() + timedelta(days=8))
    work.forget_files()

    assert not SubscriberImport.objects.exists()
    assert emails(Subscription.objects.all()) == {"noise@example.org"}


def test_an_erasure_empties_the_reports_that_hold_addresses(letter, publisher):
    values = {"letter": letter, "source": "", "statement": "x", "content": FILES["ghost"].encode()}
    found = work.keep(name="one.csv", by=UserFactory(), **values)
    work.work_off()

    actions.erase(address=Address.objects.get(email="noise@example.org"))

    found.refresh_from_db()
    assert bytes(found.report) == b""


def test_only_publishers_take_subscribers_over_or_along(letter, client):
    client.force_login(UserFactory(role="Editor"))

    for name in ("subscribers", "subscribers_export"):
        assert client.get(reverse(name), **HOST).status_code in {302, 403}
    assert reverse("subscribers") not in client.get("/desk/", **HOST).text


def test_the_publisher_finds_subscribers_in_the_menu_and_downloads_them(letter, publisher):
    assert reverse("subscribers") in publisher.get("/desk/", **HOST).text

    file = publisher.get(reverse("subscribers_export"), **HOST)

    assert "noise@example.org,Another,active" in file.text


def test_at_the_terminal_subscribers_come_and_go(letter, tmp_path, capsys):
    file, report, out = (tmp_path / name for name in ("in.csv", "report.csv", "out.csv"))
    file.write_text(FILES["ghost"], "utf-8")
    command = ["subscribers", "import", str(file), "--consent", STATEMENT, "--letter"]

    assert main([*command, "The monthly"]) == 1
    assert "there are" in capsys.readouterr().err
    assert main([*command, "The weekly", "--dry-run", "--report", str(report)]) == 0
    assert "Nothing was written." in capsys.readouterr().out
    assert "3,bob@example.org,asleep" in report.read_text("utf-8")
    assert main([*command, "The weekly"]) == 0
    assert "3 lines from Ghost" in capsys.readouterr().out
    assert main(["subscribers", "export", str(out)]) == 0

    assert emails(audience(letter)) == {"ada@example.org"}
    assert "ada@example.org,The weekly,active" in out.read_text("utf-8")
    assert out.stat().st_mode & 0o077 == 0
    file.write_text("nothing\n", "utf-8")
    assert main([*command, "The weekly"]) == 1
    assert "masthead: Line 1" in capsys.readouterr().err
