"""Search over all public stories, in the index that Wagtail keeps of them.

Wagtail's own query is not used: on SQLite it asks the index again for each story that matches (at
50,000 stories a word that stands in 1,500 took 5.5 s), on both databases some words break it, and
it cannot filter by a person. ``tests.bench`` measures this one.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Prefetch
from markupsafe import Markup
from wagtail.models import PageQuerySet
from wagtail.search.models import IndexEntry

from masthead.lib.words import folded, holds, marked, passage, words
from masthead.stories.models import Byline, FrontPage, Person, Section, Story
from masthead.stories.queries import public

PAGE_SIZE = 20
MOST_WORDS = 12
#: Nobody looks at more; what matches beyond that is the oldest.
MOST_FOUND = 500
#: Of a word that stands in more stories, the newest so many are ranked, unless a filter is set.
MOST_RANKED = 1000
#: A word of this length also finds longer ones that begin with it.
BEGINNING = 3
#: How much more a word says that stands in the headline.
TITLE = 8
INDEX = "wagtailsearch_indexentry"


@dataclass(frozen=True)
class Question:
    """What somebody looks for. Days are the newsroom's; a filter of None holds back nothing."""

    text: str = ""
    section: Section | None = None
    person: Person | None = None
    since: date | None = None
    until: date | None = None
    in_all_languages: bool = False
    newest_first: bool = False
    page: int = 1

    @property
    def words(self) -> list[str]:
        return list(dict.fromkeys(words(self.text)))[:MOST_WORDS]

    @property
    def asks_something(self) -> bool:
        return bool(self.words or self.is_filtered)

    @property
    def is_filtered(self) -> bool:
        return any((self.section, self.person, self.since, self.until))


@dataclass(frozen=True)
class Hit:
    """A story that was found, with the words in it marked that were looked for."""

    story: Story
    title: Markup
    passage: Markup


@dataclass(frozen=True)
class Results:
    """One page of what was found."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)

    @property
    def is_cut(self) -> bool:
        return self.total == MOST_FOUND


def search(question: Question, *, front: FrontPage, zone: ZoneInfo) -> Results:
    """Return the stories that hold all words of a question; without a word, all, newest first."""
    if not question.asks_something or (question.text.strip() and not question.words):
        return Results()
    found = _ranked(question, _filtered(question, front, zone))
    start = (question.page - 1) * PAGE_SIZE
    keys = found[start : start + PAGE_SIZE]
    stories, texts = _stories(keys), _texts(keys)
    wanted = [folded(word) for word in question.words]
    hits = [_hit(stories[key], texts.get(key, ""), wanted) for key in keys if key in stories]
    return Results(hits, len(found), question.page)


def _filtered(question: Question, front: FrontPage, zone: ZoneInfo) -> "PageQuerySet[Story]":
    stories = public()
    if not question.in_all_languages:
        stories = stories.descendant_of(front)
    if question.section:
        # By their numbers: a join would let the database look at each story's section.
        same = Section.objects.filter(translation_key=question.section.translation_key)
        stories = stories.filter(section__in=list(same.values_list("pk", flat=True)))
    if question.person:
        person = Person.objects.filter(translation_key=question.person.translation_key)
        stories = stories.filter(pk__in=Story.objects.filter(bylines__person__in=person))
    if question.since:
        stories = stories.filter(published_at__gte=_midnight(question.since, zone))
    if question.until and question.until < date.max:
        after = _midnight(question.until + timedelta(days=1), zone)
        stories = stories.filter(published_at__lt=after)
    return stories


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _ranked(question: Question, stories: "PageQuerySet[Story]") -> list[int]:
    """Return the numbers of what matches, the best first, or the newest."""
    if not question.words:
        return list(
            stories.order_by("-published_at", "-pk").values_list("pk", flat=True)[:MOST_FOUND]
        )
    sql, values = _ranking(question, stories)
    order = "published_at DESC" if question.newest_first else "score, published_at DESC"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {order}, pk DESC LIMIT {MOST_FOUND}", values)
        return [row[0] for row in cursor.fetchall()]


def _ranking(question: Question, stories: "PageQuerySet[Story]") -> tuple[str, tuple[Any, ...]]:
    """Return SQL that joins the entries that match with the stories that may be found."""
    on_postgresql = connection.vendor == "postgresql"
    matching = _postgresql if on_postgresql else _sqlite
    entries, asked = matching(question.words)
    cut = "" if question.is_filtered else f"ORDER BY entry_id DESC LIMIT {MOST_RANKED}"
    seen, parameters = stories.order_by().values("pk", "published_at").query.sql_with_params()
    number = "entry.object_id::bigint" if on_postgresql else "CAST(entry.object_id AS INTEGER)"
    # Said in both directions: few stories find their entries, or few entries their stories.
    back = "AND entry.object_id = seen.pk::text" if on_postgresql else ""
    sql = f"""
        SELECT seen.pk AS pk, seen.published_at AS published_at, matching.score AS score
        FROM ({entries} {cut}) matching
        JOIN {INDEX} entry ON entry.id = matching.entry_id AND entry.content_type_id = %s
        JOIN ({seen}) seen ON seen.pk = {number} {back}"""  # noqa: S608 - ours and Django's
    return sql, (*asked, ContentType.objects.get_for_model(Story).pk, *parameters)


def _sqlite(wanted: list[str]) -> tuple[str, tuple[Any, ...]]:
    terms = " ".join(f'"{word}"{"*" if len(word) >= BEGINNING else ""}' for word in wanted)
    sql = f"""
        SELECT rowid AS entry_id, bm25({INDEX}_fts, 0, 1, {TITLE}) AS score
        FROM {INDEX}_fts WHERE {INDEX}_fts MATCH %s"""  # noqa: S608 - ours
    return sql, (f"{{title body}} : ({terms})",)


def _postgresql(wanted: list[str]) -> tuple[str, tuple[Any, ...]]:
    terms = [f"'{word}'{':*' if len(word) >= BEGINNING else ''}" for word in wanted]
    each = " AND ".join(["(title @@ to_tsquery(%s) OR body @@ to_tsquery(%s))"] * len(terms))
    sql = f"""
        SELECT id AS entry_id,
            -{TITLE} * ts_rank(title, asked) - ts_rank(body, asked) AS score
        FROM {INDEX} CROSS JOIN to_tsquery(%s) asked WHERE {each}"""  # noqa: S608 - ours
    return sql, (" | ".join(terms), *(term for term in terms for _column in range(2)))


def _stories(keys: list[int]) -> dict[int, Story]:
    """Return the stories with what a hit tells of them: no picture."""
    told = public().select_related("section", "lead_clip", "locale").defer("body")
    names = Prefetch("bylines", Byline.objects.select_related("person"))
    return dict(told.prefetch_related(names).in_bulk(keys))


def _texts(keys: list[int]) -> dict[int, str]:
    """Return the texts of stories as the index holds them, without any mark of their form."""
    column = "body_text" if connection.vendor == "postgresql" else "body"
    entries = IndexEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Story), object_id__in=map(str, keys)
    )
    rows = entries.values_list("object_id", column)
    return {int(key): " ".join(text.split()) for key, text in rows}


def _hit(story: Story, text: str, wanted: list[str]) -> Hit:
    # The index holds them one after the other; the kicker stands over the headline anyway.
    text = text.removeprefix(story.kicker).strip()
    texts = [story.standfirst, text]
    best = next((each for each in texts if holds(each, wanted)), story.standfirst or text)
    return Hit(story, marked(story.title, wanted), marked(passage(best, wanted), wanted))
