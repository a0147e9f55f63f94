"""What the body of a story is made of. Each block has a template in ``jinja2/stories/blocks``."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from masthead.stories.completeness import reason_to_wait

#: Where embeds may come from: the host of the address, and the address of the player.
EMBED_PROVIDERS = {
    "www.youtube.com": ("YouTube", "https://www.youtube-nocookie.com"),
    "youtu.be": ("YouTube", "https://www.youtube-nocookie.com"),
    "vimeo.com": ("Vimeo", "https://player.vimeo.com"),
    "archive.org": ("Internet Archive", "https://archive.org"),
}
WIDTHS = [("text", _("As wide as the text")), ("wide", _("Wider")), ("bleed", _("Edge to edge"))]


class QuoteBlock(blocks.StructBlock):
    """A passage in somebody's own words. A quote without its speaker is no quote."""

    text = blocks.TextBlock(label=_("What was said"), rows=3)
    speaker = blocks.CharBlock(label=_("Who said it"))
    role = blocks.CharBlock(label=_("Who that is"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")


class PullQuoteBlock(blocks.StructBlock):
    """A sentence of the story, set large."""

    text = blocks.TextBlock(label=_("Sentence"), rows=2)

    class Meta:
        icon = "openquote"
        label = _("Pull quote")


def check_credit(block: blocks.Block, value: Any, field: str) -> None:
    """Raise, at the field, unless a picture or clip that readers will see names who made it."""
    chosen = value[field]
    if chosen and not chosen.credit and not block.is_deferred_validation:
        message = _("Edit “%(title)s” and name who made it.") % {"title": chosen.title}
        raise blocks.StructBlockValidationError({field: ValidationError(message)})


class DescribedPictureBlock(ImageBlock):
    """A picture with what it shows; search finds that text, if there is one."""

    def get_searchable_content(self, value: Any) -> list[str]:
        is_described = value and value.contextual_alt_text
        return super().get_searchable_content(value) if is_described else []


class PictureBlock(blocks.StructBlock):
    """A picture in the text. Its credit comes from the picture itself."""

    image = DescribedPictureBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=500)
    width = blocks.ChoiceBlock(choices=WIDTHS, default="text", label=_("Width"))

    class Meta:
        icon = "image"
        label = _("Picture")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        check_credit(self, cleaned, "image")
        return cleaned


class GalleryPictureBlock(blocks.StructBlock):
    """One picture of a gallery."""

    image = DescribedPictureBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=500)

    class Meta:
        icon = "image"
        label = _("Picture")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        check_credit(self, cleaned, "image")
        return cleaned


class GalleryBlock(blocks.StructBlock):
    """Several pictures that belong together."""

    title = blocks.CharBlock(label=_("Title"), required=False)
    pictures = blocks.ListBlock(GalleryPictureBlock(), label=_("Pictures"), min_num=2)

    class Meta:
        icon = "grid"
        label = _("Gallery")


class EmbedBlock(blocks.StructBlock):
    """Something that stands on another site. Nothing is asked of that site until a click."""

    url = blocks.URLBlock(label=_("Address"))
    title = blocks.CharBlock(label=_("What it shows"))
    poster = DescribedPictureBlock(label=_("Our own picture for it"), required=False)

    class Meta:
        icon = "media"
        label = _("Embed")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        check_credit(self, cleaned, "poster")
        if not cleaned["url"] and self.is_deferred_validation:
            return cleaned
        if urlsplit(cleaned["url"]).hostname not in EMBED_PROVIDERS:
            message = _("Only these can be embedded: %(names)s. Link to anything else.") % {
                "names": ", ".join(sorted({name for name, _player in EMBED_PROVIDERS.values()}))
            }
            raise blocks.StructBlockValidationError({"url": ValidationError(message)})
        return cleaned


class FactBoxBlock(blocks.StructBlock):
    """What a reader needs to know, apart from the telling."""

    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(label=_("Text"))

    class Meta:
        icon = "list-ul"
        label = _("Fact box")


class DataTableBlock(blocks.StructBlock):
    """Figures in rows and columns."""

    caption = blocks.CharBlock(label=_("What the table shows"))
    # The table's editor knows no plain “en”, which Wagtail would give it, and complains.
    table = TableBlock(label=_("Table"), table_options={"language": "en-US"})
    source = blocks.CharBlock(label=_("Source"), required=False)

    class Meta:
        icon = "table"
        label = _("Table")


class ClipBlock(blocks.StructBlock):
    """A clip in the text."""

    clip = SnippetChooserBlock("media.Clip", label=_("Clip"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "media"
        label = _("Clip")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        check_credit(self, cleaned, "clip")
        clip = cleaned["clip"]
        if clip and not clip.is_shown and not self.is_deferred_validation:
            message = ValidationError(reason_to_wait(clip))
            raise blocks.StructBlockValidationError({"clip": message})
        return cleaned


class StoryDocumentBlock(blocks.StructBlock):
    """A file to download."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(label=_("What it is"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("Document")


class RelatedBlock(blocks.StructBlock):
    """Stories that an editor picked to stand in the text."""

    stories = blocks.ListBlock(blocks.PageChooserBlock("stories.Story"), label=_("Stories"))

    class Meta:
        icon = "link"
        label = _("Related stories")


class LetterBoxBlock(blocks.StaticBlock):
    """The box in which readers ask for the newsroom's letters."""

    class Meta:
        icon = "mail"
        label = _("Newsletter box")
        admin_text = _("The box in which readers subscribe to our letters.")


class StoryBody(blocks.StreamBlock):
    """The body of a story."""

    text = blocks.RichTextBlock(label=_("Text"), icon="pilcrow")
    quote = QuoteBlock()
    pull_quote = PullQuoteBlock()
    picture = PictureBlock()
    gallery = GalleryBlock()
    clip = ClipBlock()
    embed = EmbedBlock()
    fact_box = FactBoxBlock()
    table = DataTableBlock()
    related = RelatedBlock()
    document = StoryDocumentBlock()
    letter_box = LetterBoxBlock()

    required: ClassVar[bool] = False


class StandingBody(blocks.StreamBlock):
    """The body of a page that is no story."""

    text = blocks.RichTextBlock(label=_("Text"), icon="pilcrow")
    picture = PictureBlock()
    document = StoryDocumentBlock()
    letter_box = LetterBoxBlock()


class SectionStreamBlock(blocks.StructBlock):
    """The newest stories of a section."""

    section = blocks.PageChooserBlock("stories.Section", label=_("Section"))

    class Meta:
        icon = "list-ul"
        label = _("Section")


class PickedStoriesBlock(blocks.StructBlock):
    """Stories that an editor picked, under a heading."""

    title = blocks.CharBlock(label=_("Heading"))
    stories = blocks.ListBlock(blocks.PageChooserBlock("stories.Story"), label=_("Stories"))

    class Meta:
        icon = "pick"
        label = _("Picked stories")


class OpinionStreamBlock(blocks.StructBlock):
    """The newest opinion pieces of all sections, with the faces of those who sign them."""

    title = blocks.CharBlock(label=_("Heading"), default=_("Opinion"), max_length=80)

    class Meta:
        icon = "openquote"
        label = _("Opinion")


class LatestBlock(blocks.StaticBlock):
    """The newest stories with their times. Where it is not placed it stands at the end."""

    class Meta:
        icon = "time"
        label = _("Latest")
        admin_text = _("The newest stories with their times. Without this they stand at the end.")


class MostDiscussedBlock(blocks.StaticBlock):
    """What readers talk about most. A front page that nobody composed has it before the latest."""

    class Meta:
        icon = "comment"
        label = _("Most discussed")
        admin_text = _("The stories with most comments in the last week, and how many there are.")


class FrontPageBody(blocks.StreamBlock):
    """The front page below its lead. Without a block it shows every section in order."""

    section = SectionStreamBlock()
    picked = PickedStoriesBlock()
    opinion = OpinionStreamBlock()
    most_discussed = MostDiscussedBlock()
    latest = LatestBlock()

    class Meta:
        block_counts: ClassVar = {
            name: {"max_num": 1} for name in ("opinion", "most_discussed", "latest")
        }
