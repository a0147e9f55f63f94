"""What the baker remembers: which addresses there are, what each of them read, what changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Node(models.Model):
    """Something that is baked: a public address, or a long list of which pages show a part each.

    ``changes`` counts what happened to it that its files do not show yet.
    """

    name = models.TextField(unique=True)
    #: Where its file stands in the tree; "" while it has none.
    place = models.TextField(blank=True)
    #: Nodes with a lower number are baked first.
    rank = models.BigIntegerField(default=0)
    changes = models.PositiveIntegerField(default=1)
    #: What stands there was itself changed, and not only something that it shows: baked first.
    is_urgent = models.BooleanField(default=False)
    #: Seconds since 1970: not baked before, so that a storm of changes costs one render.
    due_at = models.FloatField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    #: Who bakes it until when, how many changes it had then, and where on the tape that was.
    baker = models.CharField(max_length=32, blank=True)
    leased_until = models.FloatField(default=0)
    leased_changes = models.PositiveIntegerField(default=0)
    leased_at_turn = models.BigIntegerField(default=0)
    #: The fingerprints of a list's parts.
    parts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-is_urgent", "rank"], name="bake_node_changed", condition=Q(changes__gt=0)
            ),
            models.Index(fields=["baker"], name="bake_node_leased", condition=~Q(baker="")),
        ]

    def __str__(self) -> str:
        return self.name


class Dependency(models.Model):
    """One key that a node read when it was rendered."""

    pk = models.CompositePrimaryKey("node_id", "key")
    node = models.ForeignKey(Node, models.CASCADE, db_index=False)
    key = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.node_id}: {self.key}"


class Change(models.Model):
    """A key that triggers wrote in the transaction of the change itself.

    ``turn`` is zero until the baker has told the nodes that read it. Then the row stays for the
    renders that are under way and may have begun before the change.
    """

    key = models.TextField()
    turn = models.BigIntegerField(default=0, db_index=True)

    def __str__(self) -> str:
        return self.key


class Tape(models.Model):
    """One row: the number of the last turn. Whoever writes here has locked it."""

    turn = models.BigIntegerField(default=0)
    #: The program that the whole tree was baked with; see ``Source.build``.
    build = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.turn)


class SharedPage(models.Model):
    """What stands at an address, for machines that did not bake it and for a bucket.

    ``serial`` grows with each change, under the tape's lock, so that whoever follows misses none.
    """

    place = models.TextField(unique=True)
    serial = models.BigIntegerField(db_index=True)
    about = models.JSONField()
    content = models.BinaryField()
    #: Of all that; "" where nothing stands any more.
    digest = models.CharField(max_length=64)
    is_in_bucket = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["serial"], name="bake_page_for_bucket", condition=Q(is_in_bucket=False)
            )
        ]

    def __str__(self) -> str:
        return self.place


class Purge(models.Model):
    """An address that caches in front must be told of."""

    place = models.TextField()

    def __str__(self) -> str:
        return self.place
