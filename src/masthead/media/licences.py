"""Pictures and clips whose licence is over: who is told, and how they go from every page."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from masthead.media.models import Clip, Image
from masthead.media.permissions import may_change
from masthead.media.preparation import take_down
from masthead.readers.models import User

#: The kinds of what has a licence, by their names in addresses.
KINDS: dict[str, type[Image] | type[Clip]] = {"picture": Image, "clip": Clip}


def expired() -> tuple[QuerySet[Image], QuerySet[Clip]]:
    """Return what readers may still see although its licence is over, the longest over first."""
    over = {"is_withdrawn": False, "expires_on__lt": today()}
    pictures, clips = Image.objects.filter(**over), Clip.objects.filter(**over)
    return pictures.order_by("expires_on", "pk"), clips.order_by("expires_on", "pk")


def today() -> date:
    """Return the newsroom's day."""
    return timezone.localdate()


def may_take_down(user: User, asset: Image | Clip) -> bool:
    """Return whether a user may take an asset from readers: whoever may change it."""
    if isinstance(asset, Clip):
        return may_change(user, asset)
    return bool(asset.is_editable_by_user(user))


@transaction.atomic
def take_down_everywhere(*, asset: Image | Clip, user: User) -> None:
    """Take a picture or a clip from every page, and its public files away; the original stays."""
    asset.is_withdrawn = True
    if isinstance(asset, Clip):
        take_down(clip=asset)
    else:
        asset.rendition_set = asset.rendition_error = ""
        asset.renditions.all().delete()
    asset.save()
    log(asset, "wagtail.edit", user=user)
