"""Several machines, one baker: what it bakes goes through PostgreSQL into every machine's tree.

A page is put into the database in the transaction that notes it as baked. Each machine copies what
it does not have into its own folder, from which its edge answers, whatever becomes of the others.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.db.models import F, Max

from masthead.bake.edge.page import CACHE_CONTROL
from masthead.bake.models import Node, SharedPage
from masthead.bake.source import Baked
from masthead.bake.tree import INDEX, Tree
from masthead.lib.bucket import Bucket

#: Pages that are read at a time.
SOME = 100
BUCKET_FOLDER = "baked"


def is_shared() -> bool:
    """Return whether others want what is baked: machines with the same database, or a bucket."""
    return connection.vendor == "postgresql" or settings.BUCKET is not None


def holds(baked: Baked) -> bool:
    """Return whether the other machines can have these bytes, or there are none."""
    if not is_shared():
        return True
    return SharedPage.objects.filter(place=baked.place, digest=_digest(baked)).exists()


def put(baked: Baked) -> None:
    """Give an address's bytes to the other machines. The tape must be locked."""
    if is_shared():
        _put(baked.place, _about(baked), baked.content, _digest(baked))


def take_away(place: str) -> None:
    """Let the other machines take an address away. The tape must be locked."""
    if is_shared():
        _put(place, {}, b"", "")


def take_over(baker: str) -> None:
    """Let a baker go on where another machine's stopped, and give what none of them has."""
    if is_shared():
        others = Node.objects.exclude(baker="").exclude(baker=baker)
        others.update(baker="", leased_until=0)
        given = SharedPage.objects.exclude(digest="").values("place")
        missing = Node.objects.exclude(place="").exclude(place__in=given).filter(changes=0)
        missing.update(changes=F("changes") + 1)


def remove_unknown(tree: Tree) -> bool:
    """Remove what stands where no node says so, as after a crash; return whether anything did."""
    standing = set(tree.places())
    # Asked for afterwards: a place is noted before anything stands there.
    unknown = standing.difference(Node.objects.exclude(place="").values_list("place", flat=True))
    for place in unknown:
        tree.remove(place)
    return bool(unknown)


@dataclass
class Follower:
    """Brings a machine's tree to where the baker's is; first all of it, then what changes.

    What the database does not know goes then too: it may have been restored while this machine
    was off, or even while it was on.
    """

    tree: Tree
    serial: int = -1

    def __call__(self) -> bool:
        """Copy what is new; return whether there was anything."""
        last = self._last()
        if last == self.serial:
            return False
        begins = not 0 <= self.serial < last
        new = SharedPage.objects.filter(serial__lte=last)
        if not begins:
            new = new.filter(serial__gt=self.serial)
        # What changes meanwhile has a later number, and comes the next time.
        changed = [self._bring(row) for row in new.order_by("serial").iterator(SOME)]
        if begins:
            changed.append(remove_unknown(self.tree))
        self.serial = last
        if any(changed):
            self.tree.raise_generation()
        return any(changed)

    def _last(self) -> int:
        return SharedPage.objects.aggregate(last=Max("serial"))["last"] or 0

    def _bring(self, row: SharedPage) -> bool:
        if not row.digest:
            self.tree.remove(row.place)
            return True
        baked = Baked(row.place, content=bytes(row.content), **row.about)
        if self.tree.holds(baked):
            return False
        self.tree.write(baked).swap()
        return True


def fill_bucket() -> bool:
    """Let the bucket's pages be those of the tree; return whether there was anything to do.

    Pages alone are stored there: what has moved or is gone is the application's to answer.
    """
    bucket = cast("Bucket", settings.BUCKET)
    waiting = list(SharedPage.objects.filter(is_in_bucket=False).order_by("serial")[:SOME])
    for row in waiting:
        key = _bucket_key(row.place)
        if row.digest and row.about["status"] == 200:
            kept = row.about["cache_control"] or CACHE_CONTROL.decode()
            bucket.put_bytes(key, bytes(row.content), row.about["content_type"], kept)
        else:
            bucket.delete(key)
        # Unless it changed meanwhile.
        SharedPage.objects.filter(pk=row.pk, serial=row.serial).update(is_in_bucket=True)
    return bool(waiting)


def remove_unknown_from_bucket() -> int:
    """Remove the bucket's pages that this newsroom lacks; return how many. Raises BucketError."""
    bucket = cast("Bucket", settings.BUCKET)
    given = SharedPage.objects.exclude(digest="").values_list("place", flat=True)
    unknown = set(bucket.names(f"{BUCKET_FOLDER}/")).difference(map(_bucket_key, given))
    for key in unknown:
        bucket.delete(key)
    return len(unknown)


def _bucket_key(place: str) -> str:
    return f"{BUCKET_FOLDER}/{place}{INDEX if place.endswith('/') else ''}"


def _put(place: str, about: dict[str, Any], content: bytes, digest: str) -> None:
    serial = (SharedPage.objects.aggregate(last=Max("serial"))["last"] or 0) + 1
    values = {"serial": serial, "about": about, "content": content, "digest": digest}
    values["is_in_bucket"] = False
    SharedPage.objects.update_or_create(place=place, defaults=values)


def _about(baked: Baked) -> dict[str, Any]:
    said = asdict(baked)
    return {name: said[name] for name in ABOUT}


ABOUT = ("status", "content_type", "location", "key", "cache_control")


def _digest(baked: Baked) -> str:
    about = json.dumps(_about(baked), sort_keys=True).encode()
    return sha256(about + b"\0" + baked.content).hexdigest()
