"""Passages of stories about which something is asked or said."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.discussion.models.comment import new_name
from masthead.lib.anchoring import CONTEXT, Certainty, Quote
from masthead.stories.models import Story

LONGEST_PASSAGE = 600
LONGEST_QUESTION = 300


class Passage(models.Model):
    """A passage of a story's text, with a question of the desk or with readers' remarks.

    ``quote`` is what was marked and never changes. The other words are those by which it was last
    found, as a ``TextQuoteSelector`` of the W3C's Web Annotation, in the block with that
    identity, ``start`` characters into its text. Once it is lost they stay, in case it comes back.
    """

    name = models.CharField(max_length=10, unique=True, default=new_name, editable=False)
    story = models.ForeignKey(Story, models.CASCADE, related_name="passages")
    question = models.CharField(_("question"), max_length=LONGEST_QUESTION, blank=True)
    is_open = models.BooleanField(default=True)
    quote = models.TextField(max_length=LONGEST_PASSAGE)
    exact = models.TextField(max_length=LONGEST_PASSAGE)
    prefix = models.CharField(max_length=CONTEXT, blank=True)
    suffix = models.CharField(max_length=CONTEXT, blank=True)
    certainty = models.CharField(max_length=10, choices=[(each, each) for each in Certainty])
    block = models.CharField(max_length=36)
    start = models.PositiveIntegerField(default=0)
    #: Whether it stands in the text that readers see.
    is_found = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        default_permissions = ()

    def __str__(self) -> str:
        return self.question or self.quote

    @property
    def end(self) -> int:
        return self.start + len(self.exact)

    @property
    def is_as_it_was(self) -> bool:
        """Whether readers see the very words that were marked."""
        return self.is_found and " ".join(self.exact.split()) == " ".join(self.quote.split())

    @property
    def known_by(self) -> Quote:
        return Quote(self.exact, self.prefix, self.suffix, Certainty(self.certainty))

    @known_by.setter
    def known_by(self, known: Quote) -> None:
        self.exact, self.prefix, self.suffix = known.exact, known.prefix, known.suffix
        self.certainty = known.certainty

    def selectors(self) -> list[dict[str, str | int]]:
        """Return where it was last found, as selectors of the W3C's Web Annotation."""
        return [
            {"type": "FragmentSelector", "value": self.block},
            {
                "type": "TextQuoteSelector",
                "exact": self.exact,
                "prefix": self.prefix,
                "suffix": self.suffix,
            },
            {"type": "TextPositionSelector", "start": self.start, "end": self.end},
        ]
