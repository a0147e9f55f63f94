"""What was wrong in a story, on record."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import PageLogEntry, Revision, Site

from masthead.stories.actions import correct_story
from masthead.stories.errors import NewerVersionIncomplete, NotPublished
from masthead.stories.models import Archive, Byline, Correction, CorrectionKind, Story
from tests.factories.people import UserFactory
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}


@pytest.fixture
def editor():
    return UserFactory(role="Editor", first_name="Ada", last_name="Brook")


def published(**fields):
    return StoryFactory(title="Harbour opens", staff_reason="Reports by the desk", **fields)


def with_draft(story, **changes):
    newest = story.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(newest, name, value)
    newest.save_revision(clean=False)
    story.refresh_from_db()
    return story


def correct(story, by, kind=CorrectionKind.CORRECTION):
    return correct_story(
        story=story, kind=kind, was_wrong="It opened in May.", is_right="In June.", by=by
    )


def test_a_correction_stands_between_the_two_versions_that_readers_saw(client, editor):
    story = with_draft(published(), standfirst="It opened in June.")
    before, newer = story.live_revision, story.latest_revision

    correction = correct(story, editor)
    story.refresh_from_db()

    assert (correction.before, correction.after) == (before, newer)
    assert story.live_revision == newer
    assert "It opened in June." in client.get(story.url, **HOST).text
    assert list(story.corrections.all()) == [correction]


def test_a_correction_is_in_the_audit_log_with_who_made_it(client, editor):
    story = published()
    correct(story, editor)
    client.force_login(editor)

    history = client.get(reverse("wagtailadmin_pages:history", args=[story.pk]), **HOST)

    assert PageLogEntry.objects.get(action="stories.correct").user == editor
    assert "Correction: In June." in history.text


def test_a_retraction_takes_the_story_away_and_its_address_tells_why(client, editor):
    story = published()

    correct(story, editor, CorrectionKind.RETRACTION)

    assert client.get(story.address, **HOST).status_code == 410
    assert not Story.objects.get().live


def test_a_retraction_is_itself_amended_by_a_further_correction(client, editor):
    story = published()
    correct(story, editor, CorrectionKind.RETRACTION)
    story.refresh_from_db()

    correct(story, editor, CorrectionKind.CLARIFICATION)

    assert story.corrections.count() == 2
    assert client.get(story.address, **HOST).status_code == 410


def test_a_reporter_corrects_nothing():
    reporter = UserFactory(role="Reporter")

    with pytest.raises(PermissionDenied):
        correct(published(owner=reporter), reporter)

    assert not Correction.objects.exists()


def test_a_draft_is_changed_not_corrected(editor):
    with pytest.raises(NotPublished):
        correct(StoryFactory(live=False), editor)


def test_an_incomplete_newer_version_is_not_published_by_the_way(editor):
    story = with_draft(published(), staff_reason="", standfirst="Half a sen")

    with pytest.raises(NewerVersionIncomplete) as refused:
        correct(story, editor)

    assert "staff_reason" in refused.value.fields
    assert not Correction.objects.exists()


def test_versions_on_record_outlive_a_clearing_of_old_ones(editor):
    correction = correct(with_draft(published(), standfirst="June."), editor)

    call_command("purge_revisions", days=0, verbosity=0)

    assert Revision.objects.filter(pk=correction.before_id).exists()


def test_the_editor_makes_a_correction_from_the_storys_actions(client, editor):
    story = with_draft(published(), standfirst="It opened in June.")
    client.force_login(editor)
    address = reverse("correct_story", args=[story.pk])
    page = client.get(reverse("wagtailadmin_pages:edit", args=[story.pk]), **HOST)
    form = client.get(address, **HOST)

    client.post(address, {"kind": "correction", "was_wrong": "May.", "is_right": "June."}, **HOST)

    compare = reverse(
        "wagtailadmin_pages:revisions_compare",
        args=[story.pk, story.live_revision_id, story.latest_revision_id],
    )
    assert address in page.text
    assert compare in form.text
    assert Correction.objects.get().made_by == editor
    assert "June." in client.get(reverse("corrections"), **HOST).text
    assert client.get(compare, **HOST).status_code == 200


def test_a_correction_says_what_was_wrong(client, editor):
    client.force_login(editor)
    address = reverse("correct_story", args=[published().pk])

    response = client.post(address, {"kind": "correction", "is_right": "June."}, **HOST)

    assert response.context["form"].errors == {"was_wrong": ["Say what was wrong."]}
    assert not Correction.objects.exists()


def test_the_correction_form_is_closed_to_a_reporter(client):
    client.force_login(UserFactory(role="Reporter"))
    story = published()

    response = client.get(reverse("correct_story", args=[story.pk]), **HOST)

    assert response.status_code in {302, 403}
    assert client.get(reverse("corrections"), **HOST).status_code in {302, 403}


def kept_after(client, user, page):
    client.force_login(user)
    response = client.post(
        reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True, **HOST
    )
    return response.text


def test_a_corrected_story_is_not_deleted_alone_in_bulk_or_with_its_archive(client, editor):
    story = published()
    correct(story, editor)
    boss = UserFactory(is_superuser=True)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    alone = kept_after(client, boss, story)
    with_archive = kept_after(client, boss, Archive.objects.child_of(front_page()).get())
    in_bulk = client.post(f"{bulk}?id={story.pk}&next=/desk/", follow=True, **HOST).text

    for answer in (alone, with_archive, in_bulk):
        assert "corrections are on public record" in answer
    assert Story.objects.filter(pk=story.pk).exists()


def test_a_section_with_stories_and_a_person_with_a_byline_are_kept(client, editor):
    boss = UserFactory(is_superuser=True)
    section, person = SectionFactory(), PersonFactory()
    story = published(section=section)
    Byline.objects.create(story=story, person=person)

    assert "stories stand in it" in kept_after(client, boss, section)
    assert "the name stands over stories" in kept_after(client, boss, person)


def test_there_is_no_address_to_change_or_remove_a_correction(client, editor):
    correction = correct(published(), editor)
    client.force_login(UserFactory(is_superuser=True))

    for verb in ("edit", "delete"):
        address = f"/desk/corrections/{verb}/{correction.pk}/"
        assert client.post(address, **HOST).status_code == 404


def test_the_front_page_of_a_newsroom_is_kept(client):
    client.force_login(UserFactory(is_superuser=True))
    front = front_page()

    answer = client.post(reverse("wagtailadmin_pages:delete", args=[front.pk]), **HOST)

    assert answer.status_code == 302
    assert Site.objects.filter(root_page=front.pk).exists()


def test_a_story_under_embargo_is_changed_not_corrected(editor):
    story = published(embargo_until=datetime(2099, 1, 1, tzinfo=UTC))

    with pytest.raises(NotPublished):
        correct(story, editor, CorrectionKind.RETRACTION)

    story.refresh_from_db()
    assert story.live
