"""What only a real browser can tell of the public pages."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from masthead.stories.founding import add_edition
from tests.factories.stories import front_page
from tests.stories.full_newsroom import addresses, full_newsroom

pytestmark = pytest.mark.django_db(transaction=True)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def story(newsroom_address):
    add_edition(name="الفانوس", language="ar", slug="ar", translation_of=front_page())
    return full_newsroom()


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(newsroom_address, story, new_context, scheme):
    for width in (360, 1280):
        page = new_context(
            color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce"
        ).new_page()
        for address in ("/", "/ar/", story.address, "/harbour/", "/people/ada-brook/"):
            page.goto(newsroom_address + address)
            assert faults(page) == [], (address, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_on_any_other_kind_of_page(newsroom_address, story, new_context, scheme):
    page = new_context(color_scheme=scheme, reduced_motion="reduce").new_page()
    lists = ["/archive/", "/archive/2026/07/", "/people/", "/topics/", "/topics/tides/"]
    others = ["/corrections/", "/about/", "/ar/archive/", "/no/", "/account/login/"]
    others += ["/search/?q=bridge&section=harbour", "/search/?q=zzz&since=x&language=ar"]

    found = {}
    for address in (*lists, *others):
        page.goto(newsroom_address + address)
        found[address] = faults(page)

    assert {address: each for address, each in found.items() if each} == {}


def test_no_page_is_wider_than_the_screen(newsroom_address, story, new_context):
    page = new_context().new_page()

    for width in (320, 768, 1100, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        for address in [
            "/",
            "/ar/",
            story.address,
            "/harbour/",
            "/people/",
            "/archive/",
            "/no/",
            "/search/?since=x",
        ]:
            page.goto(newsroom_address + address)
            assert page.evaluate(OVERFLOW) == 0, (address, width)


def test_no_page_breaks_its_own_policy_or_asks_another_host(newsroom_address, story, new_context):
    context = new_context()
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    for address in addresses():
        page.goto(newsroom_address + address, wait_until="networkidle")

    assert [text for text in said if "404" not in text] == []
    assert [url for url in asked if not url.startswith(newsroom_address)] == []
    assert context.cookies() == []


def test_without_javascript_an_embed_is_a_link(newsroom_address, story, new_context):
    page = new_context(java_script_enabled=False).new_page()

    page.goto(newsroom_address + story.address)

    assert page.get_by_role("link", name="The race").is_visible()
    assert not page.get_by_role("button", name="Play it here").is_visible()
