"""A newsroom's own templates, in the folder ``templates`` of its data folder."""

import logging

import pytest
from django.template import engines

from masthead.conf.checkup import own_templates
from masthead.mail.models import OutgoingMail
from masthead.mail.queries import content
from masthead.upkeep.conditions import conditions
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}


@pytest.fixture
def own(tmp_path, settings):
    """Write one of the newsroom's own templates; the program starts anew with it."""
    settings.HOME = tmp_path
    (tmp_path / "masthead.toml").touch()
    django = next(each for each in settings.TEMPLATES if each["NAME"] == "django")
    others = [each for each in settings.TEMPLATES if each is not django]

    def write(name, text):
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        # Setting it makes the engines anew.
        settings.TEMPLATES = [*others, django | {"DIRS": [tmp_path / "templates"]}]
        return path

    return write


def read(client, address="/"):
    response = client.get(address, **HOST)
    assert response.status_code == 200
    return response.text


def test_a_block_is_filled_and_the_rest_stays_as_it_comes(client, own):
    story = StoryFactory(title="Harbour opens")
    own(
        "stories/story.html",
        '{% extends "stories/story.html" %}\n'
        "{% block after_story %}<p>Ask us: {{ shell.front.title }}</p>{{ super() }}{% endblock %}",
    )

    page = read(client, story.address)

    assert "<h1>Harbour opens</h1>" in page
    assert "<p>Ask us: The Test Lantern</p>" in page
    assert "site-footer" in page


def test_a_whole_template_is_replaced_wherever_it_is_used(client, own):
    story = StoryFactory()
    own(
        "stories/parts/footer.html",
        "<footer>Nobody else has a key to {{ shell.front.title }}</footer>",
    )

    for address in ("/", story.address):
        page = read(client, address)
        assert "Nobody else has a key to The Test Lantern" in page
        assert "site-footer" not in page


def test_an_account_page_is_replaced_too(client, own):
    own(
        "account/login.html",
        '{% extends "account/login.html" %}{% block head_title %}Come in{% endblock %}',
    )

    page = read(client, "/account/login/")

    assert "<title>Come in" in page
    assert 'name="login"' in page


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("<p>\n{% if %}\n</p>", 2, "Expected an expression"),
        ("<p>\n\n{{ shell.nothing.at.all }}</p>", 3, "UndefinedError"),
        ("<p>\n{{ 1 / 0 }}</p>", 2, "ZeroDivisionError"),
    ],
)
def test_readers_get_the_original_of_a_broken_template_and_the_log_says_where(
    client, own, caplog, text, line, reason
):
    path = own("stories/parts/footer.html", text)

    with caplog.at_level(logging.ERROR, "masthead.templates"):
        page = read(client)

    assert "site-footer" in page
    said = [each.getMessage() for each in caplog.records if each.name == "masthead.templates"]
    assert said[0].startswith(f"{path}, line {line}: ")
    assert reason in said[0]


def test_a_fault_of_ours_is_not_taken_for_the_newsrooms(client, own, monkeypatch):
    own("stories/parts/footer.html", "<footer></footer>")
    engines["pages"].env.globals["sources"] = None
    monkeypatch.setattr("masthead.stories.queries.latest_stories", lambda _front: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        client.get("/", **HOST)


def test_the_doctor_names_file_and_line_of_each_that_cannot_be_read(own):
    page = own("stories/parts/footer.html", "<p>\n{% endif %}</p>")
    account = own("account/login.html", "<p>\n\n{% nonsense %}</p>")
    own("stories/parts/byline.html", "<p></p>")

    found = {finding.what.split(": ")[0] for finding in own_templates()}

    assert found == {f"{page}, line 2", f"{account}, line 3"}


EXTENDS = '{% extends "account/login.html" %}'
BROKEN = {
    "syntax": ("<p>\n\n{% nonsense %}</p>", 3, "nonsense"),
    "in a block": (
        EXTENDS + '\n{% block content %}\n{% url "nowhere" %}{% endblock %}',
        3,
        "NoReverseMatch",
    ),
    "a part that is missing": (
        EXTENDS + '{% block content %}{% include "no.html" %}{% endblock %}',
        1,
        "TemplateDoesNotExist",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_account_page_gives_way_to_ours_and_doctor_and_desk_say_where(client, own, fault):
    text, line, reason = BROKEN[fault]
    path = own("account/login.html", text)

    page = read(client, "/account/login/")

    assert 'name="login"' in page
    (told,) = [finding.what for finding in own_templates() if finding.mend]
    shown = next(each.words for each in conditions() if each.name == "templates")
    assert told.startswith(f"{path}, line {line}: ")
    assert reason in told
    assert told in shown
    path.write_text("{# mended #}")
    assert not [finding for finding in own_templates() if finding.mend]


def test_a_broken_part_of_every_account_page_gives_way_to_ours(client, own):
    own("account/base.html", "<p>{{ user.nobody.knows }}{% url 'nowhere' %}")
    own("allauth/elements/fields.html", "{% for %}")

    page = read(client, "/account/login/")

    assert 'name="login"' in page
    assert 'class="masthead"' in page


def test_a_mail_goes_out_whatever_became_of_its_template(client, own):
    UserFactory(email="ed@lantern.example")
    own("account/email/login_code_message.txt", "{% if %}")
    own("account/email/login_code_subject.txt", "{% url 'nowhere' %}")

    client.post("/account/login/code/", {"email": "ed@lantern.example"}, **HOST)

    mail = OutgoingMail.objects.get()
    assert mail.subject
    assert "The Test Lantern" in content(mail).text
