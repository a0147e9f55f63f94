"""What the apps above put on public pages: HTML at places of the templates, and addresses below."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from masthead.stories.answer import Answer
from masthead.stories.models import PublicPage

if TYPE_CHECKING:
    from masthead.stories.render import Shell

Html = Callable[["Shell", PublicPage], str]
AroundBlock = Callable[["Shell", PublicPage, Any, Markup], Markup]
Below = Callable[[PublicPage, str], Answer | None]


def _nothing(_page: PublicPage) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Addition:
    """What one app adds to public pages: the same for every reader, and nothing by the clock.

    ``html`` fills places of the templates: ``head``, ``story_text_end``, ``after_story``,
    ``footer``, ``most_discussed`` of a front page and, where an editor puts one into a text,
    ``letter_box``. What stands below a page's own path is answered by ``below``, by its first
    step: ``{"comments": answer}`` is asked with the page and ``comments/2/``. ``paths`` names those
    addresses, so that they are baked with their page. ``around_block`` is given the HTML of each
    block of a story's body, and returns it with what it puts there.
    """

    html: Mapping[str, Html] = field(default_factory=dict)
    below: Mapping[str, Below] = field(default_factory=dict)
    paths: Callable[[PublicPage], Iterable[str]] = _nothing
    around_block: AroundBlock | None = None


_additions: list[Addition] = []


def add(addition: Addition) -> None:
    """Put something on public pages, after what others have put there."""
    _additions.append(addition)


def added(place: str, shell: "Shell", page: PublicPage) -> Markup:
    """Return what stands at a place of a template."""
    filled = [each.html[place](shell, page) for each in _additions if place in each.html]
    return Markup("\n".join(filled))  # noqa: S704 - made by templates


def block_with_additions(shell: "Shell", page: PublicPage, block: Any, html: Markup) -> Markup:
    """Return the HTML of a block of a story's body with what was added to it."""
    for each in _additions:
        if each.around_block:
            html = each.around_block(shell, page, block, html)
    return html


def paths_below(page: PublicPage, path: str) -> Iterator[str]:
    """Yield the paths that stand below a page's own one."""
    for each in _additions:
        yield from (f"{path}{rest}" for rest in each.paths(page))


def splits(path: str) -> Iterator[tuple[str, str, Below]]:
    """Yield how a path may be a page's and what stands below it, and who answers for that."""
    steps = path.split("/")
    for number, step in enumerate(steps):
        for each in _additions:
            if step in each.below:
                above, rest = "/".join([*steps[:number], ""]), "/".join(steps[number:])
                yield above, rest, each.below[step]


def is_file_below(path: str) -> bool:
    """Return whether a path may lead to a file that stands below a page."""
    return not path.endswith("/") and any(True for _split in splits(path))
