"""Comments and the tree that they stand in."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.discussion.models.person import Commenter
from masthead.lib.identity import ImportedIdentity
from masthead.stories.models import FrontPage, Story

#: Characters of a path for each level: 36⁴ replies to one comment.
STEP = 4
#: Levels below a thread's first comment; what answers the last level stands beside it.
DEEPEST = 4
LONGEST_TEXT = 5_000
LONGEST_NAME = 60


def new_name() -> str:
    """Return what names a comment in addresses: 60 random bits, unguessable where it matters."""
    return secrets.token_urlsafe(9)[:10]


class CommentState(models.TextChoices):
    """What has become of a comment."""

    UNCONFIRMED = "unconfirmed", _("to be confirmed by mail")
    HELD = "held", _("waiting for a moderator")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")
    REMOVED = "removed", _("removed by the newsroom")
    DELETED = "deleted", _("deleted by its author")


class Tally(models.Model):
    """How much readers see under one story."""

    story = models.OneToOneField(
        Story, models.CASCADE, primary_key=True, related_name="discussion_tally"
    )
    comments = models.PositiveIntegerField(default=0)
    threads = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    #: How full the last page is: what took a place on it, and keeps it whatever becomes of it.
    last_page = models.ForeignKey(
        "ThreadPage", models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    threads_on_last = models.PositiveIntegerField(default=0)
    comments_on_last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.story_id}: {self.comments}"


class MostDiscussed(models.Model):
    """What is discussed most in one language, as its front page shows it.

    The worker writes it anew when that matters, so that no comment wakes a front page by itself.
    """

    front = models.OneToOneField(FrontPage, models.CASCADE, primary_key=True, related_name="+")
    #: The numbers of stories, in order, each with the count of its comments.
    counts = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.front_id}: {len(self.counts)}"


class ThreadPage(models.Model):
    """One page of threads, numbered from the oldest; a thread stays on the page that it is on."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    #: The story's number and the page's, by which one page is found and no other.
    place = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.place


def place_of(story_id: int, number: int) -> str:
    """Return the ``place`` of a page of threads."""
    return f"{story_id}/{number}"


class Comment(ImportedIdentity):
    """One comment. A thread is a comment that answers the story, with all below it.

    ``root`` is the thread's first comment, ``path`` the place below that: four characters for each
    level. ``thread`` is the thread's number and ``page`` where it stands, both given when readers
    first see it. No column but these finds replies: an index on all of ``parent`` makes SQLite
    read every comment.
    """

    name = models.CharField(max_length=10, unique=True, default=new_name, editable=False)
    story = models.ForeignKey(Story, models.CASCADE, db_index=False, related_name="comments")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, db_index=False, related_name="replies"
    )
    root = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, db_index=False, related_name="+"
    )
    path = models.CharField(max_length=STEP * DEEPEST, blank=True)
    page = models.ForeignKey(
        ThreadPage, models.CASCADE, null=True, blank=True, db_index=False, related_name="+"
    )
    thread = models.PositiveIntegerField(null=True, blank=True)
    #: What of the story it is about, if it is not about all of it.
    passage = models.ForeignKey(
        "discussion.Passage",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="comments",
    )

    commenter = models.ForeignKey(Commenter, models.CASCADE, related_name="comments")
    author_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    #: Tells people of one name apart, once readers see it; see ``pseudonym``.
    pseudonym = models.CharField(max_length=12, blank=True, editable=False)
    is_staff = models.BooleanField(default=False)
    is_story_author = models.BooleanField(default=False)
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    html = models.TextField(blank=True, editable=False)
    state = models.CharField(max_length=12, choices=CommentState, default=CommentState.HELD)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    #: What people did, and what readers were last shown of it.
    likes = models.PositiveIntegerField(default=0)
    likes_shown = models.PositiveIntegerField(default=0)
    reports = models.PositiveIntegerField(default=0)
    is_featured = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=False)
    is_closed = models.BooleanField(default=False)
    #: Why somebody should look at it: a list of what the rules found.
    reasons = models.JSONField(default=list, blank=True)
    #: What its author is told when it is rejected or removed, and what they answer.
    verdict = models.CharField(max_length=500, blank=True)
    answer = models.TextField(max_length=1_000, blank=True)
    #: Counts decisions, so that two people at once never undo each other unseen.
    version = models.PositiveIntegerField(default=0)
    #: The same words of the same person in the same place: stored once.
    once = models.CharField(max_length=43, blank=True, editable=False)
    #: A keyed hash of the network, for 30 days.
    network = models.CharField(max_length=22, blank=True, editable=False)

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ("change", "view")
        constraints: ClassVar = [
            *ImportedIdentity.Meta.constraints,
            models.UniqueConstraint(
                fields=["root", "path"],
                condition=Q(root__isnull=False),
                name="discussion_comment_place_once",
            ),
            models.UniqueConstraint(
                fields=["story", "thread"],
                condition=Q(parent__isnull=True, thread__isnull=False),
                name="discussion_comment_thread_once",
            ),
            models.UniqueConstraint(
                fields=["once"], condition=~Q(once=""), name="discussion_comment_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["page", "thread", "path"],
                condition=Q(page__isnull=False),
                name="discussion_comment_on_page",
            ),
            models.Index(
                fields=["story", "-likes_shown", "thread"],
                condition=Q(parent__isnull=True, state="published"),
                name="discussion_comment_by_likes",
            ),
            models.Index(fields=["story", "-created_at"], name="discussion_comment_of_story"),
            models.Index(
                fields=["story", "thread"],
                condition=Q(is_pinned=True),
                name="discussion_comment_pinned",
            ),
            models.Index(
                fields=["parent"],
                condition=Q(parent__isnull=False),
                name="discussion_comment_replies",
            ),
            models.Index(
                fields=["story", "-published_at"],
                condition=Q(is_staff=True),
                name="discussion_comment_by_staff",
            ),
            models.Index(
                fields=["story", "passage", "thread"],
                condition=Q(passage__isnull=False),
                name="discussion_comment_on_passage",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state="held"),
                name="discussion_comment_waiting",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(reports__gt=0),
                name="discussion_comment_reported",
            ),
            models.Index(
                fields=["network", "created_at"],
                condition=~Q(network=""),
                name="discussion_comment_network",
            ),
            models.Index(fields=["-created_at", "-id"], name="discussion_comment_newest"),
        ]

    def __str__(self) -> str:
        words = " ".join(self.text.split())
        return f"{self.author_name}: {words[:60]}" if words else self.author_name

    @property
    def is_visible(self) -> bool:
        return self.state == CommentState.PUBLISHED

    @property
    def depth(self) -> int:
        return len(self.path) // STEP
