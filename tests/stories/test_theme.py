import re
from pathlib import Path

import pytest

from masthead.stories import theme
from tests.factories.stories import SectionFactory

STYLES = Path(theme.__file__).parent / "static/masthead/site.css"
HOST = {"HTTP_HOST": "localhost:8000"}


def test_the_grounds_are_those_of_the_stylesheet():
    grounds = re.findall(r"--paper: (#\w{6});", STYLES.read_text())

    assert grounds[:2] == [theme.PAPER, theme.NIGHT]


@pytest.mark.django_db
def test_a_sections_colour_reaches_its_page_by_a_stylesheet_that_never_changes(client):
    SectionFactory(title="Harbour", hue="#1F5D78")
    page = client.get("/harbour/", **HOST).text

    address = re.search(r'href="(/theme/[^"]+)"', page)[1]
    answer = client.get(address, **HOST)

    assert 'class="page-head hue-1f5d78"' in page
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert ".hue-1f5d78{--hue:#1f5d78}" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("names", ["zzzzzz", "a3182e-", "a3182e;}", "a3182e-" * 60 + "a3182e"])
def test_an_address_that_names_no_colours_is_no_stylesheet(client, names):
    answer = client.get(f"/theme/{names}.css/", **HOST)

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
