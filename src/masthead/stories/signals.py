"""What happens when a story is published, and what must not happen to a newsroom's main site."""

from typing import Any

from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.models import Site
from wagtail.signals import page_published

from masthead.stories.actions import choose_related
from masthead.stories.models import FrontPage, Story


@receiver(page_published, sender=Story)
def on_published(instance: Story, **_kwargs: Any) -> None:
    choose_related(instance)


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
