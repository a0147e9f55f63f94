"""A story on its way through the editor, from the first word to publication."""

import json

import pytest
from wagtail.images.tests.utils import get_test_image_file

from masthead.media.models import Clip, Image
from masthead.stories.models import Story
from tests.desk.editing import add_address, complete, edit_address, form, post
from tests.factories.people import UserFactory
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file open in which it makes the chooser's small picture.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning"),
]


@pytest.fixture
def editor(client):
    user = UserFactory(role="Editor")
    client.force_login(user)
    return user


def picture(**fields):
    stored = {"title": "Quay", "file": get_test_image_file()}
    return Image.objects.create(**{**stored, "credit": "Ada", "description": "A quay", **fields})


def errors(response):
    form = response.context["form"]
    return {name: [str(each) for each in messages] for name, messages in form.errors.items()}


def the_story():
    return Story.objects.get()


def test_a_complete_story_is_published(client, editor):
    section = SectionFactory()

    post(client, add_address(), complete(section), action="publish")

    assert the_story().live
    assert the_story().address.endswith("/harbour-opens/")


def test_a_draft_may_lack_everything_but_a_headline(client, editor):
    picture_block = ("picture", {"image": {"image": "", "alt_text": ""}, "caption": ""})
    blocks = [picture_block, ("embed", {"url": "", "title": "", "poster": {}})]

    response = post(client, add_address(), form(blocks=blocks), autosave=True)

    assert response.json()["success"], response.json()
    assert not the_story().live
    assert [block.block_type for block in the_story().body] == ["text", "picture", "embed"]


def test_what_a_story_lacks_is_said_at_the_field_and_nothing_is_lost(client, editor):
    response = post(client, add_address(), form(standfirst="Long awaited"), action="publish")

    assert set(errors(response)) == {"section", "staff_reason"}
    assert "Long awaited" in response.text
    assert "Add a name to the byline" in response.text
    assert not Story.objects.filter(live=True).exists()


def test_a_name_makes_a_reason_for_none_unnecessary(client, editor):
    data = form(section=SectionFactory().pk, bylines=[{"person": PersonFactory().pk}])

    post(client, add_address(), data, action="publish")

    assert the_story().live
    assert the_story().bylines.count() == 1


def test_a_row_of_the_byline_that_nobody_filled_in_is_no_name(client, editor):
    data = form(section=SectionFactory().pk, bylines=[{"person": "", "organisation": ""}])

    assert post(client, add_address(), data, autosave=True).json()["success"]
    assert set(errors(post(client, add_address(), data, action="publish"))) == {"staff_reason"}


def test_a_sponsored_story_says_who_pays(client, editor):
    section = SectionFactory()
    data = complete(section, kind="sponsored")
    refused = post(client, add_address(), data, action="publish")
    paid = complete(section, kind="sponsored", bylines=[{"organisation": "Port Authority"}])

    post(client, add_address(), paid, action="publish")

    assert set(errors(refused)) == {"kind"}
    assert the_story().live


@pytest.mark.parametrize("lacks", ["credit", "description"])
def test_the_lead_picture_has_a_credit_and_a_description(client, editor, lacks):
    data = complete(SectionFactory(), lead_picture=picture(**{lacks: ""}).pk)

    response = post(client, add_address(), data, action="publish")

    assert set(errors(response)) == {"lead_picture"}


def test_the_lead_clip_has_a_credit(client, editor):
    clip = Clip.objects.create(title="Boat", file="boat.mp4", poster=picture(), credit="")
    data = complete(SectionFactory(), lead_clip=clip.pk)

    response = post(client, add_address(), data, action="publish")

    assert set(errors(response)) == {"lead_clip"}


@pytest.mark.parametrize(
    ("stored", "alt_text", "said"),
    [({"credit": ""}, "A quay", "name who made it"), ({}, "", "alt text")],
)
def test_a_picture_in_the_text_has_a_credit_and_a_description(
    client, editor, stored, alt_text, said
):
    image = {"image": picture(**stored).pk, "alt_text": alt_text}
    blocks = [("picture", {"image": image, "caption": "The quay", "width": "text"})]

    data = complete(SectionFactory(), blocks=blocks)

    refused = post(client, add_address(), data, action="publish")

    assert set(errors(refused)) == {"body"}
    assert said in str(refused.context["form"].errors.as_data()["body"][0].as_json_data())


def test_a_story_is_not_published_into_the_future_by_its_date(client, editor):
    data = complete(SectionFactory(), published_at="2999-01-01 10:00")

    response = post(client, add_address(), data, action="publish")

    assert set(errors(response)) == {"published_at"}


def test_an_incomplete_story_is_not_submitted(client):
    reporter = UserFactory(role="Reporter")

    response = post(client, add_address(), form(), action="submit", user=reporter)

    assert "section" in errors(response)


def test_only_sections_of_the_storys_language_are_offered(client, editor):
    english = SectionFactory(title="Harbour")

    ours = client.get(add_address("en"), HTTP_HOST="localhost:8000")

    assert f'<option value="{english.pk}">Harbour' in ours.text


def test_without_a_section_the_editor_says_what_to_do(client, editor):
    assert (
        "Ask your publisher for one" in client.get(add_address(), HTTP_HOST="localhost:8000").text
    )

    client.force_login(UserFactory(role="Publisher"))

    assert "Add a section</a>" in client.get(add_address(), HTTP_HOST="localhost:8000").text


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("long words " * 23, ""),
        ("long words " * 23, "long-words-" * 22 + "x"),
        ("📰", ""),
        ("Αθήνα ανοίγει", ""),
        ("افتتاح الميناء", "افتتاح-الميناء"),
    ],
)
def test_every_headline_gives_an_address(client, editor, title, slug):
    data = complete(SectionFactory(), title=title.strip(), slug=slug)

    post(client, add_address(), data, action="publish")
    story = the_story()

    assert story.slug
    assert len(story.slug) <= 80
    assert client.get(story.url, HTTP_HOST="localhost:8000").status_code == 200


def test_hostile_text_is_cleaned_when_it_is_saved(client, editor):
    hostile = (
        '<p onclick="alert(1)">Read <a href="javascript:alert(2)">this</a> '
        '<a href="data:text/html,x">that</a><script>alert(3)</script>'
        '<span style="position:fixed">cover</span></p>'
        '<img src="x" onerror="alert(4)"><iframe src="https://evil.example"></iframe>'
    )
    data = complete(SectionFactory(), text=hostile)

    post(client, add_address(), data, action="publish")
    page = client.get(the_story().url, HTTP_HOST="localhost:8000").text
    page = page.partition("<article")[2].partition("</article>")[0]

    assert "Read" in page
    for trace in ("onclick", "javascript:", "data:text", "<script>", "style=", "<iframe", "<img"):
        assert trace not in page


def test_content_state_made_by_hand_is_cleaned_too(client, editor):
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}
    block = {
        "key": "aaaaa",
        "text": "Read <script>alert(3)</script>",
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [{"offset": 0, "length": 4, "key": 0}],
    }
    state = json.dumps({"blocks": [block], "entityMap": {"0": entity}})
    data = complete(SectionFactory())
    data["body-0-value"] = state

    post(client, add_address(), data, action="publish")
    page = client.get(the_story().url, HTTP_HOST="localhost:8000").text
    page = page.partition("<article")[2].partition("</article>")[0]

    assert "Read" in page
    assert "javascript:" not in page
    assert "<script>" not in page


def test_another_story_is_not_touched_by_a_hostile_post(client):
    reporter = UserFactory(role="Reporter")
    story = StoryFactory(title="Somebody else's")

    response = post(
        client, edit_address(story), form(title="Mine"), action="publish", user=reporter
    )
    story.refresh_from_db()

    assert response.status_code == 302
    assert story.title == "Somebody else's"
