"""What a newsroom sets for its whole site, and how readers see it."""

import re

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Site

from masthead.stories.menus import is_link_address
from masthead.stories.models import FrontPage, Newsroom, StandingPage
from masthead.stories.queries import main_site
from tests.factories.media import encoded
from tests.factories.stories import SectionFactory, StoryFactory, front_page
from tests.stories.full_newsroom import picture

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}


def set_up(**fields):
    newsroom = Newsroom.for_site(main_site())
    for name, value in fields.items():
        setattr(newsroom, name, value)
    newsroom.full_clean()
    newsroom.save()


def set_front(**fields):
    front = front_page()
    for name, value in fields.items():
        setattr(front, name, value)
    front.save_revision().publish()


def part(html, start, end):
    return html[html.index(start) : html.index(end)]


def links(html):
    return re.findall(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>', html)


def test_a_newsroom_that_sets_nothing_has_the_sections_as_menu_and_the_default_look(client):
    SectionFactory(title="Harbour")
    SectionFactory(title="Culture")

    page = client.get("/about/", **HOST).text

    menu = links(part(page, '<nav class="sections"', "</header>"))
    assert menu == [("/harbour/", "Harbour"), ("/culture/", "Culture")]
    footer = links(part(page, '<footer class="site-footer"', "</footer>"))
    assert [address for address, _label in footer[:5]] == [
        "/",
        "/harbour/",
        "/culture/",
        "/topics/",
        "/people/",
    ]
    assert "/theme/a3182e.css" in page
    assert "newsreader" in page
    assert "<picture>" not in page


def test_menus_stand_in_the_order_that_the_desk_gave_them(client):
    section, hidden = SectionFactory(title="Harbour"), SectionFactory(title="Secret")
    SectionFactory(title="Not in the menu")
    hidden.unpublish()
    about = StandingPage.objects.get(slug="about")
    web = {"label": "Shop", "address": "https://shop.example/a?b=1&c=2"}
    set_front(
        menu=[
            ("address", web),
            ("page", {"page": hidden, "label": ""}),
            ("page", {"page": section, "label": "The <harbour>"}),
        ],
        footer_menu=[("page", {"page": about, "label": ""})],
        footer_text="<p>Printed at <b>Chandlers Steps</b>.</p>",
    )

    page = client.get("/harbour/", **HOST).text

    composed = [
        ("https://shop.example/a?b=1&amp;c=2", "Shop"),
        ("/harbour/", "The &lt;harbour&gt;"),
    ]
    assert links(part(page, '<nav class="sections"', "</header>")) == composed
    footer = part(page, '<footer class="site-footer"', "</footer>")
    assert links(footer)[1:] == [*composed, ("/about/", "About us")]
    assert "<b>Chandlers Steps</b>" in footer
    assert page.count('aria-current="page"') == 1


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example/",
        "/\\evil.example/",
        "data:text/html,x",
        "about",
        "https://",
        "mailto:nobody",
        "/a\nb",
        "https://[",
        "/" * 3,
    ],
)
def test_a_menu_takes_no_address_that_leads_nowhere_or_runs(address):
    with pytest.raises(ValidationError):
        is_link_address(address)


@pytest.mark.parametrize(
    "address",
    ["https://lantern.example/a?b", "/about/", "/", "mailto:desk@lantern.example?subject=Hi"],
)
def test_a_menu_takes_addresses_elsewhere_here_and_for_mail(address):
    is_link_address(address)


def test_profiles_stand_in_the_footer_and_vouch_for_the_newsroom(client):
    profile = {"name": "Mastodon", "url": "https://social.example/@lantern"}
    set_up(profiles=[("profile", profile)])

    page = client.get("/", **HOST).text

    assert '<a rel="me noopener" href="https://social.example/@lantern">Mastodon</a>' in page


@pytest.mark.parametrize("url", ["http://social.example/@a", "javascript:alert(1)", "social"])
def test_a_profile_has_a_secure_address(client, url, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chief@example.org", "x"))

    answer = client.post(settings_address(), form(profiles=[("Mastodon", url)]), **HOST)

    assert "Write it whole, beginning with https://" in answer.text
    assert not Newsroom.for_site(main_site()).profiles


def test_faces_come_by_a_stylesheet_and_a_face_that_is_not_used_is_not_fetched(client):
    set_up(headline_face="slab", text_face="grotesque", accent="#1f5d78")

    page = client.get("/", **HOST).text
    address = re.search(r'href="(/theme/[^"]+)"', page)[1]
    styles = client.get(address, **HOST).text

    assert address == "/theme/slab.grotesque.1f5d78.css"
    assert "--display:Rockwell" in styles
    assert "--text:var(--plain)" in styles
    assert "newsreader.woff2" not in page


@pytest.mark.parametrize("faces", ["comic.charter", "slab.comic", "slab"])
def test_a_face_that_we_do_not_have_has_no_stylesheet(client, faces):
    assert client.get(f"/theme/{faces}.a3182e.css", **HOST).status_code in {301, 404}


def test_the_logo_stands_for_the_name_in_header_and_footer_with_another_in_the_dark(client):
    light, dark = (picture(content=encoded("PNG", "RGBA")) for _number in range(2))
    set_up(logo=light, dark_logo=dark)

    page = client.get("/", **HOST).text

    for each in (
        part(page, "<h1", "</h1>"),
        part(page, '<footer class="site-footer"', "</footer>"),
    ):
        assert 'alt="The Test Lantern"' in each
        assert 'media="(prefers-color-scheme: dark)"' in each
        shown = set(re.findall(r"/media/[\w/.-]+", each))
        assert shown & {each.url for each in light.renditions.all()}
        assert shown & {each.url for each in dark.renditions.all()}


def test_the_name_is_the_front_pages_wherever_the_newsroom_is_named(client):
    set_front(title="The Evening Lamp")

    assert "The Evening Lamp</a>" in client.get("/", **HOST).text
    assert "The Evening Lamp" in client.get("/account/login/", **HOST).text
    assert Site.objects.get(is_default_site=True).site_name == "The Evening Lamp"


def headings(page):
    return re.findall(r'<h2 class="section-name"[^>]*>(?:<a[^>]*>)?([^<]+)', page)


def test_the_front_page_stands_in_the_order_that_the_desk_gave_it(client):
    harbour, views = SectionFactory(title="Harbour"), SectionFactory(title="Views")
    StoryFactory.create_batch(4, section=harbour)
    piece = StoryFactory(title="I say so", section=views, kind="opinion")
    picked = StoryFactory(title="Worth a second look", section=harbour)
    set_front(
        body=[
            ("latest", None),
            ("opinion", {"title": "Views"}),
            ("section", {"section": harbour}),
            ("picked", {"title": "Read again", "stories": [picked]}),
        ]
    )
    FrontPage.objects.update(lead=StoryFactory(title="The lead", section=harbour))

    page = client.get("/", **HOST).text

    assert headings(page) == ["Latest", "Harbour", "Read again"]
    cards = re.findall(r'class="headline"><a href="([^"]+)"', page)
    assert len(cards) == len(set(cards))
    assert piece.address in cards
    assert page.index("Read again") < page.index(f'headline"><a href="{picked.address}')


def test_opinion_pieces_stand_together_wherever_they_were_written(client):
    sections = [SectionFactory(title=name) for name in ("Harbour", "Culture")]
    StoryFactory.create_batch(3)
    pieces = [StoryFactory(section=each, kind="opinion") for each in sections]
    StoryFactory.create_batch(3)
    set_front(body=[("opinion", {"title": "What we think"})])

    page = client.get("/", **HOST).text

    shown = part(page, "What we think", 'class="latest"')
    assert "opinion" in part(page, '<section class="stream', "What we think")
    assert [each.address in shown for each in pieces] == [True, True]


def settings_address(step=""):
    return f"/desk/settings/stories/newsroom/{main_site().pk}/{step}"


def form(*, profiles=(), **fields):
    values = {
        "publisher": "",
        "postal_address": "",
        "contact_email": "",
        "accent": "#a3182e",
        "logo": "",
        "dark_logo": "",
        "headline_face": "newsreader",
        "text_face": "charter",
        "time_zone": "UTC",
        "story_pattern": "/<year>/<month>/<slug>/",
        "profiles-count": str(len(profiles)),
    }
    for number, (name, url) in enumerate(profiles):
        values |= {
            f"profiles-{number}-deleted": "",
            f"profiles-{number}-order": str(number),
            f"profiles-{number}-type": "profile",
            f"profiles-{number}-value-name": name,
            f"profiles-{number}-value-url": url,
        }
    return values | fields
