"""A newsroom's own templates: first of all, and never the end of a page when they are broken."""

import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import Error as DatabaseError
from django.template import TemplateSyntaxError as DjangoSyntaxError
from django.template import engines
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
)

from masthead.stories.template_faults import failed, tell

#: Below it stand templates of public pages alone, also those that only a newsroom has.
OURS = "stories/"
#: Before a template's name: the one in the package, whatever the newsroom has.
ORIGINAL = "original"


def folder() -> Path:
    """Return where a newsroom keeps its own templates."""
    home: Path = settings.HOME
    return home / "templates"


def is_for_pages(name: str) -> bool:
    """Return whether a template is one of public pages, which are Jinja's; others are Django's."""
    folders = (Path(app.path, "jinja2") for app in apps.get_app_configs())
    return name.startswith(OURS) or any((folder / name).is_file() for folder in folders)


class OwnTemplates(FileSystemLoader):
    """Finds a newsroom's own templates; passes over one that cannot be read, and says so."""

    def load(
        self,
        environment: Environment,
        name: str,
        globals: Any = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        if not is_for_pages(name):
            raise TemplateNotFound(name)
        try:
            return super().load(environment, name, globals)
        except TemplateSyntaxError as error:
            tell(str(error.filename or name), error.lineno, str(error.message))
            raise TemplateNotFound(name) from error


class PageEnvironment(Environment):
    """Lets a newsroom's template extend the one that it stands for, by the same name."""

    def join_path(self, template: str, parent: str) -> str:
        return f"{ORIGINAL}/{template}" if template == parent else template


def loader(originals: BaseLoader) -> BaseLoader:
    """Return what finds a template: the newsroom's own, then ours."""
    return ChoiceLoader([OwnTemplates(folder()), originals, PrefixLoader({ORIGINAL: originals})])


def fill(name: str, context: Mapping[str, Any]) -> str:
    """Return a template filled in; the original one when the newsroom's own fails."""
    environment = _environment()
    try:
        return environment.get_template(name).render(context)
    except DatabaseError:
        raise
    except Exception as error:
        place = _place(error)
        if place is None:
            raise
        tell(str(place.filename), place.lineno or 0, f"{type(error).__name__}: {error}")
        return _originals(environment).get_template(name).render(context)


def own() -> list[Path]:
    """Return the newsroom's own templates."""
    return sorted(path for path in folder().rglob("*") if path.is_file())


def faults() -> list[str]:
    """Return what is wrong with the newsroom's own templates, each with file and line."""
    unreadable = [fault for path in own() if (fault := _fault_in(path))]
    return list(dict.fromkeys([*unreadable, *failed()]))


def _fault_in(path: Path) -> str:
    """Return what keeps a newsroom's template from being read, with file and line, or ""."""
    name = path.relative_to(folder()).as_posix()
    try:
        source = path.read_text("utf-8")
        if is_for_pages(name):
            _environment().compile(source, name, str(path))
        else:
            engines["django"].from_string(source)
    except TemplateSyntaxError as error:
        return f"{path}, line {error.lineno}: {error.message}"
    except DjangoSyntaxError as error:
        token = getattr(error, "token", None)
        return f"{path}, line {token.lineno if token else '?'}: {error}"
    except (OSError, UnicodeDecodeError) as error:
        return f"{path}: {error}"
    return ""


def _place(error: Exception) -> traceback.FrameSummary | None:
    """Return the last line of a newsroom's own template on the way to an error."""
    own = f"{folder()}/"
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next((frame for frame in frames if frame.filename.startswith(own)), None)


def _environment() -> Environment:
    environment: Environment = engines["pages"].env  # type: ignore[attr-defined]  # of Django's Jinja engine
    return environment


@cache
def _originals(environment: Environment) -> Environment:
    """Return an environment that knows the templates of the package alone."""
    choices = environment.loader.loaders  # type: ignore[union-attr]
    return environment.overlay(loader=ChoiceLoader(choices[1:]))
