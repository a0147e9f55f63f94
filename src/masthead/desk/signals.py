"""What the desk does by itself: roles are kept complete, and a new story begins ready to write."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver
from wagtail.models import Collection, Page
from wagtail.rich_text import RichText
from wagtail.signals import init_new_page

from masthead.desk.roles import make_roles, open_place
from masthead.newsletter.models import LetterIndex
from masthead.stories.models import (
    Archive,
    Byline,
    FrontPage,
    Person,
    Story,
    TopicIndex,
)


@receiver(post_migrate, sender=apps.get_app_config("stories"))
def on_migrated(**kwargs: Any) -> None:
    # Migrating backwards, or one app alone, leaves a database without what roles are about.
    tables = connections[kwargs["using"]].introspection.table_names()
    if FrontPage._meta.db_table in tables and Collection.get_first_root_node():
        make_roles()


@receiver(post_save, sender=FrontPage)
@receiver(post_save, sender=TopicIndex)
@receiver(post_save, sender=Archive)
@receiver(post_save, sender=LetterIndex)
def on_saved(instance: Page, created: bool, **kwargs: Any) -> None:  # noqa: FBT001 - Django's signature
    if created and not kwargs["raw"]:
        open_place(instance)


@receiver(init_new_page)
def begin_story(page: Any, **_kwargs: Any) -> None:
    """Open a new story's form with a text to write into, under the name of who opened it."""
    if isinstance(page, Story):
        page.body = [("text", RichText(""))]
        writer = Person.objects.filter(user=page.owner, locale=page.locale).first()
        if writer:
            page.bylines.add(Byline(person=writer))
