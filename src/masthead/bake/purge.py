"""Telling caches in front which addresses changed, after the swap.

Only the backends of Wagtail's ``frontend_cache`` are used; its own signals would purge before the
new bytes stand there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.encoding import iri_to_uri

from masthead.bake.models import Purge


@dataclass(frozen=True)
class Swap:
    """An address whose bytes changed, or that is gone."""

    place: str
    is_gone: bool = False


def note(swaps: Iterable[Swap]) -> None:
    """Note what is to be purged, in the transaction that swaps."""
    if getattr(settings, "WAGTAILFRONTENDCACHE", None):
        Purge.objects.bulk_create(Purge(place=each.place) for each in swaps)


def send() -> bool:
    """Tell the caches of some addresses; return whether there were any.

    An address that a cache could not be told of stays noted, and is told again.
    """
    from wagtail.contrib.frontend_cache.utils import get_backends  # noqa: PLC0415 - seldom needed

    waiting = list(Purge.objects.order_by("pk")[:30])
    if not waiting:
        return False
    scheme = settings.ADDRESS.scheme
    addresses = [*{iri_to_uri(f"{scheme}://{each.place}") for each in waiting}]
    for backend in get_backends(getattr(settings, "WAGTAILFRONTENDCACHE", {})).values():
        backend.purge_batch(addresses)
    Purge.objects.filter(pk__in=[each.pk for each in waiting]).delete()
    return True
