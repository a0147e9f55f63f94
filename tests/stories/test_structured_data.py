import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.media.models import Clip
from masthead.stories.models import Byline, Correction, CorrectionKind, StandingPage
from masthead.stories.structured_data import TYPES, as_script
from tests.factories.stories import StoryFactory
from tests.proof import effort
from tests.stories.full_newsroom import full_newsroom

HOST = "http://localhost:8000"


@pytest.mark.proof
@effort(50)
@given(st.dictionaries(st.text(), st.text()))
def test_what_machines_read_is_what_was_meant(data):
    written = as_script(data)

    assert json.loads(written) == data
    assert not set(written) & set("<>&\u2028\u2029")


@pytest.mark.django_db
def test_a_hostile_headline_does_not_end_the_script(client):
    hostile = "</script><script>alert(1)</script><!--"
    story = StoryFactory(title=hostile, slug="hostile")

    page = client.get(story.address, HTTP_HOST="localhost:8000").text

    assert json_in(page)["headline"] == hostile
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_machines_learn_of_a_correction(client):
    story = StoryFactory(
        title="Bridge opens", kind="analysis", published_at=datetime(2026, 7, 1, 9, tzinfo=UTC)
    )
    made_at = datetime(2026, 7, 2, 9, tzinfo=UTC)
    Correction.objects.create(
        story=story, kind=CorrectionKind.CORRECTION, is_right="It opens at nine.", made_at=made_at
    )

    data = json_in(client.get(story.address, HTTP_HOST="localhost:8000").text)

    assert data["@type"] == "AnalysisNewsArticle"
    assert data["datePublished"] == "2026-07-01T10:00:00+01:00"
    assert data["url"] == f"http://localhost:8000{story.address}"
    assert data["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "It opens at nine.",
            "datePublished": "2026-07-02T10:00:00+01:00",
        }
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "name"), TYPES.items())
def test_machines_learn_the_kind_of_work(client, kind, name):
    story = StoryFactory(kind=kind)
    story.bylines = [Byline(organisation="Gull Insurance")]
    story.save()

    data = found_at(client, story.address)[0]

    assert data["@type"] == name
    sponsors = [{"@type": "Organization", "name": "Gull Insurance"}]
    assert data.get("sponsor", []) == (sponsors if kind == "sponsored" else [])


@pytest.mark.django_db
def test_machines_learn_all_that_a_story_has(client):
    story = full_newsroom()
    Clip.objects.update(duration=12.5)

    article, trail = found_at(client, story.address)

    assert [each["name"] for each in article["author"]] == ["Ada Brook", "Coast Press"]
    assert article["author"][0]["url"] == f"{HOST}/people/ada-brook/"
    assert article["articleSection"] == "Harbour"
    assert article["keywords"] == ["Tides"]
    assert article["image"]["creditText"] == "Photo: Ada Brook"
    clip = article["video"][0]
    assert clip["contentUrl"] == HOST + story.lead_clip.file.url
    assert (clip["duration"], clip["transcript"]) == ("PT12S", "Here she comes.")
    assert [(each["name"], each["item"]) for each in trail["itemListElement"]] == [
        ("The Test Lantern", f"{HOST}/"),
        ("Harbour", f"{HOST}/harbour/"),
        ("The night ferry", HOST + story.address),
    ]


@pytest.mark.django_db
def test_a_policy_is_linked_once_an_editor_has_confirmed_it(client):
    before = found_at(client, "/")[0]
    StandingPage.objects.filter(kind="ownership").update(is_confirmed=True)
    StandingPage.objects.filter(kind="rules").update(is_confirmed=True, live=False)

    after = found_at(client, "/")[0]

    assert before["@type"] == after["@type"] == "NewsMediaOrganization"
    assert "ownershipFundingInfo" not in before
    assert before["correctionsPolicy"] == f"{HOST}/corrections/"
    assert after["ownershipFundingInfo"] == f"{HOST}/ownership/"
    assert "actionableFeedbackPolicy" not in after


@pytest.mark.django_db
def test_machines_learn_who_writes_here(client):
    full_newsroom()

    profile, trail = found_at(client, "/people/ada-brook/")

    assert profile["@type"] == "ProfilePage"
    assert profile["mainEntity"]["jobTitle"] == "Reporter"
    assert profile["mainEntity"]["worksFor"]["name"] == "The Test Lantern"
    assert profile["mainEntity"]["image"]["url"].startswith(f"{HOST}/media/")
    assert len(trail["itemListElement"]) == 3


@pytest.mark.django_db
def test_every_page_says_what_it_is(client):
    full_newsroom()

    found = {
        address: [each["@type"] for each in found_at(client, address)]
        for address in ("/", "/harbour/", "/topics/tides/", "/archive/2026/07/", "/about/")
    }

    assert found == {
        "/": ["NewsMediaOrganization", "WebSite"],
        "/harbour/": ["CollectionPage", "BreadcrumbList"],
        "/topics/tides/": ["CollectionPage", "BreadcrumbList"],
        "/archive/2026/07/": ["CollectionPage", "BreadcrumbList"],
        "/about/": ["AboutPage", "BreadcrumbList"],
    }


@pytest.mark.django_db
def test_machines_are_told_nothing_of_what_is_not_there(client):
    assert json_scripts(client.get("/no/", HTTP_HOST="localhost:8000").text) == []


def found_at(client, address):
    return json_scripts(client.get(address, HTTP_HOST="localhost:8000").text)


def json_scripts(page):
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return [json.loads(each) for each in scripts]


def json_in(page):
    return json_scripts(page)[0]
