"""Say whether mail goes out; hold all of it, or let it go on."""

import argparse

from masthead.cli import load_program, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "do", nargs="?", choices=("hold", "go-on"), help="without it: say how it is"
    )
    parser.add_argument(
        "--with-what-waited",
        action="store_true",
        help="on going on, send also what waited when the hold began",
    )


def run(options: argparse.Namespace) -> int:
    """Hold mail or let it go, if asked to, and say how it is then."""
    load_program()
    from masthead.mail import holds  # noqa: PLC0415 - needs the apps

    if options.do == "hold":
        holds.hold()
    elif options.do == "go-on":
        holds.let_go(with_what_waited=options.with_what_waited)
    _say_how_it_is()
    return 0


def _say_how_it_is() -> None:
    from masthead.mail.holds import waiting  # noqa: PLC0415 - as above
    from masthead.mail.queries import current_hold  # noqa: PLC0415 - as above

    held = current_hold()
    if held is None:
        say("Mail goes out.")
        return
    found = waiting(held)
    say(f"No mail has gone out since {held.since:%Y-%m-%d %H:%M} UTC: {held.why}")
    say(f"{found.before} waited before that, {found.since} written since.")
    say("masthead mail go-on lets mail go out again; what waited before stays in the outbox.")
