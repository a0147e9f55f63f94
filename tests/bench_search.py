"""How long readers wait for a search in a large archive: ``python -m tests.bench_search``."""

import os
import random
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from tests import machine, postgres

STORIES = 50_000
AT_ONCE = 500
WORDS = 300
VOCABULARY = 20_000
ROUNDS = 7
BEGUN = datetime(2005, 1, 1, tzinfo=UTC)


def main() -> None:
    """Print the milliseconds of a search on each database, the archive being made first."""
    command = [sys.executable, "-m", "tests.bench_search", "one"]
    subprocess.run(command, check=True)
    if machine.prepare((machine.POSTGRESQL,)):
        return
    with postgres.server() as server:
        environment = os.environ | {"TEST_DATABASE_URL": server.address}
        subprocess.run(command, env=environment, check=True)


def one() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    import logging

    from django.db import connection

    from tests.database import build

    logging.disable(logging.WARNING)
    build()
    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    measure(connection.vendor)


def fill() -> None:
    """Write stories whose words are as unevenly used as people use words."""
    from django.db import transaction
    from wagtail.search.backends import get_search_backend
    from wagtail.search.models import IndexEntry

    from masthead.stories.models import Archive, Section, Story
    from tests.archive import write_pages

    archive = Archive.objects.get(locale__language_code="en")
    front = archive.get_parent()
    sections = [
        front.specific.add_child(instance=Section(title=f"Section {number}", locale=front.locale))
        for number in range(6)
    ]
    # Wagtail looks through the whole index after each piece; once is enough here.
    index = get_search_backend().get_index_for_model(Story)
    index._refresh_title_norms = lambda **_options: None
    dice = random.Random(1)
    names = [f"w{number:05d}" for number in range(VOCABULARY)]
    weights = [1 / (rank + 2) for rank in range(VOCABULARY)]
    for start in range(0, STORIES, AT_ONCE):
        pieces = [
            dice.choices(names, weights, k=WORDS)
            for _number in range(min(AT_ONCE, STORIES - start))
        ]
        stories = [
            story(archive, sections[number % 6], start + number, words)
            for number, words in enumerate(pieces)
        ]
        with transaction.atomic():
            write_pages(stories)
            index.add_items(Story, stories)
    Archive.objects.filter(pk=archive.pk).update(numchild=STORIES)
    assert IndexEntry.objects.count() >= STORIES


def story(archive, section, number, words):
    from wagtail.models import Site

    from masthead.stories.models import Story

    title = " ".join(words[:8])
    return Story(
        title=title,
        draft_title=title,
        slug=f"story-{number}",
        path=Story._get_path(archive.path, archive.depth + 1, number + 1),
        depth=archive.depth + 1,
        url_path=f"{archive.url_path}story-{number}/",
        locale=archive.locale,
        content_type_id=section.cached_content_type.pk,
        section=section,
        live=True,
        standfirst=" ".join(words[8:30]),
        body=[("text", f"<p>{' '.join(words[30:])}</p>")],
        published_at=BEGUN + timedelta(hours=3 * number),
        site=Site.objects.get(is_default_site=True),
        address=f"/story-{number}/",
    )


def measure(vendor: str) -> None:
    from datetime import date
    from zoneinfo import ZoneInfo

    from masthead.stories.models import FrontPage, Section
    from masthead.stories.search import Question, search

    front = FrontPage.objects.get(locale__language_code="en")
    section = Section.objects.first()
    questions = {
        "a rare word": Question("w15000"),
        "two words": Question("w00300 w00900"),
        "a word of every third story": Question("w00080"),
        "the commonest word": Question("w00000"),
        "the commonest, newest first": Question("w00000", newest_first=True),
        "in a section, a year": Question(
            "w00300", section=section, since=date(2015, 1, 1), until=date(2015, 12, 31)
        ),
        "no word, a section": Question(section=section),
    }
    for name, question in questions.items():
        took = []
        for _round in range(ROUNDS):
            started = time.perf_counter()
            found = search(question, front=front, zone=ZoneInfo("UTC"))
            took.append(1000 * (time.perf_counter() - started))
        print(
            f"search, {STORIES:,} stories, {vendor}: {name}: "
            f"{statistics.median(took):.0f} ms, at best {min(took):.0f} ms ({found.total} found)",
            flush=True,
        )


if __name__ == "__main__":
    one() if sys.argv[1:] == ["one"] else main()
