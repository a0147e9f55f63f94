"""How fast letters leave: ``python -m tests.bench_letters``.

Against smtp-source, a C program that sends one constant message, into the same smtp-sink in the
same run. Ours are all different, signed, and each one's state is kept in the database.
"""

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager

from tests import machine
from tests.postgres import free_port

SOURCE = machine.Program("smtp-source", "postfix", ("usr/sbin",))
SINK = machine.Program("smtp-sink", "postfix", ("usr/sbin",))
MESSAGES = 20_000
IN_LINE = 4_000
#: Bytes of a message; smtp-source's has as many.
SIZE = 30 * 1024
#: As many for both: with few of them the sink waits while a process has its turn.
CONNECTIONS = 32
ROUNDS = 5


def main() -> None:
    """Print messages a second, and the ratio to smtp-source."""
    if machine.prepare((SOURCE, SINK)):
        return
    command = [sys.executable, "-m", "tests.bench_letters", "one"]
    subprocess.run(command, check=True)


def one() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    import logging

    from django.conf import settings

    from masthead.mail.dkim import make_key
    from tests.database import build

    logging.disable(logging.WARNING)
    build()
    settings.DEFAULT_FROM_EMAIL = "The Lamp <letters@lamp.example>"
    settings.EMAIL_RETURNS = "returns@lamp.example"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PER_PROVIDER, settings.EMAIL_PER_CONNECTION = 0, 10_000
    settings.EMAIL_CONNECTIONS = CONNECTIONS + 1
    make_key()
    gc.freeze()  # as the program does before it forks
    compare()
    with smtp_sink() as settings.EMAIL_PORT:
        print(f"signed in line: {sent(IN_LINE, 'in line', is_ahead=False):,.0f}/s")


def compare() -> None:
    from django.conf import settings

    ours, theirs = [], []
    for number in range(ROUNDS):
        # One right after the other: what else the machine does slows both.
        with smtp_sink() as port:
            theirs.append(smtp_source(port))
        with smtp_sink() as settings.EMAIL_PORT:
            ours.append(sent(MESSAGES, f"ahead {number}", is_ahead=True))
    here, there = statistics.median(ours), statistics.median(theirs)
    ratio = statistics.median(us / them for us, them in zip(ours, theirs, strict=True))
    print(f"signed ahead: {here:,.0f}/s; smtp-source, one constant message: {there:,.0f}/s")
    print(f"ratio: {ratio:.2f} (into smtp-sink; median of {ROUNDS} pairs of rounds)")


def sent(count: int, key: str, *, is_ahead: bool) -> float:
    """Send a letter to so many, with two processes; return how many a second."""
    from datetime import timedelta

    from django.utils import timezone

    from masthead.mail.models import Campaign, Delivery
    from masthead.mail.work import send_letters, sign_letters
    from tests.mail.letters import recipients, start

    later = timezone.now() + timedelta(hours=1)
    started = time.monotonic()
    campaign = start(recipients(count), key=key, template=template(), send_at=later)
    frozen = time.monotonic() - started
    if is_ahead:
        seconds = in_two_processes(sign_letters)
        print(f"frozen: {count / frozen:,.0f}/s; signed ahead: {count / seconds:,.0f}/s, ", end="")
        print(f"100,000 in {seconds * 100_000 / count:.0f} s, {peak():.0f} MB at most")
    Campaign.objects.filter(pk=campaign.pk).update(send_at=timezone.now())
    before = processor_seconds()
    seconds = in_two_processes(send_letters)
    used = (processor_seconds() - before) / count * 1e6
    print(f"{count / seconds:,.0f}/s, {used:.0f} microseconds of processor a letter")
    done = Delivery.objects.filter(campaign=campaign, state="sent").count()
    if done != count:
        sys.exit(f"{count - done} of {count} were not sent")
    return count / seconds


def in_two_processes(job) -> float:
    """Run a job to its end in two processes; return the seconds."""
    from django.db import connections

    connections.close_all()
    started = time.monotonic()
    children = [fork(job, number) for number in range(2)]
    for child in children:
        if os.waitpid(child, 0)[1]:
            sys.exit("a process failed")
    return time.monotonic() - started


def fork(job, number: int) -> int:
    child = os.fork()
    if child == 0:
        while job(number):
            pass
        os._exit(0)
    return child


def processor_seconds() -> float:
    """Return what all children that have ended used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Return the most megabytes that a child has used."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def template():
    from dataclasses import replace

    from tests.mail.letters import TEMPLATE

    story = "<p>The harbour costs more than was said, and nobody can say who pays.</p>\n"
    return replace(TEMPLATE, html=TEMPLATE.html + story * ((SIZE - 2500) // len(story)))


def smtp_source(port: int) -> float:
    """Send as many constant messages of the same size; return how many a second."""
    command = [SOURCE.find(), "-d", "-s", str(CONNECTIONS), "-m", str(MESSAGES), "-l", str(SIZE)]
    started = time.monotonic()
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True)
    return MESSAGES / (time.monotonic() - started)


@contextmanager
def smtp_sink():
    port = free_port()
    options = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [SINK.find(), *options, f"127.0.0.1:{port}", "1000"]
    process = subprocess.Popen(command)
    try:
        time.sleep(0.5)
        yield port
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one()
    else:
        main()
