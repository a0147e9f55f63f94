"""Large archives for the benches: rows that Django would write one by one."""

from django.db import connection
from django.db.models.sql import InsertQuery
from wagtail.models import Page


def write_pages(rows):
    """Write pages of one kind, with the tables above and of their own; each gets its key."""
    Page.objects.bulk_create([_page_of(each) for each in rows])
    keys = dict(
        Page.objects.filter(path__in=[each.path for each in rows]).values_list("path", "pk")
    )
    for each in rows:
        each.pk = each.page_ptr_id = keys[each.path]
    model = type(rows[0])
    fields = model._meta.local_concrete_fields
    size = connection.ops.bulk_batch_size(fields, rows) or len(rows)
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(fields, rows[start : start + size], raw=False)
        query.get_compiler(connection=connection).execute_sql()


def _page_of(each):
    names = [field.attname for field in Page._meta.local_fields if field.name != "id"]
    return Page(**{name: getattr(each, name) for name in names})
