"""What happens when a story is published, and what must not happen to a newsroom's main site."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.models import Site
from wagtail.signals import page_published

from masthead.stories.actions import choose_related
from masthead.stories.models import FrontPage, SharePicture, Story
from masthead.stories.share_pictures import ask_for_share_picture


@receiver(page_published, sender=Story)
def on_published(instance: Story, **_kwargs: Any) -> None:
    choose_related(instance)
    ask_for_share_picture(instance)


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
