"""Makes stories with many comments in a newsroom: ``newsroom_discussed SIZE...`` prints them.

Each line tells a story's public id and address; its readers see comments at once.
"""

import json
import os
import sys
from itertools import islice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.conf.settings")

#: A thread: its first comment and its answers.
THREAD = 5
THREADS_ON_PAGE = 10
WORDS = (
    "The harbour council has known about the pumps for years, and every winter it promises to "
    "look at them in spring. I have worked there, and nobody has asked us once."
)


def main(*sizes):
    import django

    django.setup()
    from masthead.bake import triggers
    from tests.factories.discussion import open_to_all
    from tests.factories.stories import StoryFactory

    triggers.drop()
    for size in map(int, sizes):
        story = open_to_all(StoryFactory(title=f"A story with {size} comments"))
        fill(story, size)
        print(json.dumps([story.public_id, story.address]), flush=True)
    triggers.install()
    triggers.note_everything()


def fill(story, size):
    """Let readers see so many comments under a story, as if each had been posted."""
    from masthead.discussion.models import Comment, Commenter, Tally, ThreadPage
    from masthead.discussion.models.comment import place_of

    guest = Commenter.objects.create(name="Ana")
    threads = -(-size // THREAD)
    count = -(-threads // THREADS_ON_PAGE)
    pages = ThreadPage.objects.bulk_create(
        ThreadPage(story=story, number=number, place=place_of(story.pk, number))
        for number in range(1, count + 1)
    )
    about = {thread: pages[(thread - 1) // THREADS_ON_PAGE].pk for thread in range(1, threads + 1)}
    store(said(story, guest), [{"thread": each, "page": page} for each, page in about.items()])
    roots = Comment.objects.filter(story=story).order_by("thread").values_list("thread", "pk")
    replies = (
        {"thread": each, "page": about[each], "root": pk, "parent": pk, "path": f"{number:04}"}
        for each, pk in roots
        for number in range(1, THREAD)
    )
    store(said(story, guest), list(islice(replies, size - threads)))
    on_last = threads - (len(pages) - 1) * THREADS_ON_PAGE
    Tally.objects.create(
        story=story,
        comments=size,
        threads=threads,
        pages=len(pages),
        last_page=pages[-1],
        threads_on_last=on_last,
        comments_on_last=on_last * THREAD,
    )


def said(story, guest):
    """Return a comment that readers see, still without its place."""
    from django.utils import timezone

    from masthead.discussion.models import Comment, CommentState

    return Comment(
        story=story,
        commenter=guest,
        author_name="Ana",
        pseudonym="0123456789ab",
        text=WORDS,
        html=f"<p>{WORDS}</p>",
        state=CommentState.PUBLISHED,
        published_at=timezone.now(),
    )


def store(comment, places):
    """Store a comment once in each place, with a name of its own, past the object mapper.

    A hundred thousand take seconds, on both databases.
    """
    from django.db import connection, transaction

    from masthead.discussion.models.comment import new_name

    fields = [each for each in comment._meta.concrete_fields if not each.primary_key]
    names = [each.name for each in fields]
    same = [each.get_db_prep_save(each.pre_save(comment, True), connection) for each in fields]
    columns = ", ".join(f'"{each.column}"' for each in fields)
    row = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{comment._meta.db_table}" ({columns}) VALUES ({row})'
    rows = []
    for place in places:
        values = dict(zip(names, same, strict=True)) | place | {"name": new_name()}
        rows.append(list(values.values()))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
