"""A hundred thousand subscribers: ``python -m tests.bench_subscribers``.

How long it takes to import them, to sign up, to count a letter's readers, to open a reader's page.
"""

import os
import statistics
import subprocess
import sys
import time
from io import BytesIO

LINES = 100_000
ROUNDS = 5
BUDGET = 0.050
IMPORT_BUDGET = 30


def main() -> None:
    """Print how long each takes, in a process with a database of its own."""
    command = [sys.executable, "-m", "tests.bench_subscribers", "one"]
    subprocess.run(command, check=True)


def one() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    import logging

    from tests.database import build

    logging.disable(logging.WARNING)
    build()
    measure()


def measure() -> None:
    from masthead.newsletter.queries import audience
    from masthead.newsletter.subscribers.lines import SubscriberFile
    from masthead.newsletter.subscribers.takeover import Takeover
    from tests.factories.letters import LetterListFactory

    letter = LetterListFactory(name="The weekly")
    rows = (f"reader{n}@example.org,true,2024-01-15T10:00:00.000Z\n" for n in range(LINES))
    file = BytesIO(("email,subscribed_to_emails,created_at\n" + "".join(rows)).encode())
    began = time.monotonic()
    report = Takeover(letter, SubscriberFile(file), "The box").run()
    seconds = time.monotonic() - began
    assert report.counts["taken"] == LINES
    print(f"import of {LINES:,} lines: {seconds:.1f} s (at most {IMPORT_BUDGET})")
    tell("count of a letter's readers", lambda _n: audience(letter).count())
    tell("sign-up", lambda n: sign_up(letter, n))
    tell("My page", my_page)


def sign_up(letter, number: int) -> None:
    from masthead.readers.actions import Occasion, Wish, ask
    from masthead.stories.queries import main_site

    at = Occasion(main_site(), "en", "/", f"network {number}")
    wish = Wish("letter", str(letter.pk), "[x] The weekly")
    ask(email=f"new{number}@host{number}.example", wishes=[wish], occasion=at)


def my_page(number: int) -> None:
    from django.test import Client

    from masthead.readers import links
    from masthead.readers.models import Address

    address = Address.objects.get(email=f"reader{LINES // (number + 1) - 1}@example.org")
    answer = Client(HTTP_HOST="localhost:8000").get(links.my_page(address))
    assert answer.status_code == 200


def tell(what: str, job) -> None:
    """Print the median of some rounds; the first one, in which all is loaded, is left out."""
    job(ROUNDS)
    taken = []
    for number in range(ROUNDS):
        began = time.monotonic()
        job(number)
        taken.append(time.monotonic() - began)
    print(f"{what}: {statistics.median(taken) * 1000:.1f} ms (at most {BUDGET * 1000:.0f})")


if __name__ == "__main__":
    one() if "one" in sys.argv else main()
