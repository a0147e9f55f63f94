"""What happens when a story is published, and what must not happen to a newsroom's main site."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.models import ReferenceIndex, Site
from wagtail.search.index import insert_or_update_object
from wagtail.signals import page_published

from masthead.media.models import Clip
from masthead.stories.actions import choose_related
from masthead.stories.models import FrontPage, SharePicture, Story
from masthead.stories.share_pictures import ask_for_share_picture


@receiver(page_published, sender=Story)
def on_published(instance: Story, **_kwargs: Any) -> None:
    choose_related(instance)
    ask_for_share_picture(instance)


@receiver(post_save, sender=Clip)
def find_by_what_is_said(instance: Clip, **_kwargs: Any) -> None:
    """Let search find the stories of a clip by the words that it has now."""
    kind = ContentType.objects.get_for_model(Story)
    found = ReferenceIndex.get_references_to(instance).filter(base_content_type=kind)
    inside = Q(pk__in=[int(row.object_id) for row in found])
    for story in Story.objects.filter(inside | Q(lead_clip=instance), live=True):
        insert_or_update_object(story)


@receiver(post_delete, sender=SharePicture)
def forget_share_picture(instance: SharePicture, **_kwargs: Any) -> None:
    """Delete the file with its row."""
    if name := instance.file.name:
        transaction.on_commit(lambda: instance.file.storage.delete(name))


@receiver(page_published, sender=FrontPage)
def keep_name(instance: FrontPage, **_kwargs: Any) -> None:
    """Let the site's record, which mails and account pages name, follow its front page."""
    for site in Site.objects.filter(root_page=instance.pk).exclude(site_name=instance.title):
        site.site_name = instance.title
        site.save()


@receiver(pre_delete, sender=Site)
def keep_main_site(instance: Site, **_kwargs: Any) -> None:
    """Refuse to delete the site at the installation's own address: nothing works without it."""
    if instance.is_default_site:
        message = _("This is the newsroom's main site.")
        raise ProtectedError(message, {instance.root_page})
