"""Every main screen of the desk, opened in a real browser."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from masthead.desk.roles import Role, give_role
from masthead.mail.models import OutgoingMail
from masthead.media.models import Clip, Document, Image
from masthead.readers.actions import invite_user
from masthead.stories.models import Person, Section
from masthead.stories.queries import main_site
from tests.browser.desk import colleague, sign_in
from tests.factories.stories import StoryFactory
from tests.stories.full_newsroom import full_newsroom

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timezone.now() + timedelta(days=1)
ACCOUNT = ["account_email", "account_change_password", "mfa_index", "account_logout"]


@pytest.fixture
def publisher():
    user = colleague("Publisher")
    give_role(user=user, role=Role.OPERATOR)
    return user


@pytest.fixture
def screen(watched, newsroom_address, publisher):
    page = watched()
    sign_in(page, newsroom_address, publisher)
    return page


def newsroom_settings():
    return reverse("wagtailsettings:edit", args=["stories", "newsroom", main_site().pk])


def forms():
    """Return the addresses of the forms and views that no entry of the menu leads to."""
    story = full_newsroom()
    Document.objects.create(title="The timetable", file=ContentFile(b"6.00", name="times.txt"))
    invite_user(user=colleague("Reporter"), site=main_site())
    pages = [story, story.section, Person.objects.first(), main_site().root_page]
    return [
        newsroom_settings(),
        *(reverse("wagtailadmin_pages:edit", args=[page.pk]) for page in pages),
        reverse("wagtailadmin_pages:history", args=[story.pk]),
        reverse("correct_story", args=[story.pk]),
        reverse("wagtailimages:edit", args=[Image.objects.first().pk]),
        reverse("wagtailimages:add_multiple"),
        reverse("wagtailsnippets_media_clip:edit", args=[Clip.objects.first().pk]),
        reverse("wagtailsnippets_media_clip:add"),
        reverse("wagtaildocs:edit", args=[Document.objects.first().pk]),
        reverse("wagtailusers_users:add"),
        reverse("outbox_mail", args=[OutgoingMail.objects.first().pk]),
        reverse("outbox_connection"),
        *map(reverse, ACCOUNT),
    ]


def test_no_screen_asks_another_host_breaks_the_policy_or_lacks_a_file(screen, newsroom_address):
    addresses = [newsroom_address + address for address in forms()]
    screen.goto(newsroom_address + "/desk/")
    entries = screen.evaluate("[...document.querySelectorAll('.sidebar a')].map((a) => a.href)")
    addresses += [each for each in dict.fromkeys(entries) if each.startswith(newsroom_address)]

    for address in addresses:
        assert screen.goto(address, wait_until="load").status == 200, address

    assert len(addresses) > 40


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page):
    found = Axe().run(page, context="main").response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_no_fault_on_our_own_screens(watched, newsroom_address, publisher, scheme, width):
    viewport = {"width": width, "height": 800}
    page = watched(color_scheme=scheme, reduced_motion="reduce", viewport=viewport)
    sign_in(page, newsroom_address, publisher)
    page.goto(newsroom_address + "/desk/", wait_until="networkidle")
    found = {"first steps": faults(page)}
    story = full_newsroom()
    StoryFactory(title="Half a story", live=False, owner=publisher)
    StoryFactory(title="Later", live=False, go_live_at=LATER).get_latest_revision().publish()
    invite_user(user=colleague("Reporter"), site=main_site())
    for address in (
        reverse("wagtailadmin_home"),
        newsroom_settings(),
        reverse("correct_story", args=[story.pk]),
        reverse("corrections"),
        reverse("outbox"),
        reverse("outbox_mail", args=[OutgoingMail.objects.first().pk]),
        reverse("outbox_connection"),
    ):
        page.goto(newsroom_address + address, wait_until="networkidle")
        found[address] = faults(page)
        assert page.evaluate(OVERFLOW) == 0, address

    assert Section.objects.exists()
    assert {address: each for address, each in found.items() if each} == {}
