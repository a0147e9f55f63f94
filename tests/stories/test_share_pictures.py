"""What stands for a story where somebody shares it."""

import re

import pytest
from django.core.files.storage import storages
from PIL import Image as Pixels

from masthead.lib.lettering import fit, is_right_to_left, lines, needs_joining
from masthead.media.actions import make_renditions
from masthead.stories.jobs import draw_due_share_picture
from masthead.stories.models import SharePicture
from masthead.stories.share_pictures import FACES, Plan, drawn
from tests.factories.media import ClipFactory, ImageFactory
from tests.factories.stories import SectionFactory, StoryFactory
from tests.stories.full_newsroom import picture

HOST = "http://localhost:8000"
ARABIC = "عبّارة الليل تبحر من جديد"


def shared(client, story):
    """Return what a page says of the picture that stands for it, without ``og:image``."""
    page = client.get(story.address, HTTP_HOST="localhost:8000").text
    found = re.findall(r'<meta property="og:image:?(\w*)" content="([^"]*)">', page)
    return dict(found)


def file_of(facts):
    return facts[""].removeprefix(f"{HOST}/media/")


def draw_all():
    while draw_due_share_picture():
        pass


@pytest.mark.django_db
def test_the_worker_draws_what_stands_for_a_published_story(client):
    story = StoryFactory(title="Bridge opens", section=SectionFactory(hue="#1f5d78"))
    before = shared(client, story)

    draw_all()
    facts = shared(client, story)

    assert before == {}
    assert (facts["width"], facts["height"]) == ("1200", "630")
    assert facts["alt"] == "Bridge opens \N{EN DASH} The Test Lantern"
    with storages["public"].open(file_of(facts)) as file, Pixels.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (1200, 630))
    response = client.get(f"/media/{file_of(facts)}", HTTP_HOST="localhost:8000")
    assert response["Content-Type"] == "image/jpeg"
    assert len(response.getvalue()) > 10_000
    response.close()


@pytest.mark.django_db
def test_until_it_is_drawn_the_lead_picture_stands_for_a_story(client):
    image = picture()
    story = StoryFactory(lead_picture=image)

    facts = shared(client, story)

    assert facts["alt"] == "A bridge"
    assert facts[""].startswith(f"{HOST}/media/rendition/")


@pytest.mark.django_db
def test_drawing_waits_for_the_photograph(client):
    image = ImageFactory()
    StoryFactory(lead_picture=image)
    StoryFactory(lead_clip=ClipFactory(poster=image))
    assert not draw_due_share_picture()

    make_renditions(image=image)
    draw_all()

    assert [bool(row.file) for row in SharePicture.objects.all()] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_another_headline_gets_another_picture_and_the_same_one_keeps_it(client):
    story = StoryFactory(title="Bridge opens")
    draw_all()
    first = file_of(shared(client, story))

    story.standfirst = "At nine."
    story.save_revision().publish()
    draw_all()
    second = file_of(shared(client, story))
    story.title = "Bridge stays shut"
    story.save_revision().publish()
    draw_all()
    third = file_of(shared(client, story))

    assert first == second != third
    assert [storages["public"].exists(name) for name in (first, third)] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_what_is_deleted_leaves_no_file(client):
    story = StoryFactory()
    draw_all()
    name = file_of(shared(client, story))

    story.delete()

    assert not storages["public"].exists(name)


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["港が開く", "Harbour 🚢 opens", "ⴰⵎⴰⵣⵉⵖ"])
def test_a_headline_whose_letters_we_do_not_have_is_not_drawn(client, title):
    story = StoryFactory(title=title, slug="letters", lead_picture=picture())

    draw_all()

    assert shared(client, story)["alt"] == "A bridge"


@pytest.mark.django_db
def test_where_letters_cannot_be_joined_arabic_is_not_drawn(client, monkeypatch):
    monkeypatch.setattr("masthead.stories.share_pictures.joins_letters", lambda: False)
    arabic = StoryFactory(title=ARABIC, slug="arabic", lead_picture=picture())
    english = StoryFactory(title="Bridge opens")

    draw_all()

    assert shared(client, arabic)["alt"] == "A bridge"
    assert shared(client, english)["width"] == "1200"


@pytest.mark.django_db
def test_a_story_that_the_worker_does_not_survive_is_given_up(client):
    story = StoryFactory()
    SharePicture.objects.update(attempts=3)

    draw_all()

    assert shared(client, story) == {}
    assert not draw_due_share_picture()


@pytest.mark.parametrize("headline", ["Clock", "The bridge opens " * 30, "Long" * 60, ARABIC, ""])
def test_every_headline_fits(headline):
    plan = Plan(headline, "Lantern" * 20, "Harbour" * 20, "VIDEO", "#1f5d78", "", (0.5, 0.5))

    assert drawn(plan, None) != drawn(plan, Pixels.new("RGB", (9, 9)))


def test_lines_hold_all_words_and_none_is_wider_than_it_may_be():
    face = FACES[0]
    fitted = fit("one two three four five", face, sizes=range(60, 20, -4), width=200, height=200)

    assert " ".join(fitted.lines) == "one two three four five"
    assert max(fitted.font.getlength(line) for line in fitted.lines) <= 200


def test_a_word_that_is_too_long_is_cut():
    fitted = fit("x" * 500, FACES[0], sizes=range(20, 19, -1), width=200, height=20)

    assert fitted.font.getlength(fitted.lines[0]) <= 200
    assert fitted.lines[0].endswith("…")
    assert lines("", fitted.font, 200) == []


def test_scripts_are_known_by_their_letters():
    assert is_right_to_left(ARABIC)
    assert is_right_to_left("«2» שלום")
    assert not is_right_to_left("12 ships")
    assert needs_joining(f"The {ARABIC}")
    assert not needs_joining("Łódź")
