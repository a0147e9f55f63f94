"""The sign-up box: on every page, without JavaScript, with one answer for everybody."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.newsletter.models import Invitation
from masthead.readers.models import Subscription
from masthead.readers.queries import subscribed
from masthead.stories.founding import add_edition
from tests.factories.letters import LetterListFactory
from tests.factories.stories import SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db
HERE = {"HTTP_HOST": "localhost:8000"}
OURS = HERE | {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def letters():
    return [
        LetterListFactory(name="news", rhythm="Weekdays, 7:00"),
        LetterListFactory(name="updates"),
        LetterListFactory(name="special offers", is_offers=True),
    ]


def subscribe(client, *letters, email="ada@example.org", **more):
    form = {"email": email, "letter": [each.pk for each in letters], "page": "/", **more}
    return client.post("/my/subscribe/", form, **OURS)


def newest_link():
    text = content(OutgoingMail.objects.latest("pk")).text
    return re.search(r"^http://localhost:8000(/my/\S+)$", text, re.MULTILINE)[1]


def boxes(page):
    return re.findall(r'<input type="checkbox" name="letter" value="(\d+)"( checked)?>', page)


def test_every_page_offers_the_letters_with_the_offers_last_and_unticked(client, letters):
    story, section = StoryFactory(), SectionFactory()
    expected = [(str(each.pk), "" if each.is_offers else " checked") for each in letters]

    for address in ("/", story.address, section.get_url(), "/nothing/here/"):
        page = client.get(address, **HERE).text
        assert boxes(page) == expected, address
        assert "Weekdays, 7:00" in page


def test_a_newsroom_without_letters_has_no_box(client):
    page = client.get("/", **HERE).text

    assert "letter-box" not in page
    assert "letters.css" not in page
    assert client.get("/my/subscribe/", **HERE).status_code == 404


def test_a_letter_that_is_closed_is_not_offered(client, letters):
    closed = LetterListFactory(name="the old one", is_open=False)

    assert closed.name not in client.get("/", **HERE).text
    assert subscribe(client, closed).text.count("cannot be asked for")
    assert not Subscription.objects.exists()


def test_the_newsroom_says_it_in_its_own_words(client, letters):
    Invitation.objects.create(
        locale=front_page().locale, heading="By lamplight", text="All of it at seven."
    )

    page = client.get("/", **HERE).text

    assert "By lamplight" in page
    assert "All of it at seven." in page


def test_another_language_has_letters_of_its_own(client, letters):
    spanish = add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())
    LetterListFactory(name="noticias", locale=spanish.locale)

    page = client.get("/es/", **HERE).text

    assert "noticias" in page
    assert "special offers" not in page
    assert 'name="language" value="es"' in page


def test_from_the_box_to_the_letter(client, letters):
    news, _updates, offers = letters

    answer = subscribe(client, news, offers)
    assert "Look into your mail" in answer.text
    client.post(newest_link(), **HERE)

    assert subscribed("letter", str(news.pk)).get().address.email == "ada@example.org"
    assert subscribed("letter", str(offers.pk)).exists()
    assert not subscribed("letter", str(letters[1].pk)).exists()


def test_what_was_read_and_where_is_kept(client, letters):
    story = StoryFactory()

    subscribe(client, letters[0], page=story.address)

    row = Subscription.objects.get()
    assert row.page == story.address
    assert row.wording_language == "en"
    assert "Subscribe to our newsletter" in row.wording
    assert "[x] news \N{EN DASH} Weekdays, 7:00" in row.wording
    for line in row.wording.splitlines():
        assert (
            line.removeprefix("[x] ").split(" \N{EN DASH} ")[0]
            in client.get(story.address, **HERE).text
        )


def test_nobody_can_tell_who_subscribes(client, letters):
    new = subscribe(client, letters[0]).text
    client.post(newest_link(), **HERE)

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        known = subscribe(client, letters[0]).text
        too_many = [subscribe(client, letters[0]).text for _each in range(4)]

    assert {new, known, *too_many} == {new}
    assert OutgoingMail.objects.count() == 4


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        ("Ada@gmail.con", "ada@gmail.com"),
        ("ada@hotmial.fr", "ada@hotmail.fr"),
        ("ada@yaho.com", "ada@yahoo.com"),
        ("ada@gail.com", "ada@gmail.com"),
    ],
)
def test_a_mistyped_domain_is_asked_about_before_anything_is_sent(client, letters, typed, meant):
    asked = subscribe(client, letters[0], email=typed)

    assert f"Did you mean {meant}?" in asked.text
    assert boxes(asked.text)[0] == (str(letters[0].pk), " checked")
    assert not OutgoingMail.objects.exists()
    subscribe(client, letters[0], email=meant)
    assert OutgoingMail.objects.get().recipient == meant


def test_an_address_that_is_right_as_typed_is_taken(client, letters):
    subscribe(client, letters[0], email="", as_typed="ada@gmial.com")

    assert OutgoingMail.objects.get().recipient == "ada@gmial.com"


@pytest.mark.parametrize(
    "email", ["ada@mail.example", "ada@posteo.de", "ada@gmx.net", "ada@lmail.pt", "a@me.pt"]
)
def test_other_domains_are_not_doubted(client, letters, email):
    assert "Look into your mail" in subscribe(client, letters[0], email=email).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"email": "nobody"}, "valid email address"),
        ({"email": ""}, "Write the address"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "valid email address"),
        ({"email": "a@b.example\0"}, "valid email address"),
        ({"letter": []}, "Choose at least one"),
        ({"letter": ["x"]}, "cannot be asked for"),
        ({"letter": ["99999999999999999999"]}, "cannot be asked for"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_missing_or_wrong_is_told_beside_its_field(client, letters, form, told):
    good = {"email": "ada@example.org", "letter": [letters[0].pk]}

    page = client.post("/my/subscribe/", good | form, **OURS)

    assert page.status_code == 200
    assert told in page.text
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil", "x"])
def test_the_way_back_leads_to_our_own_pages(client, letters, back):
    page = subscribe(client, letters[0], page=back).text

    assert "evil" not in page


def test_another_site_cannot_subscribe_its_visitors(client, letters):
    form = {"email": "ada@example.org", "letter": [letters[0].pk]}

    answer = client.post("/my/subscribe/", form, **HERE, HTTP_SEC_FETCH_SITE="cross-site")

    assert answer.status_code == 403
    assert not Subscription.objects.exists()


def test_the_page_alone_has_one_box(client, letters):
    page = client.get("/my/subscribe/", **HERE).text

    assert len(boxes(page)) == 3
    assert page.count("<h1") == 1


def test_on_the_my_page_all_letters_of_the_language_can_be_chosen(client, letters):
    subscribe(client, letters[0])
    done = client.post(newest_link(), **HERE).text
    page = re.search(r'href="(/my/[^"/]+/)"', done)[1]

    assert "special offers" in client.get(page, **HERE).text
    client.post(page, {"do": "choose", f"letter:{letters[1].pk}": "on"}, **HERE)

    assert not subscribed("letter", str(letters[0].pk)).exists()
    assert subscribed("letter", str(letters[1].pk)).exists()


def test_an_editor_puts_the_box_into_a_story(client, letters):
    story = StoryFactory(body=[("text", "<p>Before.</p>"), ("letter_box", None)])

    page = client.get(story.address, **HERE).text

    assert page.count('class="letter-box"') == 2
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_feed_has_no_box(client, letters):
    StoryFactory(body=[("text", "<p>Before.</p>"), ("letter_box", None)])

    assert "letter-box" not in client.get("/feed.xml", **HERE).text


def test_whoever_confirms_is_greeted_once(client, letters, newsroom):
    news = letters[0]
    news.welcome = '<p>Good to have you. <a href="/about/">Who we are</a></p>'
    news.save()
    subscribe(client, news, letters[1])
    link = newest_link()

    client.post(link, **HERE)
    client.post(link, **HERE)

    _asked, greeting = OutgoingMail.objects.order_by("pk")
    shown = content(greeting)
    assert greeting.subject == "Welcome: news"
    assert "Good to have you. Who we are (http://localhost:8000/about/)" in shown.text
    assert "Good to have you." in shown.html
    assert "%%" not in shown.text + shown.html
    headers = dict(shown.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = re.search(r"<http://localhost:8000(/my/stop/[^>]+)>", headers["List-Unsubscribe"])[1]
    client.post(stop, **HERE)
    assert not subscribed("letter", str(news.pk)).exists()
