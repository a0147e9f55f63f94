"""Take subscribers over from another system's file, or give all of them out as one."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from masthead.cli import CommandError, load_program, say

if TYPE_CHECKING:
    from masthead.newsletter.models import LetterList
    from masthead.newsletter.subscribers.sources import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, dest="verb", metavar="import|export")
    taking = verbs.add_parser("import", help="take over a file")
    taking.add_argument("file", type=Path)
    taking.add_argument("--letter", required=True, help="its name, as readers see it")
    taking.add_argument(
        "--consent", required=True, help="how these readers gave their consent: kept with each"
    )
    taking.add_argument(
        "--from", dest="source", default="", help="which system: mailchimp, ghost …"
    )
    taking.add_argument("--dry-run", action="store_true", help="only say what would become of it")
    taking.add_argument("--report", type=Path, help="write what became of each line here, as CSV")
    giving = verbs.add_parser("export", help="give everybody out")
    giving.add_argument("file", type=Path)


def run(options: argparse.Namespace) -> int:
    """Import or export; nothing is written when the file cannot be read."""
    load_program()
    try:
        return _export(options.file) if options.verb == "export" else _import(options)
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error


def _export(path: Path) -> int:
    from masthead.newsletter.subscribers.export import exported  # noqa: PLC0415 - needs the apps

    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(exported())
    path.chmod(0o600)
    say(f"{path} holds all subscribers")
    return 0


def _import(options: argparse.Namespace) -> int:
    from masthead.newsletter.subscribers import takeover, work  # noqa: PLC0415 - needs the apps
    from masthead.newsletter.subscribers.lines import SubscriberFile  # noqa: PLC0415 - as above

    letter = _letter(options.letter)
    with options.file.open("rb") as raw:
        file = SubscriberFile(raw, _source(options.source))
        total = sum(1 for _line in file.lines())
        say(f"{total} lines from {file.source.label}")
        with tqdm(
            desc="Looking" if options.dry_run else "Importing", total=total, disable=None
        ) as bar:
            report = takeover.Takeover(letter, file, options.consent, is_dry=options.dry_run).run(
                lambda done: bar.update(done - bar.n)
            )
    for fate, text in takeover.FATES.items():
        if report.counts[fate]:
            say(f"{report.counts[fate]:>9} {text}")
    if options.report:
        options.report.write_text("".join(work.report_lines(report)), encoding="utf-8", newline="")
    if options.dry_run:
        say("Nothing was written.")
    return 0


def _letter(name: str) -> "LetterList":
    from masthead.newsletter.models import LetterList  # noqa: PLC0415 - as above

    found = list(LetterList.objects.filter(name=name)[:2])
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{each}”" for each in LetterList.objects.all())
    what = "several letters have that name" if found else "there is no letter of that name"
    msg = f"{what}; there are {names}"
    raise CommandError(msg)


def _source(name: str) -> "Source | None":
    from masthead.newsletter.subscribers.sources import SOURCES  # noqa: PLC0415 - as above

    if name and name not in SOURCES:
        msg = f"{name} is none of {', '.join(SOURCES)}"
        raise CommandError(msg)
    return SOURCES.get(name)
