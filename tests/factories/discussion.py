"""Comments as they are after somebody sent them."""

import itertools

from masthead.discussion import actions
from masthead.discussion.models import Discussion, Mode

_numbers = itertools.count(1)


def open_to_all(story):
    """Let readers see comments on a story at once."""
    Discussion.objects.update_or_create(page=story.page_ptr, defaults={"mode": Mode.OPEN})
    return story


def comment_on(story, text="", *, parent=None, name="", email="", **more):
    """Return a comment that somebody new has sent."""
    number = next(_numbers)
    draft = actions.Draft(
        story=story,
        parent=parent,
        text=text or f"What I think, number {number}",
        name=name or f"Reader {number}",
        email=email or f"reader{number}@example.org",
        visitor=f"browser-{number}",
        network=f"network {number}",
        **more,
    )
    return actions.post(draft=draft)
