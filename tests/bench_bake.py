"""What baking costs in a large archive: ``python -m tests.bench_bake``."""

import itertools
import os
import sys
from datetime import timedelta

STORIES = 10_000
AT_ONCE = 500


def multiply(stories: int = STORIES) -> None:
    """Copy the demo's stories until there are so many, each with its bylines and topics."""
    from django.db import connection, transaction
    from wagtail.models import Page

    from masthead.stories.models import Archive, Byline, RelatedStory, Story

    for archive in Archive.objects.all():
        originals = list(Story.objects.child_of(archive).live().order_by("path"))
        share = stories * len(originals) // Story.objects.live().count()
        bylines = {story.pk: list(Byline.objects.filter(story_id=story.pk)) for story in originals}
        topics = {story.pk: list(story.topics.values_list("pk", flat=True)) for story in originals}
        first = archive.numchild + 1
        numbers = iter(range(first, first + share - len(originals)))
        while batch := list(itertools.islice(numbers, AT_ONCE)):
            chosen = [(number, originals[number % len(originals)]) for number in batch]
            copies = [copy_of(archive, original, number) for number, original in chosen]
            with transaction.atomic():
                Page.objects.bulk_create([page_of(each) for each in copies])
                rows = Page.objects.filter(path__in=[each.path for each in copies])
                keys = dict(rows.values_list("path", "pk"))
                for each in copies:
                    each.pk = each.page_ptr_id = keys[each.path]
                insert(connection, Story, copies)
                through = Story.topics.through
                through.objects.bulk_create(
                    through(story_id=each.pk, topic_id=topic)
                    for each, (_number, original) in zip(copies, chosen, strict=True)
                    for topic in topics[original.pk]
                )
                Byline.objects.bulk_create(
                    Byline(
                        story_id=each.pk,
                        person_id=byline.person_id,
                        organisation=byline.organisation,
                        sort_order=byline.sort_order,
                    )
                    for each, (_number, original) in zip(copies, chosen, strict=True)
                    for byline in bylines[original.pk]
                )
                RelatedStory.objects.bulk_create(
                    RelatedStory(story_id=each.pk, other_id=other.pk, position=position)
                    for number, each in enumerate(copies)
                    for position, other in enumerate(copies[number - 3 : number])
                )
        Archive.objects.filter(pk=archive.pk).update(numchild=first - 1 + share)


def copy_of(archive, original, number):
    from uuid import uuid4

    from masthead.stories.models import Story

    values = {
        field.attname: getattr(original, field.attname)
        for field in Story._meta.concrete_fields
        if field.attname not in {"id", "page_ptr_id", "public_id", "latest_revision_id"}
    }
    published_at = original.published_at - timedelta(hours=3 * number)
    slug = f"{original.slug}-{number}"
    values |= {
        "title": f"{original.title} ({number})",
        "draft_title": f"{original.title} ({number})",
        "slug": slug,
        "path": Story._get_path(archive.path, archive.depth + 1, number),
        "url_path": f"{archive.url_path}{slug}/",
        "translation_key": uuid4(),
        "live_revision_id": None,
        "published_at": published_at,
        "first_published_at": published_at,
        "last_published_at": published_at,
        "address": f"{original.address.rsplit('/', 2)[0]}/{slug}/",
    }
    return Story(**values)


def page_of(each):
    from wagtail.models import Page

    names = [field.attname for field in Page._meta.local_fields if field.name != "id"]
    return Page(**{name: getattr(each, name) for name in names})


def insert(connection, model, rows):
    """Write the rows of a model that inherits: Django's ``bulk_create`` leaves that to us."""
    from django.db.models.sql import InsertQuery

    fields = model._meta.local_concrete_fields
    size = connection.ops.bulk_batch_size(fields, rows)
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(fields, rows[start : start + size], raw=False)
        query.get_compiler(connection=connection).execute_sql()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.conf.settings"
    import django

    django.setup()
    multiply(int(sys.argv[1]) if sys.argv[1:] else STORIES)
