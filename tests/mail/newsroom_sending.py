"""Starts a letter in a newsroom of its own: ``newsroom_sending COUNT KEY``."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.conf.settings")


def main(count, key):
    import django

    django.setup()
    from tests.mail.letters import start

    start(int(count), key=key)


if __name__ == "__main__":
    main(*sys.argv[1:])
