"""What the checks need from the machine: installed when we may, named when we may not."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A program, the Debian package that brings it, and where it may lie outside PATH."""

    name: str
    package: str
    folders: tuple[str, ...] = ()

    def find(self) -> str | None:
        """Return the program's path, or None when it is not installed."""
        found = (path for each in self.folders for path in Path("/").glob(f"{each}/{self.name}"))
        return shutil.which(self.name) or next(map(str, sorted(found, reverse=True)), None)


CHROMIUM = Program("chromium", "chromium")
POSTGRESQL = Program("initdb", "postgresql", ("usr/lib/postgresql/*/bin",))
NGINX = Program("nginx", "nginx-light", ("usr/sbin",))
OPENDKIM = Program("opendkim", "opendkim", ("usr/sbin",))
CADDY = Program("caddy", "caddy")
REDIS = Program("redis-server", "redis-server")
PROGRAMS = (CHROMIUM, POSTGRESQL, NGINX, OPENDKIM, CADDY, REDIS)


def prepare(programs: tuple[Program, ...] = PROGRAMS) -> list[Program]:
    """Install what is missing if this is Debian and we are root; return what stays missing.

    Says in one line what is installed or what a person has to install.
    """
    missing = [each for each in programs if not each.find()]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        packages = [each.package for each in missing]
        print(f"Installing {', '.join(packages)}", flush=True)
        _install(packages)
        missing = [each for each in programs if not each.find()]
    for each in missing:
        print(f"MISSING: {each.name}. Install the package {each.package}; its tests are skipped.")
    return missing


def _install(packages: list[str]) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "--quiet"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            return
