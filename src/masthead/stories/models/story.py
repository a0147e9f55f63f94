"""A story."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, Site
from wagtail.search import index

from masthead.lib.address import fill_story_pattern
from masthead.lib.identity import ImportedIdentity, PublicIdentity
from masthead.media.models import Clip
from masthead.stories import panels
from masthead.stories.blocks import StoryBody
from masthead.stories.forms import StoryCopyForm
from masthead.stories.models.correction import Correction
from masthead.stories.models.newsroom import Newsroom
from masthead.stories.models.page import PublicPage

#: How long a story is news (sitemaps.org's news extension as Google reads it).
FRESH = timedelta(hours=48)


class WorkKind(models.TextChoices):
    """The kind of work that a story is, as the reader is told."""

    NEWS = "news", _("News")
    ANALYSIS = "analysis", _("Analysis")
    OPINION = "opinion", _("Opinion")
    EXPLAINER = "explainer", _("Explainer")
    INTERVIEW = "interview", _("Interview")
    REVIEW = "review", _("Review")
    SATIRE = "satire", _("Satire")
    SPONSORED = "sponsored", _("Sponsored")


def at_address(*, site_id: int, path: str) -> Q:
    """Return the condition that a story stands at a path.

    It says that the path is not empty, as the index does: else all stories would be read.
    """
    return Q(site=site_id, address=path) & ~Q(address="")


class Story(PublicIdentity, ImportedIdentity, PublicPage):
    """A story. Its ``title`` is the headline.

    The address is fixed when it is first published; only a new slug, published, changes it, and
    leaves a redirect. ``published_at`` may lie in the past.
    """

    kicker = models.CharField(_("kicker"), max_length=80, blank=True)
    social_title = models.CharField(
        _("headline for sharing"), max_length=255, blank=True, help_text=_("Empty: the headline.")
    )
    standfirst = models.TextField(_("standfirst"), max_length=500, blank=True)
    dateline_place = models.CharField(
        _("place"), max_length=120, blank=True, help_text=_("Where it was reported.")
    )
    reported_at = models.DateTimeField(
        _("time of reporting"), null=True, blank=True, help_text=_("When it was seen or heard.")
    )
    kind = models.CharField(
        _("kind of work"), max_length=12, choices=WorkKind, default=WorkKind.NEWS
    )
    # A draft may lack it: nothing that was typed waits for a choice. Publication asks for it.
    section = models.ForeignKey(
        "stories.Section",
        models.PROTECT,
        null=True,
        related_name="stories",
        verbose_name=_("section"),
    )
    topics = ParentalManyToManyField(
        "stories.Topic", blank=True, related_name="stories", verbose_name=_("topics")
    )
    lead_picture = models.ForeignKey(
        "media.Image",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead picture"),
    )
    lead_caption = models.CharField(
        _("caption"), max_length=500, blank=True, help_text=_("Empty: the picture's own caption.")
    )
    lead_clip = models.ForeignKey(
        "media.Clip",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead clip"),
        help_text=_("Stands in the picture's place."),
    )
    body = StreamField(StoryBody(required=False), blank=True, verbose_name=_("Body"))
    staff_reason = models.CharField(
        _("why no name stands over it"),
        max_length=255,
        blank=True,
        help_text=_("For a story by staff: readers see the reason."),
    )
    canonical_url = models.URLField(
        _("address of the original"),
        blank=True,
        help_text=_("For a story that another outlet published first."),
    )
    published_at = models.DateTimeField(
        _("publication time"), null=True, blank=True, help_text=_("Empty: when it is published.")
    )
    updated_at = models.DateTimeField(_("updated"), null=True, blank=True, editable=False)
    update_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    embargo_until = models.DateTimeField(
        _("embargo"), null=True, blank=True, help_text=_("Readers do not see it before.")
    )
    #: Until when it is news to those who ask for news alone; the worker empties it then.
    fresh_until = models.DateTimeField(null=True, blank=True, editable=False)
    site = models.ForeignKey(
        "wagtailcore.Site", models.PROTECT, null=True, editable=False, related_name="+"
    )
    address = models.CharField(_("address"), max_length=255, blank=True, editable=False)
    #: The slug that the address was made from: another one, published, makes another address.
    address_slug = models.CharField(max_length=255, blank=True, editable=False)

    copy_form_class = StoryCopyForm
    page_template = "stories/story.html"
    exclude_fields_in_copy: ClassVar = [
        "public_id",
        "source",
        "external_id",
        "site",
        "address",
        "address_slug",
        "published_at",
        "updated_at",
        "update_asked_at",
        "fresh_until",
    ]
    parent_page_types: ClassVar = ["stories.Archive"]
    subpage_types: ClassVar = []
    search_fields: ClassVar = [
        *PublicPage.search_fields,
        index.SearchField("kicker"),
        index.SearchField("standfirst", boost=2),
        index.SearchField("body"),
        index.SearchField("said_in_clips"),
        index.FilterField("section"),
        index.FilterField("published_at"),
        index.FilterField("kind"),
    ]

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        constraints: ClassVar = [
            *ImportedIdentity.Meta.constraints,
            models.UniqueConstraint(
                fields=["site", "address"],
                condition=~Q(address=""),
                name="stories_story_address_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-published_at"]),
            # The worker asks twice a second whose embargo is over.
            models.Index(
                fields=["embargo_until"],
                name="stories_story_under_embargo",
                condition=~Q(embargo_until=None),
            ),
            models.Index(
                fields=["fresh_until"],
                name="stories_story_still_fresh",
                condition=~Q(fresh_until=None),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.section and self.locale_id and self.section.locale_id != self.locale_id:
            message = _("Choose a section in the language of the story.")
            raise ValidationError({"section": message})

    @staticmethod
    def _slug_is_available(slug: str, parent_page: Page | None, page: Page | None = None) -> bool:  # noqa: ARG004 - Wagtail's signature
        """Let stories share a slug: their addresses, not their places in the tree, differ."""
        return True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        # A story gets its address when a version of it is published, never by being made.
        if self._state.adding:
            self.live = False
        # Saving a draft of a live story writes a few of its fields, with the draft's in memory.
        publishes = self.live and kwargs.get("update_fields") is None
        with transaction.atomic():
            left = self._set_publication() if publishes else ""
            saved = super().save(*args, **kwargs)
            if left:
                from masthead.stories.redirects import leave_redirect  # noqa: PLC0415 - redirects know the models

                leave_redirect(story=self, path=left)
        return saved

    def _set_publication(self) -> str:
        """Set what publishing fixes, the times and the address; return the address left behind."""
        now = timezone.now()
        if self.embargo_until and self.embargo_until <= now:
            self.embargo_until = None
        self.published_at = self.published_at or self.embargo_until or now
        fresh_until = self.published_at + FRESH
        self.fresh_until = fresh_until if fresh_until > now else None
        if self.address and self.asks_for_update:
            self.updated_at = now
        if self.address and self.address_slug == self.slug:
            return ""
        left = self.address
        self.site, self.address = self._new_address(self.published_at)
        self.address_slug = self.slug
        return left if left != self.address else ""

    @property
    def shown_clip(self) -> Clip | None:
        """The clip that readers see over the text; None until it plays, and once taken down."""
        clip = self.lead_clip
        return clip if clip and clip.is_shown else None

    @property
    def said_in_clips(self) -> str:
        """What is said in the clips that a story shows, for those who look for it."""
        clips = [self.shown_clip, *(b.value["clip"] for b in self.body if b.block_type == "clip")]
        return "\n".join(clip.transcript for clip in clips if clip and clip.is_shown)

    @property
    def asks_for_update(self) -> bool:
        """Return whether an editor said that a change not yet published matters to readers."""
        asked, seen = self.update_asked_at, self.updated_at or self.published_at
        return bool(asked and seen and asked > seen)

    def last_change(self, corrections: Iterable[Correction]) -> datetime | None:
        """Return when readers were last told of something new, once it is published."""
        told = [self.published_at, self.updated_at, *(each.made_at for each in corrections)]
        return max((moment for moment in told if moment), default=None)

    def _new_address(self, published_at: datetime) -> tuple[Site, str]:
        site = self.get_site()
        if site is None:
            message = _("This story belongs to no site.")
            raise ValidationError(message)
        # Whoever publishes at the same time waits, and finds the address taken.
        Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        newsroom = Newsroom.for_site(site)
        day = published_at.astimezone(newsroom.zone)
        tokens = {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}
        prefix = self.language_prefix(site.pk, self)
        number, slug = 1, self.slug
        while True:
            address = prefix + fill_story_pattern(newsroom.story_pattern, tokens | {"slug": slug})
            if not self._is_taken(site, address):
                return site, address
            number += 1
            slug = f"{self.slug}-{number}"

    def _is_taken(self, site: Site, address: str) -> bool:
        """Return whether something else stands at an address, or did: old links keep their aim."""
        from masthead.stories.addresses import is_kept_for_pages  # noqa: PLC0415 - as below
        from masthead.stories.redirects import redirects_from  # noqa: PLC0415 - redirects know the models

        others = Story.objects.filter(at_address(site_id=site.pk, path=address)).exclude(pk=self.pk)
        elsewhere = redirects_from(site=site, path=address).exclude(redirect_page=self.pk)
        kept = is_kept_for_pages(site=site, path=address)
        return kept or others.exists() or elsewhere.exists()

    def get_site(self) -> Site | None:
        """Return the site above the story, which it has before it has an address."""
        parts = super().get_url_parts()
        return Site.objects.get(pk=parts[0]) if parts else None

    def get_url_parts(self, request: object = None) -> tuple[int, str, str] | None:
        """Return the address as fixed at publication; a story never published has none."""
        parts = super().get_url_parts(request)
        if parts is None or not self.address:
            return None
        return parts[0], parts[1], self.address

    def with_content_json(self, content: Mapping[str, Any]) -> "Story":
        """Return a version of the story; what publishing fixed is the same in all of them."""
        story: Story = super().with_content_json(content)
        story.public_id = self.public_id
        story.site_id = self.site_id
        story.address = self.address
        story.address_slug = self.address_slug
        story.updated_at = self.updated_at
        story.published_at = story.published_at or self.published_at
        return story

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: ARG002 - one page only
        from masthead.stories.queries import story_context  # noqa: PLC0415 - queries know the models

        return story_context(self)

    edit_handler: ClassVar = panels.STORY


class Byline(Orderable):
    """One name over a story: a person of the newsroom, or an agency or partner."""

    story = ParentalKey(Story, on_delete=models.CASCADE, related_name="bylines")
    person = models.ForeignKey(
        "stories.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bylines",
        verbose_name=_("person"),
    )
    organisation = models.CharField(
        _("agency or partner"), max_length=255, blank=True, help_text=_("Instead of a person.")
    )
    original_url = models.URLField(_("address of the original"), blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)

    panels: ClassVar = panels.BYLINE
    #: Whether readers may open the person's page; ``queries.story_context`` finds out.
    has_profile = False

    class Meta(Orderable.Meta):
        verbose_name = _("byline")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(organisation=""),
                name="stories_byline_person_or_organisation",
                violation_error_message=_("Choose a person, or name an agency or partner."),
            )
        ]

    def __str__(self) -> str:
        return self.organisation or str(self.person)


class RelatedStory(models.Model):
    """A story that was chosen to stand under another when that was published, and is kept."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="related")
    other = models.ForeignKey(Story, models.CASCADE, related_name="related_from")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story", "other"], name="stories_related_once")
        ]

    def __str__(self) -> str:
        return f"{self.story} → {self.other}"
