"""What readers may not see is not named elsewhere either: in links, lists, cards, on record."""

from datetime import UTC, datetime

import pytest
from wagtail.models import Locale, Page, PageViewRestriction, Site

from masthead.stories.models import (
    Archive,
    Byline,
    Correction,
    CorrectionKind,
    FrontPage,
    Section,
    Story,
    Topic,
    TopicIndex,
)
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db


def read(client, address, status=200, host="localhost:8000"):
    response = client.get(address, HTTP_HOST=host)
    assert response.status_code == status
    return response.text


def restrict(page):
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")


def unpublish(page):
    page.unpublish()


def put_under_embargo(story):
    year_2099 = datetime(2099, 1, 1, tzinfo=UTC)
    Story.objects.filter(pk=story.pk).update(embargo_until=year_2099)


def delete(page):
    page.delete()


def text_that_links_to(page):
    return [("text", f'<p>See <a linktype="page" id="{page.pk}">the plan</a>.</p>')]


def test_a_text_links_to_what_readers_may_see(client):
    other = StoryFactory(title="Open plan")
    story = StoryFactory(body=text_that_links_to(other))

    assert f'<a href="{other.address}">the plan</a>' in read(client, story.address)


@pytest.mark.parametrize("withdraw", [unpublish, restrict, put_under_embargo, delete])
def test_a_link_to_what_was_withdrawn_leaves_its_words_alone(client, withdraw):
    other = StoryFactory(title="Secret plan")
    story = StoryFactory(body=text_that_links_to(other))
    withdraw(other)

    page = read(client, story.address)

    assert "<a>the plan</a>" in page
    assert "secret-plan" not in page


def test_a_link_to_a_draft_leaves_its_words_alone(client):
    story = StoryFactory(body=text_that_links_to(StoryFactory(live=False)))

    assert "<a>the plan</a>" in read(client, story.address)


@pytest.mark.parametrize("withdraw", [unpublish, restrict, delete])
def test_the_front_page_leaves_out_a_chosen_section_that_was_withdrawn(client, withdraw):
    chosen, other = SectionFactory(title="Hidden"), SectionFactory(title="Harbour")
    front = front_page()
    front.body = [("section", {"section": chosen}), ("section", {"section": other})]
    front.save_revision().publish()
    for _each in range(4):
        StoryFactory(section=other)
        if withdraw is not delete:
            StoryFactory(section=chosen)
    withdraw(chosen)

    page = read(client, "/")

    assert "Hidden" not in page
    assert 'href="/harbour/">Harbour</a></h2>' in page


def test_a_story_links_to_no_person_or_topic_that_readers_may_not_open(client):
    person, topic = PersonFactory(title="Ada Brook"), Topic(title="Wolves")
    TopicIndex.objects.get(locale__language_code="en").add_child(instance=topic)
    story = StoryFactory(bylines=[Byline(person=person)], topics=[topic])
    assert "/people/ada-brook/" in read(client, story.address)
    restrict(person)
    restrict(topic)

    page = read(client, story.address)

    assert "Ada Brook" in page
    assert "/people/ada-brook/" not in page
    assert "olves" not in page


def second_newsroom():
    front = FrontPage(title="Second", slug="second", locale=Locale.objects.get(language_code="en"))
    Page.get_first_root_node().add_child(instance=front)
    Site.objects.create(hostname="second.example", port=80, root_page=front)
    archive, section = Archive(title="Archive"), Section(title="Coast")
    front.add_child(instance=archive)
    front.add_child(instance=section)
    return archive, section


def retract(story):
    story.unpublish()
    Correction.objects.create(story=story, kind=CorrectionKind.RETRACTION, is_right="It is not so.")


def test_a_newsroom_lists_no_retraction_of_another_newsroom(client):
    archive, section = second_newsroom()
    story = Story(title="Foreign affair", section=section)
    archive.add_child(instance=story)
    story.save_revision().publish()
    story.refresh_from_db()
    retract(story)

    assert "Foreign affair" not in read(client, "/corrections/")
    assert "Foreign affair" in read(client, story.address, 410, host="second.example")


def test_the_retraction_of_a_story_behind_a_restriction_is_not_told(client):
    story = StoryFactory(title="Inside job")
    restrict(story)
    retract(story)

    assert "Inside job" not in read(client, "/corrections/")
    assert "Inside job" not in read(client, story.address, 404)
