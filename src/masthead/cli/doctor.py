"""Check the installation, and say of each fault how to mend it."""

import argparse
import logging
from collections.abc import Iterable

from masthead.cli import load_program, say
from masthead.lib.checkup import Check, Finding, registered
from masthead.lib.outage import outage_behind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Print one line for each finding; return 1 when one of them is a fault."""
    load_program()
    logging.disable(logging.WARNING)
    from masthead.conf import checkup  # noqa: F401, PLC0415 - registers its checks; needs the apps
    from masthead.conf.readiness import missing_database_file  # noqa: PLC0415 - as above

    # To ask a database that is not there would make an empty one.
    if path := missing_database_file():
        say(_line(Finding(f"{path} is missing", "bring it back from a backup")))
        return 1
    findings = [finding for check in registered() for finding in _findings(check)]
    for finding in findings:
        say(_line(finding))
    return int(any(finding.mend and finding.is_urgent for finding in findings))


def _findings(check: Check) -> Iterable[Finding]:
    try:
        return list(check())
    except Exception as error:  # noqa: BLE001 - a check that fails is itself a finding
        what = f"the check “{check.__name__}” cannot be made"
        outage = outage_behind(error)
        return [Finding(what, str(outage or repr(error)))]


def _line(finding: Finding) -> str:
    if not finding.mend:
        return f"ok     {finding.what}"
    return f"{'fault ' if finding.is_urgent else 'soon  '} {finding.what} → {finding.mend}"
