"""A letter's blocks as what is shown of them, the same for mail, plain text and web."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from masthead.newsletter.models import Edition
from masthead.stories.models import Story
from masthead.stories.queries import cards, front_of, stories_in

#: Blocks that only readers get who consented to offers.
PAID = ("sponsor", "offer")


@dataclass(frozen=True)
class Part:
    """One block: its kind, its value, and the stories in it that readers may see."""

    kind: str
    value: Any
    stories: list[Story] = field(default_factory=list)


def parts(edition: Edition, *, with_offers: bool) -> list[Part]:
    """Return what a letter shows; what is not public, or empty, is left out.

    ``with_offers`` is whether it is for readers who consented to special offers.
    """
    found = [_part(edition, block) for block in edition.body]
    return [each for each in found if each and (with_offers or each.kind not in PAID)]


def has_offers(edition: Edition) -> bool:
    """Return whether some readers of a letter get less than others."""
    return not edition.letter.is_offers and any(block.block_type in PAID for block in edition.body)


def _part(edition: Edition, block: Any) -> Part | None:
    match block.block_type:
        case "lead" | "question":
            stories = _public([block.value["story"]])
        case "picked":
            stories = _public(block.value["stories"])
        case "newest":
            stories = newest(edition, block.value)
        case _:
            return Part(block.block_type, block.value)
    return Part(block.block_type, block.value, stories) if stories else None


def _public(chosen: Any) -> list[Story]:
    keys = [story.pk for story in chosen if story]
    found = cards().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def newest(edition: Edition, value: Any) -> list[Story]:
    """Return the newest stories for a letter, those that it shows elsewhere left out."""
    section = value["section"]
    stories = stories_in(section.specific) if section else cards()
    if not section:
        stories = stories.descendant_of(front_of(edition))
    if last := last_sent_at(edition):
        stories = stories.filter(published_at__gt=last)
    return list(stories.exclude(pk__in=set(_chosen(edition)))[: value["most"]])


def last_sent_at(edition: Edition) -> Any:
    """Return when the letter before this one went out; None for the first of its kind."""
    before = Edition.objects.filter(letter=edition.letter_id, dispatch__started_at__isnull=False)
    others = before.exclude(pk=edition.pk).order_by("-dispatch__started_at")
    return others.values_list("dispatch__started_at", flat=True).first()


def _chosen(edition: Edition) -> Iterator[int]:
    for block in edition.body:
        if block.block_type == "lead" and block.value["story"]:
            yield block.value["story"].pk
        elif block.block_type == "picked":
            yield from (story.pk for story in block.value["stories"] if story)
