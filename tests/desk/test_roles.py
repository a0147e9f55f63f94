"""What each role may do, asked through the addresses of the desk."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Page, Site, Workflow
from wagtail.permissions import policy_registry

from masthead.desk.roles import Role, make_roles
from masthead.media.models import Image
from masthead.stories.founding import add_edition
from masthead.stories.models import Archive, FrontPage, PersonIndex, Story, TopicIndex
from tests.factories.people import UserFactory
from tests.factories.stories import SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db

EVERYBODY = set(Role)
DESK_EDITORS = {Role.EDITOR, Role.PUBLISHER}
WRITERS = {Role.REPORTER, *DESK_EDITORS}


def archive():
    return Archive.objects.get(locale__language_code="en")


def opens(client, user, address):
    client.force_login(user)
    return client.get(address, HTTP_HOST="localhost:8000").status_code == 200


def who_opens(client, address):
    return {role for role in Role if opens(client, UserFactory(role=role), address)}


def add(parent, model):
    return reverse("wagtailadmin_pages:add", args=["stories", model, parent.pk])


def test_everybody_with_a_role_sees_the_desk_and_a_reader_does_not(client):
    assert who_opens(client, "/desk/") == EVERYBODY
    assert not opens(client, UserFactory(), "/desk/")


def test_writers_start_a_story(client):
    assert who_opens(client, add(archive(), "story")) == WRITERS


def test_a_story_of_somebody_else_is_open_to_editors(client):
    story = StoryFactory(live=False)

    assert who_opens(client, f"/desk/pages/{story.pk}/edit/") == DESK_EDITORS


def test_a_reporter_edits_their_own_story_and_cannot_publish_it(client):
    reporter = UserFactory(role="Reporter")
    story = StoryFactory(live=False, owner=reporter)

    may = story.permissions_for_user(reporter)

    assert opens(client, reporter, f"/desk/pages/{story.pk}/edit/")
    assert (may.can_publish(), may.can_unpublish(), may.can_lock()) == (False, False, False)
    assert may.can_submit_for_moderation()


@pytest.mark.parametrize("role", ["Editor", "Publisher"])
def test_editors_publish_unpublish_and_lock_every_story(role):
    may = StoryFactory().permissions_for_user(UserFactory(role=role))

    assert may.can_publish()
    assert may.can_unpublish()
    assert may.can_lock()
    assert may.can_unlock()


def test_only_the_publisher_edits_the_front_page_and_what_stands_below_it(client):
    section = SectionFactory()
    front = front_page()
    people = PersonIndex.objects.child_of(front).get()

    for address in (
        f"/desk/pages/{front.pk}/edit/",
        f"/desk/pages/{section.pk}/edit/",
        add(front, "section"),
        add(front, "standingpage"),
        add(people, "person"),
    ):
        assert who_opens(client, address) == {Role.PUBLISHER}, address


def test_editors_make_topics(client):
    topics = TopicIndex.objects.child_of(front_page()).get()

    assert who_opens(client, add(topics, "topic")) == DESK_EDITORS


def test_writers_upload_pictures_and_documents(client):
    assert who_opens(client, reverse("wagtailimages:add")) == WRITERS
    assert who_opens(client, reverse("wagtaildocs:add")) == WRITERS


def test_a_reporter_leaves_other_peoples_pictures_alone():
    picture = Image.objects.create(title="Quay", file="x.jpg", width=1, height=1, credit="A")
    policy = policy_registry.get_by_type(Image)

    may = {
        role
        for role in Role
        if policy.user_has_permission_for_instance(UserFactory(role=role), "change", picture)
    }

    assert may == DESK_EDITORS


def test_redirects_are_for_editors_and_operators(client):
    expected = {*DESK_EDITORS, Role.OPERATOR}

    assert who_opens(client, reverse("wagtailredirects:index")) == expected
    assert who_opens(client, reverse("wagtailredirects:start_import")) == expected


def test_the_operator_keeps_users_roles_and_sites(client):
    for name in ("wagtailusers_users:index", "wagtailusers_groups:index", "wagtailsites:index"):
        assert who_opens(client, reverse(name)) == {Role.OPERATOR}, name


def test_publisher_and_operator_set_up_the_newsroom(client):
    site = front_page().get_site()
    address = reverse("wagtailsettings:edit", args=["stories", "newsroom", site.pk])

    assert who_opens(client, address) == {Role.PUBLISHER, Role.OPERATOR}


def test_the_operator_reads_who_did_what_and_writes_no_story(client):
    operator = UserFactory(role="Operator")
    client.force_login(operator)
    StoryFactory(title="Harbour opens").save_revision(user=operator, log_action=True)

    report = client.get(reverse("wagtailadmin_reports:site_history"), HTTP_HOST="localhost:8000")

    assert "Harbour opens" in report.text
    assert not StoryFactory().permissions_for_user(operator).can_edit()


def test_an_operator_makes_nobody_a_superuser(client):
    operator = UserFactory(role="Operator")
    client.force_login(operator)
    form = {"email": operator.email, "first_name": "A", "last_name": "B", "is_superuser": "on"}
    form |= {"is_active": "on", "groups": [Group.objects.get(name="Operator").pk]}

    client.post(
        reverse("wagtailusers_users:edit", args=[operator.pk]), form, HTTP_HOST="localhost:8000"
    )
    operator.refresh_from_db()

    assert not operator.is_superuser


def test_a_new_language_opens_to_the_same_roles(client):
    spanish = add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())
    archive = Archive.objects.child_of(spanish).get()

    assert who_opens(client, add(archive, "story")) == WRITERS
    assert spanish.get_workflow().name == "Editing"


def test_what_an_operator_changed_in_a_role_stays():
    reporters = Group.objects.get(name="Reporter")
    reporters.page_permissions.all().delete()
    Group.objects.get(name="Moderator").delete()

    make_roles()

    assert not reporters.page_permissions.exists()
    assert not Group.objects.filter(name="Moderator").exists()


def test_a_new_newsroom_has_our_roles_and_workflow_only():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role)
    assert [workflow.name for workflow in Workflow.objects.all()] == ["Editing"]
    assert Page.objects.type(FrontPage).first().get_workflow().name == "Editing"
    assert not Story.objects.exists()


def test_not_even_the_operator_deletes_the_main_site(client):
    client.force_login(UserFactory(role="Operator"))
    site = Site.objects.get(is_default_site=True)

    response = client.post(
        reverse("wagtailsites:delete", args=[site.pk]), HTTP_HOST="localhost:8000"
    )

    assert response.status_code == 302
    assert Site.objects.filter(pk=site.pk).exists()
