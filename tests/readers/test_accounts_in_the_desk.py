import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.readers.actions import create_editor
from masthead.readers.models import User
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
PERSON = {"email": "Rita@Lantern.example", "first_name": "Rita", "last_name": "Porter"}


@pytest.fixture
def desk(visitor, editor):
    visitor.force_login(editor)
    return visitor


def test_somebody_added_in_the_desk_is_invited_and_signs_in_by_mail_code(desk, mailed_code):
    desk.post(reverse("wagtailusers_users:add"), PERSON)
    invitation = OutgoingMail.objects.get()
    desk.logout()
    asked = desk.post("/account/login/code/", {"email": "rita@lantern.example"})
    desk.post(asked.url, {"code": mailed_code()})

    assert invitation.recipient == "rita@lantern.example"
    assert "http://localhost:8000/account/login/" in content(invitation).text
    assert "Rita Porter" in content(invitation).text
    assert desk.get("/account/email/").context["user"].email == "rita@lantern.example"
    assert desk.get("/account/password/change/").url == "/account/password/set/"


@pytest.mark.parametrize("address", ["ed@lantern.example", "ED@Lantern.example"])
def test_an_address_that_has_an_account_gets_no_second_one(desk, address):
    page = desk.post(reverse("wagtailusers_users:add"), PERSON | {"email": address})

    assert page.status_code == 200
    assert User.objects.count() == 1
    assert not OutgoingMail.objects.exists()


def test_an_address_that_another_account_has_confirmed_is_refused(desk):
    other = UserFactory()
    EmailAddress.objects.create(user=other, email="rita@lantern.example", verified=True)

    page = desk.post(reverse("wagtailusers_users:add"), PERSON)

    assert "Another account has this address." in page.text


def test_the_database_knows_an_address_whatever_its_case():
    UserFactory(email="a@example.org")

    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="A@example.org")])


def test_the_first_editor_needs_a_mail_address():
    with pytest.raises(ValidationError, match="email"):
        create_editor(email="nobody", name="No Body")


def test_an_address_changed_in_the_desk_replaces_the_old_one(desk):
    desk.post(reverse("wagtailusers_users:add"), PERSON)
    rita = User.objects.get(email="rita@lantern.example")
    form = PERSON | {"email": "rp@lantern.example", "is_active": "on"}
    desk.post(reverse("wagtailusers_users:edit", args=[rita.pk]), form)

    found = EmailAddress.objects.filter(user=rita)
    assert [(each.email, each.verified) for each in found] == [("rp@lantern.example", True)]


def test_the_desk_has_no_passwords_of_its_own(desk):
    for path in ("password_reset/", "password_reset/done/", "password_reset/complete/"):
        assert desk.get(f"/desk/{path}").status_code == 404
    page = desk.get(reverse("wagtailusers_users:add")).text
    assert 'type="password"' not in page


def test_the_account_page_leads_to_sign_in_settings_and_changes_none(desk, editor):
    page = desk.get("/desk/account/").text

    for name in ("account_email", "account_change_password", "mfa_index"):
        assert f'href="{reverse(name)}"' in page
    assert 'type="password"' not in page
    assert 'type="email"' not in page


def test_the_desks_own_sign_in_leads_to_ours(visitor):
    response = visitor.get("/desk/pages/", follow=True)

    assert response.redirect_chain[-1][0] == "/account/login/?next=%2Fdesk%2Fpages%2F"


def test_a_story_outlives_the_account_that_wrote_it(desk):
    author = UserFactory()
    story = StoryFactory(owner=author)
    story.save_revision(user=author).publish()

    desk.post(reverse("wagtailusers_users:delete", args=[author.pk]))

    assert not User.objects.filter(pk=author.pk).exists()
    assert desk.get(story.url).status_code == 200
