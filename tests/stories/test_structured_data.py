import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.stories.models import Correction, CorrectionKind
from masthead.stories.structured_data import as_script
from tests.factories.stories import StoryFactory
from tests.proof import effort


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


def json_in(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
