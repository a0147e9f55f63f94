"""Triggers are dropped before the first migration of a run and made anew after the last."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from masthead.bake import triggers
from masthead.bake.models import Change


@receiver(pre_migrate)
def drop_triggers(**_kwargs: Any) -> None:
    """Let no migration meet a trigger: SQLite would drop it, PostgreSQL would stop."""
    triggers.drop()


@receiver(post_migrate)
def make_triggers(sender: Any, **_kwargs: Any) -> None:
    """Make them after the last app's turn; what the migrations changed nobody noted."""
    every = set(connection.introspection.table_names())
    told = [each.name for each in apps.get_app_configs() if each.models_module]
    if sender.name == told[-1] and Change._meta.db_table in every:
        triggers.install()
        triggers.note_everything()
