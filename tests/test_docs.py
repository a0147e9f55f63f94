"""What the documentation says is there."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from masthead.cli import COMMANDS
from masthead.conf.installation import OVERRIDES, Installation
from masthead.desk.roles import Role

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def read(path):
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("field", [each.name for each in fields(Installation)])
def test_every_setting_is_documented(field):
    documented = read("docs/reference/settings.md")

    assert f"`{field}`" in documented or field == "home"


@pytest.mark.parametrize("name", [*OVERRIDES, "MASTHEAD_HOME"])
def test_every_environment_variable_is_documented(name):
    assert f"`{name}`" in read("docs/reference/settings.md")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    assert f"`masthead {command}" in read("docs/reference/commands.md")


@pytest.mark.parametrize("role", Role)
def test_every_role_is_documented(role):
    assert f"| {role.value} " in read("docs/reference/roles.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?://|mailto:|#)([^)#]+)", page.read_text("utf-8"))

    assert [each for each in targets if not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_folder_that_is_named_exists(page):
    folders = re.findall(r"`(src/masthead/[\w/.]+)`", page.read_text("utf-8"))

    assert [each for each in folders if not (ROOT / each).exists()] == []


def test_every_test_that_the_docs_name_is_there():
    tests = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/**/*.py"))
    named = re.findall(r"`(test_\w+)`", read("docs/explanation/when-things-fail.md"))

    assert [name for name in named if f"def {name}(" not in tests] == []
