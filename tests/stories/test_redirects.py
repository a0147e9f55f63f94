"""Old addresses, one by one and by the table."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from tests.factories.people import UserFactory
from tests.factories.stories import SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Editor"))
    return client


def site():
    return front_page().get_site()


def add(client, old, new, **fields):
    data = {"old_path": old, "redirect_link": new, "site": site().pk, "is_permanent": "on"}
    return client.post("/desk/redirects/add/", data | fields, **HOST)


def load(client, data, address="/desk/redirects/import/"):
    data = data.encode() if isinstance(data, str) else data
    table = SimpleUploadedFile("redirects.csv", data, content_type="text/csv")
    return client.post(address, {"site": site().pk, "table": table}, **HOST)


def said(response):
    return [str(each) for messages in response.context["form"].errors.values() for each in messages]


def goes(client, path):
    response = client.get(path, **HOST)
    return response.status_code, response.get("Location")


def stored():
    return set(Redirect.objects.values_list("old_path", flat=True))


def test_a_redirect_added_at_the_desk_leads_on(desk):
    add(desk, "/old/", "/new/")
    add(desk, "/away", "https://other.example/x", is_permanent="")

    assert goes(desk, "/old/") == (301, "http://localhost:8000/new/")
    assert goes(desk, "/old") == (301, "http://localhost:8000/new/")
    assert goes(desk, "/away/") == (302, "https://other.example/x")


@pytest.mark.parametrize(
    ("old", "new", "said_to_the_editor"),
    [
        ("/a/", "/a/", "lead to itself"),
        ("/b/", "/a/", "lead"),
        ("/c/", "/a/", "leads on"),
        ("/a/", "/z/", "already"),
        ("/c/", "javascript:alert(1)", "no address"),
        ("/c/", "//evil.example/", "no address"),
        ("/c/", "ftp://files.example/", "no address"),
    ],
)
def test_loops_and_chains_and_nonsense_are_refused(desk, old, new, said_to_the_editor):
    add(desk, "/a/", "/b/")

    response = add(desk, old, new)

    assert said_to_the_editor in " ".join(said(response))
    assert stored() == {"/a"}


def test_a_page_that_readers_see_is_not_redirected(desk):
    section, story = SectionFactory(title="Culture"), StoryFactory(title="Play")

    for path in ("/", f"/{section.slug}/", story.address, "/archive/"):
        assert "A page stands" in " ".join(said(add(desk, path, "/elsewhere/"))), path


def test_an_edited_redirect_is_checked_too(desk):
    add(desk, "/a/", "/b/")
    row = Redirect.objects.get()
    data = {"old_path": "/a/", "redirect_link": "/a/", "site": site().pk}

    refused = desk.post(reverse("wagtailredirects:edit", args=[row.pk]), data, **HOST)
    desk.post(
        reverse("wagtailredirects:edit", args=[row.pk]), data | {"redirect_link": "/c/"}, **HOST
    )

    assert "lead to itself" in " ".join(said(refused))
    assert goes(desk, "/a/") == (302, "http://localhost:8000/c/")


def test_a_table_is_loaded_with_old_numbers_and_kinds(desk):
    story = StoryFactory(title="Bridge opens")
    table = f"from,to,kind\n/?p=123,{story.address},301\n/old-page.html,/new/,302\n,,\n/x/,/y/,\n"

    response = load(desk, table)

    assert response.status_code == 302
    assert stored() == {"/?p=123", "/old-page.html", "/x"}
    assert goes(desk, "/?p=123") == (301, story.address)
    assert goes(desk, "/?p=123&utm_source=mail") == (301, story.address)
    assert goes(desk, "/old-page.html") == (302, "http://localhost:8000/new/")


def test_other_queries_do_not_matter_on_the_front_page(desk):
    load(desk, "from,to\n/?p=123,/new/\n/?page_id=7,/about-us/\n")

    for query in ("", "?p=124", "?p=%F0%9F", "?p=", "?q=123", "?page_id=123", "?p=1'--"):
        assert goes(desk, f"/{query}") == (200, None)
    assert goes(desk, "/?page_id=7")[0] == 301


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (b"from,to\n/ok/,/fine/\n/caf\xe9/,/x/\n", "Line 3 is not in UTF-8"),
        (
            "from,to\n/ok/,/fine/\n=cmd|' /C calc'!A0,/x/\n",
            "Line 3: “=cmd|' /C calc'!A0” is no path",
        ),
        ("from,to\n/a/,/b/\n/b/,/a/\n", "Line 3: "),
        ("from,to\n/a/,/b/\n/c/,/a/\n", "Line 3: /a leads on to elsewhere"),
        ("from,to\n/a/,/b/\n/b/,/c/\n", "Line 3: Another redirect leads to /b"),
        ("from,to\n/a/,/b/\n/a/,/c/\n", "Line 3: There is a redirect from /a already"),
        ("from,to\n/a/,\n", "Line 2 says not where /a/ leads"),
        ("from,to,kind\n/a/,/b/,418\n", "Line 2: the third column"),
        ("from,to\n/a/,javascript:alert(1)\n", "Line 2: “javascript:alert(1)” is no address"),
        ("from,to\n" + "/" + "a" * 300 + ",/b/\n", "Line 2: "),
        ('from,to\n"/a/,/b/\n', "Line 2 is no line of a CSV table"),
        ("from,to\n/a\x00b/,/c/\n", "Line 2"),
        ("from,to\n", "no redirect in this file"),
        (b"PK\x03\x04\x00\xff\xfe", "Line 1 is not in UTF-8"),
        ("from,to\n" + "".join(f"/{n}/,/b/\n" for n in range(10_001)), "at most 10000 lines"),
        (b"x" * (2 * 1024 * 1024 + 1), "At most 2 MB"),
    ],
)
def test_a_bad_table_changes_nothing_and_names_the_line(desk, table, message):
    response = load(desk, table)

    assert message in " ".join(said(response))
    assert not Redirect.objects.exists()


def test_the_second_step_of_wagtails_own_loading_is_no_way_round(desk):
    response = load(desk, "from,to\n/a/,/a/\n", address="/desk/redirects/import/process/")

    assert "lead to itself" in " ".join(said(response))


def test_a_reporter_loads_nothing(client):
    client.force_login(UserFactory(role="Reporter"))

    load(client, "from,to\n/a/,/b/\n")

    assert not Redirect.objects.exists()


@pytest.mark.parametrize("path", ["//evil.example", "///evil.example", "/\\evil.example"])
def test_the_slash_that_is_added_leads_to_no_other_site(client, path):
    response = client.get("/", PATH_INFO=path, **HOST)

    assert response.status_code == 301
    assert not response["Location"].startswith(("//", "/\\"))
