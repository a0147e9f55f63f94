"""Telling caches in front which addresses changed, after the swap.

Only the backends of Wagtail's ``frontend_cache`` are used; its own signals would purge before the
new bytes stand there.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.encoding import iri_to_uri

from masthead.bake.models import Purge


def note(places: Iterable[str]) -> None:
    """Note the addresses whose bytes change, or that are gone, in the transaction that swaps."""
    if settings.WAGTAILFRONTENDCACHE:
        Purge.objects.bulk_create(Purge(place=place) for place in places)


def send() -> bool:
    """Tell the caches of some addresses; return whether there were any.

    Addresses stay noted until every backend was asked. What a cache then answers, the backend
    writes into the log.
    """
    from wagtail.contrib.frontend_cache.utils import get_backends  # noqa: PLC0415 - seldom needed

    waiting = list(Purge.objects.order_by("pk")[:30])
    if not waiting:
        return False
    scheme = settings.ADDRESS.scheme
    addresses = [*{iri_to_uri(f"{scheme}://{each.place}") for each in waiting}]
    for backend in get_backends(settings.WAGTAILFRONTENDCACHE).values():
        backend.purge_batch(addresses)
    Purge.objects.filter(pk__in=[each.pk for each in waiting]).delete()
    return True
