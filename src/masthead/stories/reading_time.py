"""How long a story takes to read."""

from math import ceil

from django.utils.html import strip_tags

from masthead.stories.models import Story

#: What adults read of a news text in a minute (Brysbaert 2019, 238 words).
WORDS_A_MINUTE = 238


def minutes_to_read(story: Story) -> int:
    """Return the minutes that reading a story takes, 1 at least, or 0 for one without text."""
    words = sum(len(_text(block.block_type, block.value).split()) for block in story.body)
    return ceil(words / WORDS_A_MINUTE)


def _text(kind: str, value: object) -> str:
    if kind == "text":
        return strip_tags(str(getattr(value, "source", value)).replace("<", " <"))
    if kind in {"quote", "fact_box"} and isinstance(value, dict):
        return strip_tags(str(value["text"]).replace("<", " <"))
    return ""
