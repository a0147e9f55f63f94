"""Every check, in the order in which a mistake is found soonest: ``python -m tests.run``."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests import machine, postgres

PYTEST = [sys.executable, "-m", "pytest", "--quiet"]
PARALLEL = ["-n2", "--dist=worksteal"]
#: Tests that start whole newsrooms; the rest run on each database.
WHOLE = ("tests/browser", "tests/cli", "tests/demo")
QUICK = [*PARALLEL, *(f"--ignore={folder}" for folder in WHOLE)]
TEMPLATES = sorted(map(str, Path("src").glob("masthead/*/templates/**/*.html")))
CHECKS: dict[str, list[str]] = {
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "spelling": ["codespell"],
    "templates": ["djade", "--check", "--target-version", "5.2", *TEMPLATES],
    "import layers": ["lint-imports", "--no-logo"],
    "migrations": [
        *(sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"),
        "--settings=tests.settings",
    ],
    "types": ["mypy"],
    "tests on SQLite": [*PYTEST, *QUICK],
    "init, serve, work, doctor, the wheel": [*PYTEST, *PARALLEL, "tests/cli"],
    "the demo and the README": [*PYTEST, "tests/demo"],
}


def main() -> int:
    missing = machine.prepare()
    if missing and os.environ.get("CI") == "true":
        print("Under CI nothing may be missing.")
        return 1
    with ExitStack() as servers:
        checks = dict(CHECKS)
        if machine.POSTGRESQL not in missing:
            server = servers.enter_context(postgres.server())
            tests = ["env", f"TEST_DATABASE_URL={server.address}", *PYTEST, *QUICK]
            checks["tests on PostgreSQL"] = tests
        if machine.CHROMIUM not in missing:
            checks["tests in a browser"] = [*PYTEST, *PARALLEL, "tests/browser"]
        failed = list(run(checks))
    print("FAILED: " + ", ".join(failed) if failed else "Every check passed.")
    return 1 if failed else 0


def run(checks: dict[str, list[str]]) -> Iterator[str]:
    """Run each check, say how long it took, and yield the names of those that failed."""
    scripts = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"PYTHONPATH": str(Path.cwd())}
    for number, (name, command) in enumerate(checks.items(), 1):
        print(f"[{number}/{len(checks)}] {name}", flush=True)
        started = time.monotonic()
        done = subprocess.run(command, env=environment, check=False)
        print(f"      {time.monotonic() - started:.0f} s", flush=True)
        if done.returncode:
            yield name


if __name__ == "__main__":
    sys.exit(main())
