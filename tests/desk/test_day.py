"""An editor's day: what waits, what is begun, what comes, what is out."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from masthead.stories.founding import add_edition
from masthead.stories.models import Correction, Section, Story
from tests.desk.editing import HOST, add_address, complete, edit_address, post
from tests.factories.people import UserFactory
from tests.factories.stories import SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db
SOON = timezone.now() + timedelta(days=2)


@pytest.fixture
def reporter():
    return UserFactory(role="Reporter", first_name="Rui")


@pytest.fixture
def editor():
    return UserFactory(role="Editor", first_name="Ada")


@pytest.fixture(autouse=True)
def noise():
    """What others have begun is on nobody else's list of drafts."""
    StoryFactory(title="Somebody else's", live=False, owner=UserFactory(role="Reporter"))


def day(client, user):
    client.force_login(user)
    return client.get("/desk/", **HOST).text


def listed(page, name):
    """Return headline and address of what stands on one of the day's lists."""
    panel = page[page.index(f'id="{name}-section"') :]
    panel = panel[: panel.index("</section>")]
    panel = panel[: panel.index('class="day-more"')] if "day-more" in panel else ""
    found = re.findall(r'<li>\s*<(?:a href="([^"]+)"|b)>([^<]+)', panel)
    return [(headline, address) for address, headline in found]


def begin(client, user, **fields):
    section = Section.objects.first() or SectionFactory()
    action = fields.pop("action", "")
    post(client, add_address(), complete(section, **fields), action=action, user=user)
    return Story.objects.latest("pk")


def test_what_somebody_began_stands_on_their_list_and_leads_into_the_editor(
    client, reporter, editor
):
    story = begin(client, reporter, title="Half a story")

    assert listed(day(client, reporter), "drafts") == [("Half a story", edit_address(story))]
    assert listed(day(client, editor), "drafts") == []


def test_a_submitted_story_waits_for_editors_and_not_for_its_writer(client, reporter, editor):
    story = begin(client, reporter, title="Harbour opens", action="submit")

    theirs, mine = day(client, editor), day(client, reporter)

    assert listed(theirs, "waiting") == [("Harbour opens", edit_address(story))]
    assert "submitted by Rui" in theirs
    assert listed(mine, "waiting") == []
    assert listed(mine, "drafts") == [("Harbour opens", edit_address(story))]
    assert "waits for an editor" in mine


def test_a_returned_story_waits_for_its_writer_with_the_note(client, reporter, editor):
    story = begin(client, reporter, title="Harbour opens", action="submit")
    client.force_login(editor)
    state = TaskState.objects.get()
    address = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "reject", state.pk])
    client.post(address, {"comment": "Who says <so>?"}, **HOST)

    mine, theirs = day(client, reporter), day(client, editor)

    assert listed(mine, "waiting") == [("Harbour opens", edit_address(story))]
    assert "returned by Ada" in mine
    assert "Who says &lt;so&gt;?" in mine
    assert listed(mine, "drafts") == []
    assert listed(theirs, "waiting") == []


def test_what_will_be_published_stands_with_its_hour_the_next_first(client, reporter, editor):
    later = StoryFactory(title="Later", live=False, go_live_at=SOON + timedelta(hours=1))
    later.get_latest_revision().publish()
    held = StoryFactory(title="Held back", embargo_until=SOON)
    StoryFactory(title="Only a wish", live=False, go_live_at=SOON)

    seen = listed(day(client, editor), "scheduled")

    assert seen == [("Held back", edit_address(held)), ("Later", edit_address(later))]
    assert listed(day(client, reporter), "scheduled") == [("Held back", ""), ("Later", "")]


def test_what_was_published_leads_editors_to_the_editor_and_others_to_the_page(
    client, reporter, editor
):
    story = StoryFactory(title="It opened")

    assert listed(day(client, editor), "published") == [("It opened", edit_address(story))]
    assert listed(day(client, reporter), "published") == [("It opened", story.url)]


def test_a_change_that_readers_do_not_see_yet_is_a_draft_of_whoever_made_it(client, editor):
    story = StoryFactory(title="It opened")
    story.title = "It opened late"
    story.save_revision(user=editor)

    page = day(client, editor)

    assert listed(page, "drafts") == [("It opened late", edit_address(story))]
    assert "changed since it was published" in page


def test_a_retracted_story_is_nobodys_draft(client, editor):
    story = StoryFactory(owner=editor)
    Correction.objects.create(story=story, kind="retraction", is_right="It did not open.")
    story.unpublish()

    assert listed(day(client, editor), "drafts") == []


def test_an_empty_day_says_so_and_how_to_begin(client, editor):
    page = day(client, editor)

    assert "Nothing waits for you." in page
    assert "You have no draft." in page
    assert page.count(add_address()) >= 2
    assert "Nothing is scheduled." in page


def test_who_does_not_write_is_shown_no_drafts(client):
    page = day(client, UserFactory(role="Operator"))

    assert "Your drafts" not in page
    assert "Just published" in page


def test_the_language_is_named_where_there_are_several(client, editor):
    add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())
    StoryFactory()

    assert "<span>English</span>" in day(client, editor)


def test_the_page_has_the_words_of_a_newsroom(client, editor):
    page = day(client, editor)

    assert "<title>" in page
    assert "The Test Lantern" in re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert f'action="{reverse("stories:index")}"' in page
    for word in ("Site summary", "snippets", "Search all pages"):
        assert word not in re.sub(
            r"<(script|h2 class=\"w-sr-only\").*?</", "", page, flags=re.DOTALL
        )


def test_a_full_day_asks_no_more_than_a_quiet_one(client, editor, reporter):
    def fill(number):
        for index in range(number):
            begin(client, reporter, title=f"Submitted {index}", action="submit")
            StoryFactory(live=False, owner=editor)
            StoryFactory(embargo_until=SOON)
            StoryFactory(live=False, go_live_at=SOON).get_latest_revision().publish()
            StoryFactory()

    def asked():
        day(client, editor)
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/", **HOST)
        return len(queries)

    fill(1)
    few = asked()
    fill(4)

    assert asked() == few
    assert few < 62
