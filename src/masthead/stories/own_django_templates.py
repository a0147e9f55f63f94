"""The newsroom's own templates of accounts, mails and the desk: no broken one ends a page."""

from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest  # noqa: TID251 - Django's templates are given one
from django.template import Origin, TemplateDoesNotExist, TemplateSyntaxError
from django.template import Template as Compiled
from django.template.backends.django import DjangoTemplates, Template
from django.template.loaders import filesystem

from masthead.stories.own_templates import folder
from masthead.stories.template_faults import tell

LOADERS = [
    "masthead.stories.own_django_templates.OwnFilesLoader",
    "django.template.loaders.app_directories.Loader",
]


class OwnFilesLoader(filesystem.Loader):
    """Finds a newsroom's own templates; passes over one that cannot be read, and says so."""

    def get_contents(self, origin: Origin) -> str:
        try:
            text: str = super().get_contents(origin)
            Compiled(text, origin, str(origin.template_name), self.engine)
        except TemplateSyntaxError as error:
            token = getattr(error, "token", None)
            tell(origin.name, token.lineno if token else 0, str(error))
            raise TemplateDoesNotExist(origin) from error
        except (OSError, UnicodeDecodeError) as error:
            tell(origin.name, 0, str(error))
            raise TemplateDoesNotExist(origin) from error
        return text


class OwnTemplate(Template):
    """A template that gives way to the original when the newsroom's own fails."""

    backend: "OwnDjangoTemplates"

    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> str:
        try:
            return super().render(context, request)
        except DatabaseError:
            raise
        except Exception as error:
            path, line = _place(error)
            if not path.startswith(f"{folder()}/"):
                raise
            tell(path, line, f"{type(error).__name__}: {error}")
            original = self.backend.originals.get_template(str(self.template.name))
            return original.render(context, request)


class OwnDjangoTemplates(DjangoTemplates):
    """Django's templates, a newsroom's own before ours. ``originals`` knows ours alone."""

    def __init__(self, params: dict[str, Any]) -> None:
        # An error tells its template and line only to an engine that is set to debug; no page does.
        params = params | {"OPTIONS": params["OPTIONS"] | {"debug": True}}
        super().__init__(params)
        self.engine.loaders = [("django.template.loaders.cached.Loader", LOADERS)]
        self.originals = DjangoTemplates(params | {"DIRS": []})

    def get_template(self, template_name: str) -> OwnTemplate:
        found = super().get_template(template_name)
        return OwnTemplate(found.template, self)


def _place(error: Exception) -> tuple[str, int]:
    """Return the file and the line of the template in which an error arose, or ""."""
    said = getattr(error, "template_debug", None) or getattr(
        error.__cause__, "template_debug", None
    )
    return (said["name"], said["line"]) if said else ("", 0)
