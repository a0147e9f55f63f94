"""Make the key that signs mail, and print what the DNS must say."""

import argparse

from django.conf import settings

from masthead.cli import CommandError, load_program, say

#: Characters of one text in a DNS record, at most (RFC 1035, section 3.3).
LONGEST_TEXT = 255


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--new", action="store_true", help="make a new key in place of the old one")


def run(options: argparse.Namespace) -> int:
    """Make a key unless there is one, and print the records for the DNS."""
    load_program()
    from masthead.mail import dkim  # noqa: PLC0415 - needs the apps

    try:
        if options.new or not dkim.keys():
            say(f"A new key: {dkim.make_key()}")
        made = dkim.Signer.read(dkim.keys()[-1], dkim.sending_domain())
        signing = dkim.signer_for(settings.DEFAULT_FROM_EMAIL)
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error
    _say_when(made.selector, signing.selector if signing else "")
    _print_record(made.name, made.record)
    report = f"; rua=mailto:{settings.EMAIL_RETURNS}" if settings.EMAIL_RETURNS else ""
    _print_record(f"_dmarc.{made.domain}", f"v=DMARC1; p=none{report}")
    say(f"And name your mail provider in the SPF record of {made.domain}, in the provider's words.")
    return 0


def _say_when(made: str, signing: str) -> None:
    if made == signing:
        say(f"Mail is signed with the key {made}.")
    else:
        say(f"The key {made} signs from tomorrow on, until then {signing} does.")
    say("Put these records into the DNS, then run masthead doctor:")


def _print_record(name: str, text: str) -> None:
    parts = [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)]
    quoted = " ".join(f'"{part}"' for part in parts)
    say(f"\n{name}. TXT {quoted}\n")
