"""What readers see on each kind of page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from masthead.stories.actions import choose_related
from masthead.stories.founding import add_edition
from masthead.stories.models import (
    Archive,
    Byline,
    Correction,
    CorrectionKind,
    Newsroom,
    Section,
    Story,
    Topic,
    TopicIndex,
    WorkKind,
)
from masthead.stories.render import render
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory, front_page
from tests.stories.full_newsroom import NOON, addresses, full_newsroom, picture

pytestmark = pytest.mark.django_db


def read(client, address, status=200):
    response = client.get(address, HTTP_HOST="localhost:8000")
    assert response.status_code == status
    return response.text


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_month_of_the_archive_is_one_of_the_newsrooms_time_zone(client):
    first = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # the first of July in Lisbon
    StoryFactory(title="First of July", published_at=first)
    StoryFactory(title="Last of June", published_at=first - timedelta(hours=1))
    StoryFactory(title="First of August", published_at=datetime(2026, 7, 31, 23, tzinfo=UTC))

    july = read(client, "/archive/2026/07/")

    assert "First of July" in july
    assert "Last of June" not in july
    assert "First of August" not in july


def test_a_story_shows_everything_that_it_has(client):
    story = full_newsroom()

    page = read(client, story.address)

    said = words(page)
    for text in (
        "VIDEO Harbour The night ferry She leaves when the sea says so.",
        "Coast Press",
        "Licence: CC BY 4.0",
        "Quillhaven Reported July 1, 2026, 1 p.m. Published July 1, 2026, 1 p.m.",
        "1 minute to read",
        "Corrected on July 1, 2026",
        "It said: It said eight. Right is: It is nine.",
        "Hamo Trevick Bridge master",
        "The bridge. Photo: Ada Brook",
        "At the bridge.",
        "Read what is said",
        "At Vimeo",
        "Source: The Trust",
        "News: what happened",
        "Tides",
    ):
        assert text in said
    assert '<a rel="author" href="/people/ada-brook/">Ada Brook</a>' in page
    assert 'data-player="https://player.vimeo.com/video/123"' in page
    assert '<th scope="col">Height</th>' in page
    assert 'alt="A bridge at night"' in page


def test_every_kind_of_page_answers(client):
    full_newsroom()

    statuses = {
        address: client.get(address, HTTP_HOST="localhost:8000").status_code
        for address in addresses()
    }

    assert {address for address, status in statuses.items() if status != 200} == {"/no/"}


@pytest.mark.parametrize("kind", [kind for kind in WorkKind if kind != WorkKind.NEWS])
def test_work_that_is_no_news_says_what_it_is(client, kind):
    story = StoryFactory(kind=kind, section=SectionFactory(title="Town"))

    assert f'<span class="kind">{kind.label}</span>' in read(client, story.address)
    assert f'<span class="kind">{kind.label}</span>' in read(client, "/town/")


def test_what_was_paid_for_is_set_apart_and_leads_no_front_page(client):
    paid = StoryFactory(title="Wax", kind="sponsored", staff_reason="Paid for by Brandling.")

    page = read(client, paid.address)

    assert "this is advertising" in page
    assert "Paid for by Brandling." in page
    assert "By our staff" not in page
    assert 'class="lead"' not in read(client, "/")


def test_a_story_by_staff_says_why_no_name_stands_over_it(client):
    story = StoryFactory(staff_reason="The reporter was threatened.")

    assert "By our staff The reporter was threatened." in words(read(client, story.address))


def test_a_name_that_left_the_list_of_people_is_no_link(client):
    person = PersonFactory(title="Ada Brook", live=False)
    story = StoryFactory()
    Byline.objects.create(story=story, person=person)

    page = read(client, story.address)

    assert "Ada Brook" in page
    assert 'rel="author"' not in page


def test_a_draft_set_into_the_text_stays_hidden(client):
    secret = StoryFactory(title="Secret plans", live=False)
    story = StoryFactory(body=[("related", {"stories": [secret]})])

    assert "Secret plans" not in read(client, story.address)


def test_a_picture_without_renditions_leaves_its_words(client):
    story = StoryFactory()
    image = picture()
    image.renditions.all().delete()
    Story.objects.filter(pk=story.pk).update(lead_picture=image, lead_caption="The old bridge.")

    page = read(client, story.address)

    assert '<span class="no-picture">A bridge</span>' in page
    assert "The old bridge." in page


def test_a_preview_of_an_empty_story_shows_a_page():
    parent = Archive.objects.get(locale__language_code="en")
    # As Wagtail's preview places a page that was never saved.
    story = Story(depth=parent.depth + 1)
    story.path = story._get_path(parent.path, story.depth, 1)

    assert "Not published yet" in render(story).html


def test_a_newsroom_without_a_story_looks_finished(client):
    page = read(client, "/")

    assert "Our first stories are being written." in page
    assert "Latest" not in page


def test_one_story_fills_the_front_page_alone(client):
    StoryFactory(title="Bridge opens")

    page = read(client, "/")

    assert "lead-alone" in page
    assert page.count("Bridge opens") == 1


def test_the_front_page_sets_opinion_apart(client):
    for number in range(3):
        StoryFactory(title=f"News {number}", section=SectionFactory(title="Town"))
    StoryFactory(kind="opinion", section=SectionFactory(title="Views"), published_at=NOON)

    page = read(client, "/")

    assert re.search(r'<section class="stream stories-1 opinion', page)


def test_an_address_without_a_page_offers_ways_on(client):
    StoryFactory(title="Bridge opens", section=SectionFactory(title="Town"))

    page = read(client, "/no-such-page/", 404)

    assert 'content="noindex"' in page
    assert 'href="/town/"' in page
    assert "Bridge opens" in page


def test_a_retracted_story_says_why(client):
    story = StoryFactory(title="The mayor of it all")
    Correction.objects.create(
        story=story, kind=CorrectionKind.RETRACTION, is_right="He owns none.", made_at=NOON
    )
    story.unpublish()

    page = read(client, story.address, 410)

    assert "“The mayor of it all” stood at this address." in page
    assert "He owns none." in page


def test_translations_name_each_other_in_their_own_direction(client):
    front = front_page()
    arabic = add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front)
    story = StoryFactory(title="Bridge opens")
    section = Section(title="المدينة", slug="city", locale=arabic.locale)
    arabic.add_child(instance=section)
    twin = Story(
        title="الجسر", slug="jisr", locale=arabic.locale, section=section, live=False,
        translation_key=story.translation_key,
    )  # fmt: skip
    Archive.objects.get(locale=arabic.locale).add_child(instance=twin)
    twin.save_revision().publish()
    twin.refresh_from_db()

    page = read(client, twin.address)

    assert '<html lang="ar" dir="rtl">' in page
    assert f'hreflang="en" href="http://localhost:8000{story.address}"' in page
    assert f'hreflang="ar" href="http://localhost:8000{twin.address}"' in read(
        client, story.address
    )
    assert "منشور" not in read(client, story.address)


def test_an_address_elsewhere_is_the_one_that_machines_are_told(client):
    story = StoryFactory(canonical_url="https://partner.example/first")

    assert '<link rel="canonical" href="https://partner.example/first">' in read(
        client, story.address
    )


def test_a_paid_story_is_never_chosen_to_stand_under_another():
    section = SectionFactory()
    StoryFactory(kind="sponsored", section=section)
    news = StoryFactory(section=section)
    story = StoryFactory(section=section)
    story.related.all().delete()

    choose_related(story)

    assert [chosen.other for chosen in story.related.all()] == [news]


def test_more_stories_and_pictures_ask_the_database_no_more(client, django_assert_num_queries):
    story = full_newsroom()
    read(client, story.address)
    read(client, "/")

    with django_assert_num_queries(56):
        read(client, story.address)
    with django_assert_num_queries(43):
        read(client, "/")
    asked = []
    for number in range(4):
        facts = {"section": story.section, "lead_picture": picture(), "standfirst": "At last."}
        other = StoryFactory(title=f"More {number}", **facts)
        Byline.objects.create(story=other, person=PersonFactory(portrait=picture()))
        asked.append(queries(client, "/"))
    assert len(set(asked)) == 1


def test_a_story_that_was_never_saved_shows_its_topics():
    topic = Topic(title="Tides")
    TopicIndex.objects.get(locale__language_code="en").add_child(instance=topic)
    story = StoryFactory()
    story.topics.add(topic)

    assert "Tides" in render(story).html


def queries(client, address):
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        read(client, address)
    return len(captured)


def test_a_picture_is_offered_as_avif_first_and_cropped_around_its_focal_point(client):
    point = {"focal_point_x": 60, "focal_point_y": 6}
    size = {"focal_point_width": 4, "focal_point_height": 4}
    lead, portrait = picture(**point, **size), picture(**point, **size)
    person = PersonFactory(portrait=portrait)
    story = StoryFactory(lead_picture=lead)
    story.bylines = [Byline(person=person)]
    story.save_revision().publish()

    front, page = read(client, "/"), read(client, story.address)

    assert re.search(r'<picture><source type="image/avif" srcset="/media/[^"]+\.avif 64w"', page)
    assert re.search(r'<div class="frame"><picture>.*?<img class="across-9 down-1"', front)
    assert re.search(r'<div class="portrait"><picture>.*?<img class="across-9 down-1"', page)


def test_a_mail_address_has_a_joint_where_a_narrow_column_may_break_it(client):
    Newsroom.objects.update(contact_email="desk@lantern.example.org")

    page = read(client, "/")

    link = '<a href="mailto:desk@lantern.example.org">desk@<wbr>lantern.example.org</a>'
    assert link in page


def test_a_printed_story_lists_where_its_links_lead_in_their_order(client):
    text = (
        '<p>See <a href="https://one.example/?a=1&amp;b=2">this</a>, <a href="/about/">us</a> and'
        ' <a href="https://two.example/">that</a>.</p>'
    )
    embed = {"url": "https://vimeo.com/123", "title": "The race", "poster": None}
    story = StoryFactory(body=[("text", text), ("embed", embed)])
    plain = StoryFactory(body=[("text", "<p>Nothing to see.</p>")])

    page = read(client, story.address)

    notes = page[page.index('class="footnotes"') :]
    listed = re.findall(r"<li>([^<]+)</li>", notes[: notes.index("</section>")])
    assert listed == ["https://one.example/?a=1&amp;b=2", "https://two.example/"]
    assert "footnotes" not in read(client, plain.address)


def test_a_notice_of_one_line_stands_below_while_there_is_more_to_tell(client):
    StoryFactory(title="Told first", standfirst="What came of it.")
    StoryFactory(title="Told next", standfirst="What came of that.")
    StoryFactory(title="Notice")
    StoryFactory(title="Lead")

    page = read(client, "/")

    seconds = page.partition('class="seconds"')[2].partition("</section>")[0]
    assert "Told next" in seconds
    assert "Told first" in seconds
    assert "Notice" not in seconds
