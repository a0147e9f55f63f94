"""What a letter is made of. ``parts`` turns these into what is shown; the templates show it."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from masthead.stories.blocks import PictureBlock, QuoteBlock

FEATURES = ["bold", "italic", "link", "ul", "ol"]
#: The most stories that one block picks by itself.
MOST_NEWEST = 20


class LetterTextBlock(blocks.RichTextBlock):
    """Text: the letter's opening, or what stands between its stories."""

    def __init__(self, **options: Any) -> None:
        super().__init__(features=FEATURES, **options)

    class Meta:
        icon = "pilcrow"
        label = _("Text")


class LeadStoryBlock(blocks.StructBlock):
    """One story, large, with its picture."""

    story = blocks.PageChooserBlock("stories.Story", label=_("Story"))
    text = blocks.TextBlock(
        label=_("In this letter's words"),
        required=False,
        rows=3,
        help_text=_("Empty: its standfirst."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Lead story")


class PickedBlock(blocks.StructBlock):
    """Stories that an editor picked, under a heading."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    stories = blocks.ListBlock(
        blocks.PageChooserBlock("stories.Story"), label=_("Stories"), min_num=1
    )

    class Meta:
        icon = "pick"
        label = _("Picked stories")


class NewestBlock(blocks.StructBlock):
    """The newest stories when the letter is sent: those since the last one of its kind."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    section = blocks.PageChooserBlock(
        "stories.Section", label=_("Section"), required=False, help_text=_("Empty: all of them.")
    )
    most = blocks.IntegerBlock(label=_("At most"), default=6, min_value=1, max_value=MOST_NEWEST)

    class Meta:
        icon = "time"
        label = _("Newest stories")


class QuestionBlock(blocks.StructBlock):
    """A question to readers, which leads to the discussion under a story."""

    question = blocks.CharBlock(label=_("Question"), max_length=300)
    story = blocks.PageChooserBlock("stories.Story", label=_("Discussed under"))

    class Meta:
        icon = "help"
        label = _("Question to readers")


def _check_link(value: Any, block: blocks.Block) -> None:
    if (
        value["url"]
        and not value["url"].startswith("https://")
        and not block.is_deferred_validation
    ):
        message = _("Write an address that begins with https://")
        raise blocks.StructBlockValidationError({"url": ValidationError(message)})


class PaidBlock(blocks.StructBlock):
    """Something that is advertising: labelled, and only for readers who consented to offers."""

    title = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), rows=3)
    image = ImageBlock(label=_("Picture"), required=False)
    url = blocks.URLBlock(label=_("Leads to"))
    action = blocks.CharBlock(label=_("Words on the button"), max_length=40, default=_("Read more"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        _check_link(cleaned, self)
        return cleaned


class SponsorBlock(PaidBlock):
    """What a sponsor says."""

    sponsor = blocks.CharBlock(label=_("Who pays"), max_length=120)

    class Meta:
        icon = "tag"
        label = _("Sponsor")


class OfferBlock(PaidBlock):
    """A special offer."""

    class Meta:
        icon = "pick"
        label = _("Special offer")


class LetterBody(blocks.StreamBlock):
    """The body of a letter."""

    text = LetterTextBlock()
    lead = LeadStoryBlock()
    picked = PickedBlock()
    newest = NewestBlock()
    heading = blocks.CharBlock(label=_("Heading"), icon="title", max_length=120)
    picture = PictureBlock()
    quote = QuoteBlock()
    question = QuestionBlock()
    sponsor = SponsorBlock()
    offer = OfferBlock()

    required: ClassVar[bool] = False
