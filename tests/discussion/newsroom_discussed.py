"""Makes stories with many comments in a newsroom: ``newsroom_discussed SIZE...`` prints them.

Each line tells a story's public id and address; its readers see comments at once.
"""

import json
import os
import sys

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
    roots = [made(story, guest, pages, thread) for thread in range(1, threads + 1)]
    Comment.objects.bulk_create(roots, batch_size=2_000)
    left = size - threads
    replies = (
        made(story, guest, pages, root.thread, root=root, path=f"{number:04}")
        for root in roots
        for number in range(1, THREAD)
    )
    Comment.objects.bulk_create(
        [each for each, _ in zip(replies, range(left), strict=False)], 2_000
    )
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


def made(story, guest, pages, thread, *, root=None, path=""):
    from django.utils import timezone

    from masthead.discussion.models import Comment, CommentState

    return Comment(
        story=story,
        commenter=guest,
        author_name="Ana",
        text=WORDS,
        html=f"<p>{WORDS}</p>",
        state=CommentState.PUBLISHED,
        published_at=timezone.now(),
        thread=thread,
        page=pages[(thread - 1) // THREADS_ON_PAGE],
        root=root,
        parent=root,
        path=path,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
