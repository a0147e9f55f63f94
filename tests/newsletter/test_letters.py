"""A letter: composed from stories, looked at, sent over SMTP, kept on the web, ended by a click."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from unittest.mock import Mock

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.rich_text import RichText

from masthead.mail import campaigns
from masthead.mail.models import (
    Campaign,
    CampaignState,
    Delivery,
    DeliveryState,
    Feedback,
    FeedbackKind,
    OutgoingMail,
    Suppression,
)
from masthead.mail.queries import content
from masthead.newsletter.actions import send, start_due, take_back
from masthead.newsletter.errors import NotReady
from masthead.newsletter.letter import letter, preview
from masthead.newsletter.models import Dispatch, Edition, LetterIndex, LetterLink
from masthead.newsletter.queries import campaigns_of
from masthead.readers.actions import withdraw
from masthead.readers.models import Address
from masthead.readers.queries import is_erased
from tests.factories.letters import EditionFactory, LetterListFactory, reader
from tests.factories.media import ClipFactory
from tests.factories.people import UserFactory
from tests.factories.stories import SectionFactory, StoryFactory
from tests.mail.letters import send as deliver
from tests.mail.smtp_server import mail_server
from tests.stories.full_newsroom import picture

HERE = {"HTTP_HOST": "localhost:8000"}
SPONSOR = {
    "title": "Warm coats",
    "text": "Made to last.",
    "image": None,
    "url": "https://coats.example/",
    "action": "See them",
    "sponsor": "Coats & Sons",
}
OFFER = {key: SPONSOR[key] for key in SPONSOR if key != "sponsor"} | {"title": "Half a pie free"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings, newsroom):
    with mail_server(settings, features=("PIPELINING",)) as server:
        yield server


@pytest.fixture
def publisher():
    return UserFactory(role="Publisher")


def received(server):
    """Return what arrived: the mail of each recipient."""
    return {
        to: message_from_bytes(message, policy=policy.default)
        for _sender, (to,), message in server.messages
    }


def go_out(edition, by):
    """Let a letter be decided, and time pass until it is sent."""
    send(edition=edition, by=by)
    start_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        deliver()


def html_of(message):
    return message.get_body(("html",)).get_content()


def text_of(message):
    return message.get_body(("plain",)).get_content()


def test_a_letter_arrives_at_whoever_asked_and_stands_on_the_web(client, server, publisher):
    news, other = LetterListFactory(name="news"), LetterListFactory(name="updates")
    reader(news, "ada@example.org")
    reader(news, "unconfirmed@example.org", confirmed_at=None)
    reader(news, "gone@example.org", withdrawn_at=timezone.now())
    reader(news, "away@example.org", paused_until=timezone.now() + timedelta(days=3))
    reader(other, "bob@example.org")
    story = StoryFactory(title="The harbour opens", lead_clip=ClipFactory())
    edition = EditionFactory(letter=news, body=[("lead", {"story": story, "text": "At last."})])

    go_out(edition, publisher)

    (message,) = received(server).values()
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == edition.title
    for part in (html_of(message), text_of(message)):
        assert "The harbour opens" in part
        assert "VIDEO" in part
        assert "At last." in part
        assert f"http://localhost:8000{story.address}" in part
        assert "Chandlers" in part
    edition.refresh_from_db()
    page = client.get(edition.get_url(), **HERE)
    assert "The harbour opens" in page.text
    assert edition.title in client.get("/letters/", **HERE).text


def test_one_click_as_mailbox_providers_do_it_ends_it(client, server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    reader(news, "bob@example.org")
    go_out(EditionFactory(letter=news), publisher)

    message = received(server)["ada@example.org"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"<(https?://[^>]+)>", message["List-Unsubscribe"])[1]
    assert link in text_of(message)
    client.post(
        link.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"}, **HERE
    )
    server.messages.clear()
    go_out(EditionFactory(letter=news), publisher)

    assert list(received(server)) == ["bob@example.org"]


def test_whoever_stops_in_the_last_minutes_gets_no_letter(client, server, publisher):
    news = LetterListFactory()
    ada = reader(news, "ada@example.org").address
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)
    start_due()

    from masthead.readers import links

    client.post(links.stop(ada, "letter", str(news.pk)), **HERE)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        deliver()

    assert not server.messages


def test_sponsors_and_offers_reach_only_those_who_consented(client, server, publisher):
    news, offers = LetterListFactory(name="news"), LetterListFactory(name="offers", is_offers=True)
    reader(news, "ada@example.org")
    reader(news, "bob@example.org")
    reader(offers, "bob@example.org")
    body = [("text", "<p>Good morning.</p>"), ("sponsor", SPONSOR), ("offer", OFFER)]
    edition = EditionFactory(letter=news, body=body)

    go_out(edition, publisher)

    found = received(server)
    assert set(found) == {"ada@example.org", "bob@example.org"}
    for part in (html_of, text_of):
        assert "coats.example" not in part(found["ada@example.org"])
        assert "Half a pie" not in part(found["ada@example.org"])
        assert "Half a pie" in part(found["bob@example.org"])
        assert "Special offer" in part(found["bob@example.org"])
        assert "paid for by Coats" in part(found["bob@example.org"])
    edition.refresh_from_db()
    assert "coats.example" not in client.get(edition.get_url(), **HERE).text


def test_the_newest_stories_are_those_since_the_last_letter_and_stay(client, server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        StoryFactory(title="An old story")
        go_out(EditionFactory(letter=news), publisher)
    new = StoryFactory(title="A new story")
    block = ("newest", {"title": "", "section": None, "most": 5})
    edition = EditionFactory(letter=news, body=[block])
    server.messages.clear()

    go_out(edition, publisher)
    StoryFactory(title="A later story")

    (message,) = received(server).values()
    assert new.title in text_of(message)
    assert "An old story" not in text_of(message)
    edition.refresh_from_db()
    page = client.get(edition.get_url(), **HERE).text
    assert "A new story" in page
    assert "A later story" not in page


def test_a_letter_can_be_taken_back_for_five_minutes(client, server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    dispatch = send(edition=edition, by=publisher)
    start_due()

    assert take_back(dispatch=dispatch, by=publisher)

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        deliver()
    assert not server.messages
    edition.refresh_from_db()
    assert not edition.live
    assert send(edition=edition, by=publisher)


def after_each_page(monkeypatch, do):
    """Do something after each page of recipients, as another process can."""
    write = campaigns._freeze_some
    monkeypatch.setattr(campaigns, "_freeze_some", lambda *given: (write(*given), do())[0])


def test_a_letter_can_be_taken_back_while_its_recipients_are_written_down(
    server, publisher, monkeypatch
):
    news = LetterListFactory()
    for number in range(3):
        reader(news, f"reader{number}@example.org")
    dispatch = send(edition=EditionFactory(letter=news), by=publisher)
    monkeypatch.setattr(campaigns, "BATCH", 1)
    after_each_page(monkeypatch, lambda: take_back(dispatch=dispatch, by=publisher))

    assert not start_due()

    assert not Campaign.objects.exists()
    assert not Dispatch.objects.exists()


def test_a_start_that_was_cut_off_begins_anew_and_asks_once_who_gets_offers(
    server, publisher, monkeypatch
):
    news, offers = LetterListFactory(), LetterListFactory(is_offers=True)
    for email in ("ada@example.org", "bob@example.org"):
        reader(news, email)
    reader(offers, "bob@example.org")
    body = [("text", "<p>Good morning.</p>"), ("offer", OFFER)]
    send(edition=EditionFactory(letter=news, body=body), by=publisher)

    with monkeypatch.context() as broken:
        broken.setattr(campaigns, "schedule", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            start_due()
    assert not start_due()  # it may live
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert start_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        deliver()

    assert sorted(to for _sender, (to,), _message in server.messages) == [
        *("ada@example.org", "bob@example.org")
    ]


def test_after_that_it_is_too_late(server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    dispatch = send(edition=EditionFactory(letter=news), by=publisher)
    start_due()

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert not take_back(dispatch=dispatch, by=publisher)
        deliver()

    assert len(server.messages) == 1


def test_a_letter_is_not_sent_twice(server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)

    with pytest.raises(NotReady):
        send(edition=edition, by=publisher)

    assert Dispatch.objects.count() == 1


def test_a_letter_for_tomorrow_goes_to_those_who_have_asked_by_then(server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    tomorrow = timezone.now() + timedelta(days=1)
    send(edition=EditionFactory(letter=news), by=publisher, send_at=tomorrow)
    assert not start_due()
    reader(news, "late@example.org")

    with time_machine.travel(tomorrow - timedelta(minutes=1)):
        start_due()
        deliver()
        assert not server.messages
    with time_machine.travel(tomorrow + timedelta(minutes=1)):
        deliver()

    assert set(received(server)) == {"ada@example.org", "late@example.org"}


def test_after_a_long_downtime_a_person_is_asked_first(server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        start_due()
        deliver()

        assert not server.messages
        (campaign,) = campaigns_of(edition)
        assert campaign.state == CampaignState.PAUSED
        edition.refresh_from_db()
        assert not edition.live
        campaigns.resume(campaign=campaign)
        deliver()

    edition.refresh_from_db()
    assert edition.live
    assert len(server.messages) == 1


def test_a_letters_page_is_on_the_web_before_its_first_copy_leaves(client, server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)
    start_due()
    assert client.get(edition.url, **HERE).status_code == 404

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        campaigns.begin_due()

    assert not server.messages
    assert client.get(edition.url, **HERE).status_code == 200


def test_a_letter_whose_page_cannot_stand_on_the_web_asks_a_person(server, publisher, monkeypatch):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)
    start_due()
    cannot = Mock(side_effect=ValueError("Two pages have this address."))
    monkeypatch.setattr("wagtail.models.Revision.publish", cannot)

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        with pytest.raises(ValueError, match="this address"):
            deliver()
        deliver()

        (campaign,) = campaigns_of(edition)
        assert (campaign.state, campaign.began_at) == (CampaignState.PAUSED, None)
        assert campaign.trouble == "Two pages have this address."
        assert not server.messages
        monkeypatch.undo()
        campaigns.resume(campaign=campaign)
        deliver()

    edition.refresh_from_db()
    assert edition.live
    assert len(server.messages) == 1


def test_a_late_letter_that_is_given_up_never_stands_on_the_web(server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        start_due()
        deliver()
        campaigns.stop(campaign=campaigns_of(edition)[0])

    edition.refresh_from_db()
    assert not edition.live


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"body": []}, "nothing in it to read"),
        ({"body": [("text", '<p><a href="https:///x">x</a></p>')]}, "leads nowhere"),
        (
            {"body": [("text", '<p><a href="http://localhost:8000/gone/">x</a></p>')]},
            "Nothing stands at",
        ),
        ({"body": [("text", "<p>%%PASSWORD%%</p>")]}, "stands for nothing"),
        ({"body": [("text", f"<p>{'word ' * 25_000}</p>")]}, "Gmail cuts off"),
    ],
    ids=["empty", "no link", "dead link", "token", "size"],
)
def test_what_blocks_a_letter_is_told_and_nothing_is_sent(
    client, server, publisher, change, reason
):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news, **change)
    client.force_login(publisher)

    page = client.get(reverse("letter_send", args=[edition.pk]), **HERE).text
    client.post(reverse("letter_send_it", args=[edition.pk]), {"when": "now"}, **HERE)

    assert reason in page
    assert not Dispatch.objects.exists()


def test_without_readers_address_or_mail_server_a_letter_waits(client, publisher):
    edition = EditionFactory()
    client.force_login(publisher)

    page = client.get(reverse("letter_send", args=[edition.pk]), **HERE).text

    for reason in ("Nobody has asked", "No mail server", "no postal address"):
        assert reason in page


def test_only_those_who_publish_send(client, server):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    client.force_login(UserFactory(role="Reporter"))

    for name in ("letter_send", "letter_progress"):
        assert client.get(reverse(name, args=[edition.pk]), **HERE).status_code in {302, 403}
    client.post(reverse("letter_send_it", args=[edition.pk]), {"when": "now"}, **HERE)

    assert not Dispatch.objects.exists()


def test_from_the_desk_a_letter_is_scheduled_in_the_newsrooms_zone(client, server):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    client.force_login(UserFactory(role="Editor"))
    form = {"when": "later", "at": "2035-07-01T07:00"}

    client.post(reverse("letter_send_it", args=[edition.pk]), form, **HERE)

    assert Dispatch.objects.get().send_at.isoformat() == "2035-07-01T06:00:00+00:00"
    page = client.get(reverse("letter_send", args=[edition.pk]), **HERE).text
    assert "Take it back" in page
    client.post(reverse("letter_take_back", args=[edition.pk]), **HERE)
    assert not Dispatch.objects.exists()


def test_a_letter_on_its_way_is_paused_resumed_and_stopped(client, server, publisher):
    news = LetterListFactory()
    for number in range(3):
        reader(news, f"reader{number}@example.org")
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)
    start_due()
    client.force_login(publisher)
    move = reverse("letter_move", args=[edition.pk])
    progress = reverse("letter_progress", args=[edition.pk])

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        client.post(move, {"do": "pause"}, **HERE)
        deliver()
        assert "It is paused" in client.get(progress, **HERE).text
        assert not server.messages
        client.post(move, {"do": "resume"}, **HERE)
        deliver()
        assert len(server.messages) == 3
        assert "It is sent" in client.get(progress, **HERE).text


def test_a_test_goes_to_one_address_and_ends_nothing(client, publisher):
    edition = EditionFactory(body=[("text", "<p>Good morning.</p>")])
    client.force_login(publisher)

    client.post(reverse("letter_test", args=[edition.pk]), {"email": "desk@lamp.example"}, **HERE)

    mail = OutgoingMail.objects.get(recipient="desk@lamp.example")
    assert mail.subject == f"Test: {edition.title}"
    assert "Good morning." in content(mail).text
    assert "/my/stop/" not in content(mail).html


def test_an_erased_reader_is_in_no_letter_any_more(client, server, publisher):
    from masthead.readers import links

    news = LetterListFactory()
    ada = reader(news, "ada@example.org").address
    edition = EditionFactory(letter=news)
    go_out(edition, publisher)
    came_back(edition, ada.email, FeedbackKind.COMPLAINT)
    Feedback.objects.update(text="To: ada@example.org")
    Suppression.objects.create(email=ada.email, reason="complaint", evidence="ada@example.org")

    client.post(links.fresh_my_page(ada) + "erase/", **HERE)

    assert not Address.objects.exists()
    kept = campaigns_of(edition)[0].deliveries.get()
    assert "ada" not in kept.email
    assert kept.substitutions == {}
    assert not Suppression.objects.exists()
    feedback = Feedback.objects.get()
    assert (feedback.kind, feedback.delivery) == (FeedbackKind.COMPLAINT, kept)
    assert "ada" not in f"{feedback.email} {feedback.text}"
    assert is_erased("ada@example.org")


def full_letter():
    shown = picture()
    shown.contextual_alt_text, shown.decorative = "A bridge at night", False
    story = StoryFactory(title="A & B <script>", lead_picture=picture(), standfirst="“So” & so")
    quote = {"text": "She opens at nine.", "speaker": "Hamo", "role": "Bridge master"}
    body = [
        (
            "text",
            '<p>Good <b>morning</b>, <a href="/about/">about us</a>.</p><ul><li>One</li></ul>',
        ),
        ("lead", {"story": story, "text": ""}),
        ("heading", "More"),
        ("picked", {"title": "Read on", "stories": [story]}),
        ("newest", {"title": "New", "section": None, "most": 3}),
        ("picture", {"image": shown, "caption": "The bridge.", "width": "text"}),
        ("quote", quote),
        ("question", {"question": "Who pays?", "story": story}),
        ("sponsor", SPONSOR),
        ("offer", OFFER),
    ]
    StoryFactory(title="Another one")
    return EditionFactory(body=body)


def test_every_block_is_in_the_letter_its_text_and_its_page(newsroom, client):
    edition = full_letter()

    made = letter(edition, with_offers=True)
    edition.get_latest_revision().publish()
    page = client.get(edition.get_url(), **HERE).text

    for shown in (made.html, page):
        assert "A &amp; B &lt;script&gt;" in shown
        assert "<script>" not in shown.replace("<script>", "", page.count("<script ") * 0)
    for words in ("morning", "Read on", "Another one", "The bridge.", "Hamo", "Who pays?"):
        assert words in made.html, words
        assert words in page, words
        assert words in made.text or words.upper() in made.text, words
    assert "A & B <script>" in made.text
    assert "(http://localhost:8000/about/)" in made.text
    assert 'href="http://localhost:8000/about/"' in made.html


def test_a_paragraph_of_the_text_is_one_line_which_a_phone_breaks_as_it_likes(newsroom):
    words = "High water at the bridge. " * 8

    made = letter(EditionFactory(body=[("text", RichText(f"<p>{words}</p>"))]), with_offers=True)

    assert words.strip() in made.text.splitlines()


def test_a_letter_asks_nobody_but_the_newsroom_for_anything(newsroom):
    made = letter(full_letter(), with_offers=True)

    loaded = re.findall(r"""(?:src|background)=["']([^"']+)|url\(([^)]+)\)|@import""", made.html)

    assert loaded
    for source, style in loaded:
        assert (source or style).startswith("http://localhost:8000/media/")
    assert all('alt="' in tag for tag in re.findall(r"<img[^>]*>", made.html))


@pytest.mark.parametrize("mode", ["letter", "dark", "blocked", "text", "page"])
def test_an_editor_looks_at_a_letter_in_every_way(newsroom, client, publisher, mode):
    edition = full_letter()
    client.force_login(publisher)

    address = reverse("wagtailadmin_pages:view_draft", args=[edition.pk])
    shown = client.get(address, {"mode": mode}, **HERE)

    assert shown.status_code == 200
    assert "Another one" in shown.text
    assert "%%" not in shown.text
    styles = "style-src 'self'" if mode == "page" else "style-src 'unsafe-inline'"
    assert styles in shown["Content-Security-Policy"]


def test_dark_and_blocked_previews_show_what_they_say(newsroom):
    edition = full_letter()

    assert "prefers-color-scheme" not in preview(edition, "dark")[0]
    assert "/media/" not in re.sub(r'href="[^"]*"', "", preview(edition, "blocked")[0])


def test_the_editor_offers_to_send_and_not_to_publish(client, publisher):
    edition = EditionFactory()
    client.force_login(publisher)

    page = client.get(reverse("wagtailadmin_pages:edit", args=[edition.pk]), **HERE).text

    assert page.index('name="action-send-letter"') < page.index("Save draft")
    assert 'name="action-publish"' not in page


def test_once_it_is_decided_the_editor_leads_to_its_way_out(client, server, publisher):
    news = LetterListFactory()
    reader(news, "ada@example.org")
    edition = EditionFactory(letter=news)
    send(edition=edition, by=publisher)
    client.force_login(publisher)

    page = client.get(reverse("wagtailadmin_pages:edit", args=[edition.pk]), **HERE).text

    assert reverse("letter_send", args=[edition.pk]) in page
    assert 'name="action-send-letter"' not in page


def test_letters_are_composed_below_the_front_page_of_their_language(client, publisher):
    LetterListFactory()
    client.force_login(publisher)
    index = LetterIndex.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["newsletter", "edition", index.pk])

    page = client.get(address, **HERE)

    assert page.status_code == 200
    assert 'name="action-publish"' not in page.text
    assert Edition.objects.count() == 0


def test_links_are_counted_and_nobody_knows_who_followed_one(client, server, publisher):
    news, offers = LetterListFactory(), LetterListFactory(is_offers=True)
    for email in ("ada@example.org", "bob@example.org"):
        reader(news, email)
    reader(offers, "bob@example.org")
    text = '<p><a href="https://tides.example/?a=1&amp;b=2#low">Tides</a></p>'
    edition = EditionFactory(letter=news, body=[("text", text), ("sponsor", SPONSOR)])
    go_out(edition, publisher)

    ada, bob = (html_of(received(server)[f"{name}@example.org"]) for name in ("ada", "bob"))
    link = re.search(r'href="(http://localhost:8000/my/to/[^"]+tides[^"]+)"', ada)[1]
    assert link in bob
    assert "https://tides.example/?a=1" in link
    path = unescape(link).removeprefix("http://localhost:8000")
    answers = [client.get(path, **HERE) for _time in range(2)]
    client.head(path, **HERE)

    assert {each["Location"] for each in answers} == {"https://tides.example/?a=1&b=2#low"}
    assert LetterLink.objects.get(url__contains="tides").count == 2
    assert "https://tides.example/?a=1" in text_of(received(server)["ada@example.org"])
    client.force_login(publisher)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        page = client.get(reverse("letter_send", args=[edition.pk]), **HERE).text
    assert "https://tides.example/" in page
    assert "https://coats.example/" in page


def test_no_other_place_can_be_reached_through_the_counter(client, newsroom):
    edition = EditionFactory()
    LetterLink.objects.create(edition=edition, number=1, url="https://tides.example/")
    name = edition.public_id

    for path in (f"{name}/99/", f"{name}/{10**30}/", f"{edition.pk}/1/", f"{'x' * 500}/1/"):
        answer = client.get(f"/my/to/{path}?to=https://evil.example/", **HERE)
        assert answer.status_code == 404, path


def test_a_letter_whose_links_are_not_counted_has_them_as_they_are(server, publisher):
    news = LetterListFactory(counts_links=False)
    reader(news, "ada@example.org")
    text = '<p><a href="https://tides.example/">Tides</a></p>'
    go_out(EditionFactory(letter=news, body=[("text", text)]), publisher)

    assert 'href="https://tides.example/"' in html_of(received(server)["ada@example.org"])
    assert not LetterLink.objects.exists()


def test_the_desk_tells_what_became_of_a_letter(client, server, publisher):
    news = LetterListFactory()
    for name in ("ada", "bob", "cyd", "dee", "eve"):
        reader(news, f"{name}@example.org")
    edition = EditionFactory(letter=news)
    go_out(edition, publisher)
    came_back(edition, "ada@example.org", FeedbackKind.NO_MAILBOX)
    came_back(edition, "bob@example.org", FeedbackKind.BOUNCE)
    came_back(edition, "bob@example.org", FeedbackKind.BOUNCE)
    came_back(edition, "cyd@example.org", FeedbackKind.COMPLAINT)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        dee = Address.objects.get(email="dee@example.org")
        withdraw(address=dee, kind="letter", target=str(news.pk))
        client.force_login(publisher)
        page = client.get(reverse("letter_progress", args=[edition.pk]), **HERE).text

    found = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page))
    assert found["Delivered, as far as anybody knows"] == "3"
    assert (found["Bounced"], found["Called spam"]) == ("2", "1")
    assert found["Left since, until the next letter"] == "1"


def came_back(edition, email, kind):
    delivery = Delivery.objects.get(campaign__in=campaigns_of(edition), email=email)
    number = Feedback.objects.count()
    Feedback.objects.create(delivery=delivery, email=email, kind=kind, fingerprint=str(number))


def test_a_letter_goes_to_those_alone_who_care_for_a_section_or_read_a_language(
    client, server, publisher
):
    harbour = SectionFactory(title="Harbour")
    news, about = LetterListFactory(), LetterListFactory(section=harbour)
    for name in ("ada", "bob", "cyd", "dee"):
        reader(news, f"{name}@example.org")
    for name in ("ada", "bob"):
        reader(about, f"{name}@example.org")
    reader(about, "cyd@example.org", withdrawn_at=timezone.now())
    Address.objects.filter(email="bob@example.org").update(language="fr")
    english = news.locale
    edition = EditionFactory(letter=news, only_section=harbour, only_locale=english)
    nobody = EditionFactory(letter=news, only_section=SectionFactory())
    client.force_login(publisher)

    page = client.get(reverse("letter_send", args=[edition.pk]), **HERE).text
    go_out(edition, publisher)

    assert "1 reader gets" in page
    assert list(received(server)) == ["ada@example.org"]
    page = client.get(reverse("letter_send", args=[nobody.pk]), **HERE).text
    assert "None of its readers is among those" in page


@pytest.mark.parametrize(("verb", "state", "arrived"), [("sent", "sent", 0), ("again", "sent", 1)])
def test_a_person_decides_about_those_in_doubt(client, server, publisher, verb, state, arrived):
    news = LetterListFactory()
    for name in ("ada", "bob", "cyd"):
        reader(news, f"{name}@example.org")
    edition = EditionFactory(letter=news)
    go_out(edition, publisher)
    server.messages.clear()
    Delivery.objects.exclude(email="cyd@example.org").update(state=DeliveryState.UNKNOWN)
    ada = Delivery.objects.get(email="ada@example.org")
    client.force_login(publisher)
    place = reverse("letter_in_doubt", args=[edition.pk])

    assert place in client.get(reverse("letter_send", args=[edition.pk]), **HERE).text
    page = client.get(place, **HERE).text
    client.post(place, {"do": verb, "number": [ada.pk, 10**30, "x"]}, **HERE)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        deliver()

    assert "ada@example.org" in page
    assert "cyd@example.org" not in page
    ada.refresh_from_db()
    assert ada.state == state
    assert len(server.messages) == arrived
    assert Delivery.objects.get(email="bob@example.org").state == DeliveryState.UNKNOWN
