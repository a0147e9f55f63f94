"""Whether an installation can serve, and the little that a start puts right by itself."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.template import engines
from django.urls import get_resolver
from django.utils import translation
from wagtail.models import Site

from masthead.bake.work import all_is_baked
from masthead.stories.render import render


def missing_database_file() -> Path | None:
    """Return where SQLite's file should be but is not: connecting would make an empty one."""
    if connection.vendor != "sqlite":
        return None
    path = Path(connection.settings_dict["NAME"])
    return None if path.exists() else path


def missing_migrations() -> list[str]:
    """Return the migrations that the database has not had.

    Raises django.db.Error when it does not answer.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


def unknown_migrations() -> list[str]:
    """Return the migrations that the database has had and this program does not know."""
    loader = MigrationExecutor(connection).loader
    known = loader.disk_migrations.keys() | loader.replacements.keys()
    installed = {app for app, _name in known}
    applied = loader.applied_migrations.keys() - known
    return sorted(f"{app}.{name}" for app, name in applied if app in installed)


def static_files_are_current() -> bool:
    """Return whether the collected static files are those of the installed releases."""
    try:
        return _stamp_path().read_text("ascii") == _stamp() and _manifest().exists()
    except FileNotFoundError:
        return False


def collect_static_files() -> None:
    """Collect the static files of all apps. Raises OSError when they cannot be written.

    All are copied: a file's date tells when a package was built, not whether it is newer. Those of
    an older program stay for the pages that name them, until ``forget_old_static_files``.
    """
    _stamp_path().unlink(missing_ok=True)
    for name in _names():
        Path(settings.STATIC_ROOT, name).unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    _stamp_path().write_text(_stamp(), "ascii")


def forget_old_static_files() -> bool:
    """Remove the static files of older programs once no baked page can name them."""
    if not static_files_are_current() or not all_is_baked():
        return False
    root = Path(settings.STATIC_ROOT)
    hashed: dict[str, str] = staticfiles_storage.hashed_files  # type: ignore[attr-defined]  # ours has a manifest
    named = {path for each in hashed.items() for path in each}
    kept = {root / name for name in named} | {_manifest()}
    for path in root.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
    return False


def warm_up() -> None:
    """Load what every process needs, so that the processes share one copy of it."""
    assert get_resolver().url_patterns
    pages = engines["pages"]
    for name in pages.env.list_templates(extensions=["html"]):  # type: ignore[attr-defined]  # Jinja's engine
        pages.get_template(name)
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        with translation.override(code):
            translation.gettext("")
    # What the first page makes in passing: patterns of addresses, how each table is read.
    for site in Site.objects.all():
        render(site.root_page.specific)


def _stamp_path() -> Path:
    return Path(settings.STATIC_ROOT).with_suffix(".stamp")


def _manifest() -> Path:
    return Path(settings.STATIC_ROOT) / "staticfiles.json"


def _stamp() -> str:
    return hashlib.sha256("\n".join(sorted(_sources())).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for name, path in _names().items():
        state = path.stat()
        yield f"{name} {state.st_size} {state.st_mtime_ns}"


def _names() -> dict[str, Path]:
    """Return where the static file of each name stands in the installed packages."""
    found = [each for finder in get_finders() for each in finder.list(None)]
    return {name: Path(storage.path(name)) for name, storage in reversed(found)}
