"""What comes out of a word processor, pasted into a story in a real browser."""

import json
import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from masthead.stories.models import Archive
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word"><head>
<meta name=Generator content="Microsoft Word 15"><style><!--
p.MsoNormal {margin:0cm; font-family:"Calibri"} --></style></head>
<body lang=EN-GB><!--StartFragment--><h1><span style='font-size:16.0pt;color:red'>The harbour
<o:p></o:p></span></h1><p class=MsoNormal>It <b>opened</b>,
<a href="https://port.example/"><span style='color:blue'>the port</span></a> said.<o:p></o:p></p>
<h4>Who paid</h4><ul type=disc><li class=MsoNormal>The town<o:p></o:p></li>
<li class=MsoNormal>The state<o:p></o:p></li></ul>
<img src="file:///C:/x.png"><p class=MsoNormal>The end.</p><!--EndFragment--></body></html>"""
DOCS = """<meta charset='utf-8'><b style="font-weight:normal;"
id="docs-internal-guid-1"><h1 dir="ltr"><span style="font-size:20pt;">The harbour</span></h1>
<p dir="ltr"><span style="font-weight:400;">It </span><span style="font-weight:700;">opened</span>
<span>, </span><a href="https://port.example/"><span style="color:#1155cc;">the port</span></a>
<span> said.</span></p><h4 dir="ltr"><span style="color:#666666;">Who paid</span></h4>
<ul><li dir="ltr"><p dir="ltr" role="presentation"><span>The town</span></p></li>
<li dir="ltr"><p dir="ltr" role="presentation"><span>The state</span></p></li></ul>
<p dir="ltr"><span style="background-color:#ff0;">The end.</span></p></b>"""
PASTE = """(element, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "plain");
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  element.dispatchEvent(new ClipboardEvent("paste", options));
}"""


@pytest.fixture
def editor(newsroom_address, page):
    """A text block of a new story, in the editor."""
    client = Client()
    client.force_login(UserFactory(role="Reporter"))
    session = client.cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": newsroom_address}])
    archive = Archive.objects.get(locale__language_code="en")
    page.goto(f"{newsroom_address}/desk/pages/add/stories/story/{archive.pk}/")
    page.locator("[data-streamfield-stream-add], .c-sf-add-button").first.click()
    page.get_by_role("option", name="Text").first.click()
    text = page.locator(".public-DraftEditor-content").last
    text.click()
    return text


@pytest.mark.parametrize("clipboard", [WORD, DOCS], ids=["word", "docs"])
def test_pasting_keeps_paragraphs_subheads_links_and_lists_and_drops_the_rest(
    page, editor, clipboard
):
    editor.evaluate(PASTE, clipboard)
    stored = page.locator("input[name=body-0-value]")
    expect(stored).to_have_value(re.compile("The end"))
    state = json.loads(stored.input_value())

    blocks = [(each["type"], " ".join(each["text"].split())) for each in state["blocks"]]
    assert [block for block in blocks if block[1]] == [
        ("header-two", "The harbour"),
        ("unstyled", "It opened, the port said.")
        if clipboard is WORD
        else ("unstyled", "It opened , the port said."),
        ("header-three", "Who paid"),
        ("unordered-list-item", "The town"),
        ("unordered-list-item", "The state"),
        ("unstyled", "The end."),
    ]
    styles = {each["style"] for block in state["blocks"] for each in block["inlineStyleRanges"]}
    (link,) = state["entityMap"].values()
    assert styles <= {"BOLD"}
    assert (link["type"], link["data"]["url"]) == ("LINK", "https://port.example/")
