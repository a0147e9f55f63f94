"""A newsroom gives its site a look, with the front page beside the form."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from masthead.stories.models import Newsroom
from masthead.stories.queries import main_site
from tests.browser.desk import colleague, preview, sign_in
from tests.factories.media import encoded
from tests.factories.stories import SectionFactory, StoryFactory, front_page
from tests.stories.full_newsroom import picture

#: Wagtail takes what stands in a form two seconds after it was opened for what it began with.
FORM_IS_WATCHED = """window.formIsWatched = new Promise((resolve) =>
  document.addEventListener("w-unsaved:watch-edits", resolve, { once: true }))"""
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_look_is_seen_beside_its_form_and_by_readers_once_it_is_saved(watched, newsroom_address):
    StoryFactory(title="Harbour opens")
    page = watched()
    sign_in(page, newsroom_address, colleague("Publisher"))
    page.add_init_script(FORM_IS_WATCHED)
    page.goto(newsroom_address + reverse("wagtailsettings:edit", args=["stories", "newsroom"]))

    frame = preview(page)
    expect(frame.get_by_role("link", name="Harbour opens").first).to_be_visible()
    page.evaluate("window.formIsWatched.then(() => true)")
    page.locator("[name=accent]").fill("#1f5d78")
    page.locator("[name=headline_face]").select_option("slab")
    themed = page.frame_locator("#w-preview-iframe").locator("link[href*='/theme/slab.']")
    expect(themed).to_have_attribute("href", "/theme/slab.charter.1f5d78.css")

    assert Newsroom.for_site(main_site()).accent == "#a3182e"
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="Save", exact=True).click()
    page.goto(newsroom_address)
    expect(page.locator("link[href='/theme/slab.charter.1f5d78.css']")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_on_a_site_with_logo_menus_and_profiles(
    new_context, newsroom_address, scheme
):
    section = SectionFactory(title="Harbour")
    story = StoryFactory(section=section)
    pictures = {name: picture(content=encoded("PNG", "RGBA")) for name in ("logo", "dark_logo")}
    profile = {"name": "Mastodon", "url": "https://social.example/@lantern"}
    Newsroom.objects.update(
        headline_face="grotesque", text_face="book", profiles=[("profile", profile)], **pictures
    )
    entries = [
        ("page", {"page": section, "label": ""}),
        ("address", {"label": "Shop", "address": "https://shop.example/"}),
    ]
    front = front_page()
    front.menu = front.footer_menu = entries
    front.footer_text = "<p>Ours.</p>"
    front.save_revision().publish()
    page = new_context(
        color_scheme=scheme, viewport={"width": 360, "height": 800}, reduced_motion="reduce"
    ).new_page()

    for address in ("/", story.address):
        page.goto(newsroom_address + address)
        found = Axe().run(page).response["violations"]
        assert [each["id"] for each in found] == []
    kinds = page.evaluate("[...document.images].map((image) => image.currentSrc)")
    assert re.search(r"\.webp$", kinds[0])
