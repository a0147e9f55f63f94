"""The letters that were sent, as readers find them on the web."""

from dataclasses import dataclass

from masthead.newsletter.models import Edition, LetterIndex
from masthead.stories.queries import public

#: So many stand on the page itself; the others by year.
NEWEST = 30


@dataclass(frozen=True)
class Shown:
    """One page of the list of letters."""

    letters: list[Edition]
    years: list[int]
    year: int | None = None


def letters_on(page: LetterIndex, part: tuple[str, ...] = ()) -> Shown:
    """Return the newest letters, or those of a year ``("2026",)``.

    Raises LookupError when there are none of that year.
    """
    every = public(Edition).child_of(page).select_related("letter")
    found = every.order_by("-first_published_at", "-pk")
    years = sorted({moment.year for moment in found.dates("first_published_at", "year")})[::-1]
    if not part:
        return Shown(list(found[:NEWEST]), years)
    if len(part) != 1 or part[0] not in {str(year) for year in years}:
        raise LookupError(part)
    return Shown(list(found.filter(first_published_at__year=int(part[0]))), years, int(part[0]))
