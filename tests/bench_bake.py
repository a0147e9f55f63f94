"""What baking costs in an archive of 10,000 stories: ``python -m tests.bench_bake``."""

import itertools
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from tests import machine
from tests.bench_edge import Tree
from tests.postgres import free_port

HEY = machine.Program("hey", "hey")
STORIES = 10_000
AT_ONCE = 500
EDITS = 40
RENDERS = 160
#: Seconds between two edits, and for which readers ask.
BETWEEN, READING = 2, 10


def main() -> int:
    """Make the archive, bake it, serve it, edit it; print what that took."""
    if machine.prepare((HEY,)):
        return 1
    with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
        home, port = Path(folder) / "archive", free_port()
        environment = os.environ | {"MASTHEAD_HOME": str(home), "PORT": str(port)}

        def do(*command):
            command = [sys.executable, "-m", *command]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
            return done.stdout.decode().strip()

        do("tests.bench_bake", "make")
        do("tests.bench_bake", "multiply")
        print(f"whole archive: {do('masthead', 'bake')}", flush=True)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"memory of its largest process: {memory:.0f} MB")
        print(do("tests.bench_bake", "one"), flush=True)
        print(do("tests.bench_bake", "lists"), flush=True)
        with served(environment, port) as processes:
            print(do("tests.bench_bake", "visible", str(port)))
            print(f"idle process tree with {STORIES:,} stories: {processes.memory():.0f} MB")
    return 0


def make() -> None:
    """Make the demo newsroom."""
    from demo import __main__ as demo

    from masthead.lib.address import SiteAddress

    address = SiteAddress.parse(f"http://localhost:{os.environ['PORT']}")
    demo.make(Path(os.environ["MASTHEAD_HOME"]), address)


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.conf.settings"
    import django

    django.setup()
    import logging

    logging.disable(logging.WARNING)


@contextmanager
def served(environment, port):
    command = [sys.executable, "-m", "masthead", "serve", f"--port={port}"]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: asked(port, "/readyz")[0] == 200)
        yield Tree(server.pid)
    finally:
        server.terminate()
        server.wait()


def asked(port, path):
    connection = HTTPConnection("localhost", port, timeout=30)
    try:
        connection.request("GET", quote(path))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def wait_until(holds, seconds=600):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            sys.exit("it takes too long")
        time.sleep(0.01)


def is_calm() -> bool:
    from masthead.bake.models import Change, Node

    waiting = Node.objects.filter(changes__gt=0).exists()
    return not waiting and not Change.objects.filter(turn=0).exists()


def multiply(stories: int = STORIES) -> None:
    """Copy the demo's stories until there are so many, each with its bylines and topics."""
    from masthead.media.actions import make_missing_renditions
    from masthead.stories.models import Archive, Story

    while make_missing_renditions():
        pass
    every = Story.objects.live().count()
    for archive in Archive.objects.all():
        originals = list(Story.objects.child_of(archive).live().order_by("path"))
        count = stories * len(originals) // every - len(originals)
        numbers = iter(range(archive.numchild + 1, archive.numchild + 1 + count))
        while batch := list(itertools.islice(numbers, AT_ONCE)):
            copy(archive, [(originals[number % len(originals)], number) for number in batch])
        Archive.objects.filter(pk=archive.pk).update(numchild=archive.numchild + count)


def copy(archive, chosen) -> None:
    from django.db import transaction

    from masthead.stories.models import Byline, RelatedStory, Story
    from tests.archive import write_pages

    copies = [copy_of(archive, original, number) for original, number in chosen]
    bylines, topics = [], []
    related = []
    with transaction.atomic():
        write_pages(copies)
        for place, (each, (original, _number)) in enumerate(zip(copies, chosen, strict=True)):
            topics += [
                Story.topics.through(story_id=each.pk, topic_id=topic)
                for topic in original.topics.values_list("pk", flat=True)
            ]
            bylines += [
                Byline(
                    story_id=each.pk,
                    person_id=byline.person_id,
                    organisation=byline.organisation,
                    sort_order=byline.sort_order,
                )
                for byline in original.bylines.all()
            ]
            related += [
                RelatedStory(story_id=each.pk, other_id=other.pk, position=position)
                for position, other in enumerate(copies[max(0, place - 3) : place])
            ]
        Story.topics.through.objects.bulk_create(topics)
        Byline.objects.bulk_create(bylines)
        RelatedStory.objects.bulk_create(related)


def copy_of(archive, original, number):
    from masthead.stories.models import Story

    own = {"id", "page_ptr_id", "public_id", "latest_revision_id"}
    values = {
        field.attname: getattr(original, field.attname)
        for field in Story._meta.concrete_fields
        if field.attname not in own
    }
    published_at = original.published_at - timedelta(hours=3 * number)
    slug, title = f"{original.slug}-{number}", f"{original.title} ({number})"
    return Story(
        **values
        | {
            "title": title,
            "draft_title": title,
            "slug": slug,
            "address_slug": slug,
            "fresh_until": None,
            "path": Story._get_path(archive.path, archive.depth + 1, number),
            "url_path": f"{archive.url_path}{slug}/",
            "translation_key": uuid4(),
            "live_revision_id": None,
            "published_at": published_at,
            "first_published_at": published_at,
            "last_published_at": published_at,
            # As its pattern gives it, so that an edit does not move it.
            "address": re.sub(r"\d{4}/\d\d/.*", f"{published_at:%Y/%m}/{slug}/", original.address),
        }
    )


def one() -> None:
    """Print what one story costs when nothing of it changed, its files compared."""
    from masthead.bake.models import Node
    from masthead.bake.work import new_baker

    baker = new_baker()
    baker.is_patient = False
    baker.run_until_idle()
    rows = Node.objects.filter(name__contains="/20").exclude(place="").order_by("rank")
    keys = list(rows.values_list("pk", flat=True)[500 : 500 + RENDERS])
    Node.objects.filter(pk__in=keys[:16]).update(changes=1)
    baker.run_until_idle()
    Node.objects.filter(pk__in=keys).update(changes=1)
    before, baker.seconds = time.process_time(), 0
    rendering, plain = 0.0, baker._render

    def timed(node):
        nonlocal rendering
        started = time.process_time()
        try:
            return plain(node)
        finally:
            rendering += time.process_time() - started

    baker._render = timed
    baker.run_until_idle()
    spent = time.process_time() - before
    print(
        f"one story: {1000 * rendering / RENDERS:.1f} ms of CPU to render, "
        f"{1000 * spent / RENDERS:.1f} ms with looking for it and comparing its files"
    )


def lists() -> None:
    """Print which pages each kind of edit bakes."""
    from masthead.bake.work import new_baker
    from masthead.stories.models import FrontPage, Person, Section, Story

    baker = new_baker()
    baker.is_patient = False
    swapped = []
    plain = baker._swap

    def noted(each):
        found = plain(each)
        swapped.extend(found)
        return found

    baker._swap = noted
    front = FrontPage.objects.order_by("path").first()
    story = Story.objects.descendant_of(front).live().order_by("-published_at")[20]
    old = Story.objects.descendant_of(front).live().order_by("published_at")[STORIES // 4]
    other = Section.objects.descendant_of(front).exclude(pk=old.section_id).first()
    person = Person.objects.descendant_of(front).live().order_by("path").first()

    def publish(page, **changes):
        for name, value in changes.items():
            setattr(page, name, value)
        page.save_revision().publish()

    edits = {
        "headline of a new story": lambda: publish(story, title="A better headline"),
        "headline of an old story": lambda: publish(old, title="A better headline of old"),
        "old story to another section": lambda: publish(old, section=other),
        "old story unpublished": old.unpublish,
        "person renamed": lambda: publish(person, title="Another Name"),
        "section renamed": lambda: publish(other, title="Another section"),
        "front page's tagline": lambda: publish(front, tagline="Another tagline"),
    }
    for name, edit in edits.items():
        swapped.clear()
        renders = baker.renders
        edit()
        started = time.monotonic()
        baker.run_until_idle()
        took = time.monotonic() - started
        changed = sorted({place.partition("/")[2] for place in swapped})
        print(
            f"{name}: {len(changed)} pages changed, {baker.renders - renders} rendered "
            f"({(baker.renders - renders) / max(1, len(changed)):.2f} each), {took:.1f} s"
        )
        shown = changed if len(changed) <= 40 else [*changed[:8], "..."]
        print("   " + "  ".join(f"/{path}" for path in shown))


def visible() -> None:
    """Print how long after a publication its page shows it, and what readers feel meanwhile."""
    from masthead.stories.models import Story

    port = int(sys.argv[2])
    wait_until(is_calm, 1800)
    keys = list(Story.objects.live().order_by("-published_at").values_list("pk", flat=True)[:2000])
    dice = random.Random(1)
    calm = latency(port)
    took = []
    reading = threading.Thread(target=lambda: busy.append(latency(port)))
    busy: list[str] = []
    reading.start()
    for number in range(EDITS):
        story = Story.objects.get(pk=dice.choice(keys))
        story.title = f"Headline {number} {uuid4()}"
        story.save_revision().publish()
        started = time.monotonic()
        wait_until(lambda: story.title.encode() in asked(port, story.address)[1], 60)  # noqa: B023
        took.append(1000 * (time.monotonic() - started))
        time.sleep(BETWEEN)
    reading.join()
    took.sort()
    print(
        f"published to visible, {EDITS} edits among {STORIES:,} stories: median "
        f"{statistics.median(took):.0f} ms, p95 {took[int(0.95 * EDITS)]:.0f} ms, "
        f"at most {took[-1]:.0f} ms"
    )
    print(f"reads while all is calm: {calm}")
    print(f"reads while an editor publishes and the baker bakes: {busy[0]}")


def latency(port: int) -> str:
    """Return how long reads take, asked for at a steady rate of 200 a second."""
    pace = ["-c", "20", "-q", "10", "-z", f"{READING}s"]
    command = [str(HEY.find()), *pace, f"http://localhost:{port}/"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    p50, p99 = (
        1000 * float(re.search(rf"{share}%+ in ([\d.]+) secs", said)[1]) for share in (50, 99)
    )
    return f"median {p50:.1f} ms, p99 {p99:.1f} ms"


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(main())
    elif sys.argv[1] == "make":
        make()
    else:
        set_up()
        {"multiply": multiply, "one": one, "lists": lists, "visible": visible}[sys.argv[1]]()
