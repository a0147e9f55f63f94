"""What the doctor looks at in every installation."""

import os
import resource
import shutil
import stat
import sys
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import WARNING, run_checks
from django.db import connection
from wagtail.models import Site

from masthead.conf import readiness
from masthead.conf.installation import FILE_NAME, Installation
from masthead.lib.checkup import Finding, register
from masthead.lib.lock import is_held
from masthead.stories.own_templates import faults, own
from masthead.stories.template_changes import changed_underneath

GIGABYTE = 1024**3
LEAST_FREE = 0.05
LEAST_FILES = 1024


def _installation() -> Installation:
    installation: Installation = settings.INSTALLATION
    return installation


@register
def private_files() -> Iterator[Finding]:
    """Look at the files that hold secrets."""
    for path in (_installation().home / FILE_NAME, _installation().home / "masthead.sqlite3"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(f"others on this machine can read {path}", f"chmod 600 {path}")
        elif path.exists():
            yield Finding(f"{path} is private")


@register
def data_folder() -> Iterator[Finding]:
    """Look at the data folder."""
    home = _installation().home
    if os.access(home, os.W_OK) and not os.statvfs(home).f_flag & os.ST_RDONLY:
        yield Finding(f"{home} can be written")
    else:
        yield Finding(f"{home} cannot be written", "check its owner, permissions and mount")
    disk = shutil.disk_usage(home)
    free = f"{disk.free / GIGABYTE:.1f} GB free, {disk.free / disk.total:.0%} of its disk"
    if disk.free < GIGABYTE or disk.free / disk.total < LEAST_FREE:
        yield Finding(free, f"free some space on the disk of {home}", is_urgent=False)
    else:
        yield Finding(free)


@register
def database() -> Iterator[Finding]:
    """Look at the database."""
    missing = readiness.missing_migrations()
    if missing:
        what = f"the database lacks {len(missing)} migrations"
        yield Finding(what, "masthead upgrade")
    else:
        yield Finding("the database answers and has all migrations")
    yield from _sqlite() if connection.vendor == "sqlite" else ()


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("SELECT sqlite_version()")
        version = cursor.fetchone()[0]
    if mode == "wal":
        yield Finding(f"SQLite {version} keeps a write-ahead log")
    else:
        mend = "keep the data folder on a local disk: a network share cannot hold it"
        yield Finding(f"SQLite {version} keeps no write-ahead log ({mode})", mend)


@register
def cache_table() -> Iterator[Finding]:
    """Look at the shared cache."""
    table = settings.CACHES["default"].get("LOCATION", "")
    if "DatabaseCache" not in settings.CACHES["default"]["BACKEND"]:
        yield Finding("the shared cache is outside the database")
    elif table in connection.introspection.table_names():
        yield Finding("the shared cache has its table")
    else:
        yield Finding("the shared cache has no table", "masthead manage createcachetable")


@register
def static_files() -> Iterator[Finding]:
    """Look at the static files."""
    if readiness.static_files_are_current():
        yield Finding("the static files are those of this release")
    else:
        yield Finding("the static files are missing or old", "masthead serve collects them")


@register
def address() -> Iterator[Finding]:
    """Look at the address."""
    wanted = _installation().address
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        yield Finding("the database holds no newsroom", "masthead init, with an empty folder")
    elif (site.hostname, site.port) != (wanted.host, wanted.port):
        what = f"the site's record says {site.root_url}, the settings say {wanted}"
        yield Finding(what, "masthead serve sets the record right when it starts")
    else:
        yield Finding(f"readers find this newsroom at {wanted}")


@register
def own_templates() -> Iterator[Finding]:
    """Look at the newsroom's own templates."""
    found = faults()
    for fault in found:
        yield Finding(fault, "mend the template, then restart masthead serve")
    if not found:
        yield Finding(f"the newsroom has {len(own())} templates of its own; all can be read")
    for path, original in changed_underneath():
        mend = f"compare it with {original}, then save it once more"
        yield Finding(f"{path} stands for a template that has changed since", mend, is_urgent=False)


@register
def mail() -> Iterator[Finding]:
    """Look at the way out for mail."""
    if _installation().email_url:
        yield Finding("mail goes out by the server in email_url")
    else:
        yield Finding("mail stays in the desk's outbox (email_url is not set)")


@register
def worker() -> Iterator[Finding]:
    """Look for the worker."""
    if is_held(_installation().home / "work.lock"):
        yield Finding("the worker runs")
    else:
        yield Finding(
            "no worker runs: nothing is published on time, no mail goes out", "masthead serve"
        )


@register
def editor() -> Iterator[Finding]:
    """Look for somebody who can sign in."""
    users = get_user_model()._default_manager.filter(is_active=True, is_superuser=True)  # noqa: SLF001 - Django's own name for it
    able = [user for user in users if user.has_usable_password() or _installation().email_url]
    if able:
        yield Finding(f"{len(able)} of the users may do everything and can sign in")
    else:
        mend = "masthead manage createsuperuser"
        yield Finding("nobody who may do everything can sign in", mend)


@register
def system() -> Iterator[Finding]:
    """Run Django's and Wagtail's own checks."""
    is_secure = _installation().address.is_secure
    found = [
        each
        for each in run_checks(include_deployment_checks=is_secure)
        if each.level >= WARNING and not each.is_silenced()
    ]
    for each in found:
        yield Finding(f"{each.id}: {each.msg}", each.hint or "see Django's list of checks")
    if not found:
        yield Finding("Django and Wagtail find no fault")


@register
def machine() -> Iterator[Finding]:
    """Look at Python and the limits of its processes."""
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < LEAST_FILES:
        mend = f"ulimit -n {LEAST_FILES}, or LimitNOFILE= in the service file"
        yield Finding(f"a process may open {files} files only", mend)
    else:
        yield Finding(f"Python {sys.version.split()[0]}; a process may open {files} files")
    zone = ZoneInfo(_installation().time_zone)
    yield Finding(f"the time zone {zone.key} is known")
