"""The work of two people on one story."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.urls import reverse
from wagtail.admin.models import EditingSession
from wagtail.models import Comment, TaskState
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from masthead.mail.models import OutgoingMail
from masthead.stories.models import Story
from tests.desk.editing import HOST, add_address, complete, edit_address, form, post
from tests.factories.people import UserFactory
from tests.factories.stories import SectionFactory, StoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_outbox(settings):
    # pytest-django puts a backend of its own in the place of ours.
    settings.EMAIL_BACKEND = "masthead.mail.backend.OutboxBackend"


@pytest.fixture
def reporter():
    return UserFactory(role="Reporter", first_name="Rui")


@pytest.fixture
def editor():
    return UserFactory(role="Editor", first_name="Ada", email="ada@example.org")


def submitted(client, reporter):
    data = complete(SectionFactory(), title="Harbour opens")
    post(client, add_address(), data, action="submit", user=reporter)
    return Story.objects.get()


def mails_to(user):
    rows = OutgoingMail.objects.filter(recipient=user.email).order_by("pk")
    return [message_from_bytes(bytes(row.message), policy=default) for row in rows]


def act(client, user, story, action, **data):
    client.force_login(user)
    state = TaskState.objects.get(status="in_progress")
    address = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, action, state.pk])
    return client.post(address, data, **HOST)


def test_a_submitted_story_is_announced_to_editors_in_the_newsrooms_name(client, reporter, editor):
    story = submitted(client, reporter)

    (mail,) = mails_to(editor)
    text = mail.get_body().get_content()

    assert mail["Subject"] == "“Harbour opens” waits for an editor"
    assert "Hello Ada," in text
    assert f"http://localhost:8000{edit_address(story)}" in text
    assert "The Test Lantern" in text
    assert "Wagtail" not in text + mail["Subject"]
    assert not mails_to(reporter)


def test_a_returned_story_comes_back_with_the_note(client, reporter, editor):
    story = submitted(client, reporter)

    act(client, editor, story, "reject", comment="Who says so & when?")
    text = mails_to(reporter)[0].get_body().get_content()

    assert "Ada" in text
    assert "Who says so & when?" in text
    assert not Story.objects.get().live


def test_an_approved_story_is_published_and_its_writer_told_where(client, reporter, editor):
    story = submitted(client, reporter)

    act(client, editor, story, "approve")
    story.refresh_from_db()
    text = mails_to(reporter)[0].get_body().get_content()

    assert story.live
    assert f"http://localhost:8000{story.address}" in text


def test_an_editor_who_changed_a_word_approves_once(client, reporter, editor):
    story = submitted(client, reporter)
    data = complete(story.section, title="Harbour opens at last")
    post(client, edit_address(story), data, user=editor)

    act(client, editor, story, "approve")
    story.refresh_from_db()

    assert story.live
    assert story.title == "Harbour opens at last"


def test_a_submitted_story_is_closed_to_its_writer_until_it_comes_back(client, reporter, editor):
    story = submitted(client, reporter)
    data = complete(story.section, title="Changed behind your back")

    post(client, edit_address(story), data, user=reporter)

    newest = Story.objects.get().get_latest_revision_as_object()
    assert newest.title == "Harbour opens"


def test_a_story_that_lost_something_meanwhile_is_not_approved(client, reporter, editor):
    story = submitted(client, reporter)
    post(client, edit_address(story), form(title="Harbour opens"), user=editor)

    answer = act(client, editor, story, "approve")

    assert answer["Location"] == edit_address(story)
    assert "is not complete" in client.get(answer["Location"], **HOST).text
    assert not Story.objects.get().live
    assert TaskState.objects.filter(status="in_progress").exists()


def test_incomplete_stories_are_not_published_in_bulk(client, editor):
    story = StoryFactory(live=False)
    client.force_login(editor)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    answer = client.post(f"{address}?id={story.pk}&next=/desk/", follow=True, **HOST)

    assert "is not complete" in answer.text
    assert not Story.objects.get().live


def test_a_note_at_a_passage_reaches_the_writer(client, reporter, editor):
    story = submitted(client, reporter)
    note = {"text": "Which harbour?", "contentpath": "title", "position": ""}
    data = complete(story.section, title="Harbour opens")
    data |= nested_form_data(
        {
            "comments": inline_formset(
                [{"id": "", "DELETE": "", **note, "resolved": "", "replies": inline_formset([])}]
            )
        }
    )

    post(client, edit_address(story), data, user=editor)

    assert Comment.objects.get().text == "Which harbour?"
    assert "Which harbour?" in mails_to(reporter)[-1].get_body().get_content()


def test_a_closed_laptop_loses_nothing_that_was_typed(client, reporter):
    first = post(client, add_address(), form(title="Harb", text=""), autosave=True, user=reporter)
    where = first.json()["url"]
    more = form(title="Harbour", text="<p>Half a sen</p>")
    more |= {"overwrite_revision_id": first.json()["revision_id"]}
    post(client, where, more, autosave=True)

    client.logout()
    client.force_login(reporter)
    page = client.get(where, **HOST)

    assert "Half a sen" in page.text


def test_nobodys_words_are_overwritten_by_the_other(client, editor):
    story = StoryFactory(live=False)
    other = UserFactory(role="Publisher")
    loaded = {
        "loaded_revision_id": story.latest_revision_id,
        "loaded_revision_created_at": story.latest_revision.created_at.isoformat(),
    }
    data = complete(story.section)

    mine = post(
        client, edit_address(story), data | loaded | {"title": "Mine"}, autosave=True, user=editor
    )
    theirs = post(
        client, edit_address(story), data | loaded | {"title": "Theirs"}, autosave=True, user=other
    )
    newest = Story.objects.get().get_latest_revision_as_object()

    assert mine.json()["success"]
    assert theirs.json()["error_code"] == "invalid_revision"
    assert newest.title == "Mine"


def test_two_people_on_one_story_see_each_other(client, editor):
    story = StoryFactory(live=False)
    other = UserFactory(role="Publisher", first_name="Joana")
    client.force_login(other)
    client.get(edit_address(story), **HOST)
    client.force_login(editor)
    client.get(edit_address(story), **HOST)
    mine = EditingSession.objects.get(user=editor)

    ping = reverse(
        "wagtailadmin_editing_sessions:ping", args=["wagtailcore", "page", story.pk, mine.pk]
    )

    assert "Joana" in client.post(ping, **HOST).json()["html"]


def test_a_locked_story_takes_no_changes(client, editor):
    story = StoryFactory(live=False)
    client.force_login(UserFactory(role="Publisher"))
    client.post(reverse("wagtailadmin_pages:lock", args=[story.pk]), **HOST)

    post(client, edit_address(story), complete(story.section, title="Mine"), user=editor)

    assert Story.objects.get().get_latest_revision_as_object().title == story.title


def test_a_line_break_in_a_headline_keeps_no_mail_back(client, reporter, editor):
    data = complete(SectionFactory(), title="Harbour\r\nBcc: all@example.org")

    post(client, add_address(), data, action="submit", user=reporter)

    (mail,) = mails_to(editor)
    assert "Harbour Bcc: all@example.org" in mail["Subject"]
    assert mail["Bcc"] is None
