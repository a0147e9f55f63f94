"""What an address can ask for: each app registers its kinds when it is ready."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from wagtail.models import Site

    from masthead.readers.models import Address, Subscription

Text = str | Promise


@dataclass(frozen=True)
class Description:
    """What a person reads about one thing that they asked for; ``note`` says when it comes."""

    title: str
    url: str = ""
    note: str = ""


def _nothing_offered(_site: "Site", _language: str) -> Iterable[tuple[str, Description]]:
    return ()


def _nothing_kept(_address: "Address") -> Mapping[str, Any]:
    return {}


def _nothing_to_erase(_address: "Address") -> None:
    return None


def _nothing_waits(_address: "Address", _target: str) -> None:
    return None


def _nothing_follows(_subscription: "Subscription") -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """One kind of thing that mail can be asked for, such as a letter or a story's follow-ups.

    ``heading`` stands over those of this kind on the My page. ``describe`` tells a target in the
    language that is active; None when there is no such thing any more. ``offered`` yields targets
    that anybody may ask for on their My page, with what they are. ``has_frequency`` lets a person
    choose how often. ``on_confirm`` is told of each new confirmation, in its transaction;
    ``on_withdraw`` of the address and target of each end, so that nothing that waits goes out.
    ``on_export`` returns what the app keeps of an address besides its
    subscriptions (as JSON takes it); ``on_erase`` erases that.
    """

    name: str
    heading: Text
    describe: Callable[[str], Description | None]
    offered: "Callable[[Site, str], Iterable[tuple[str, Description]]]" = _nothing_offered
    has_frequency: bool = False
    on_confirm: "Callable[[Subscription], None]" = _nothing_follows
    on_withdraw: "Callable[[Address, str], None]" = _nothing_waits
    on_export: "Callable[[Address], Mapping[str, Any]]" = _nothing_kept
    on_erase: "Callable[[Address], None]" = _nothing_to_erase


_registered: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let addresses ask for a kind. Raises ValueError when another has the same name."""
    if _registered.setdefault(kind.name, kind) != kind:
        msg = f"two kinds are named “{kind.name}”"
        raise ValueError(msg)


def registered() -> tuple[Kind, ...]:
    """Return all kinds in the order in which they were registered."""
    return tuple(_registered.values())


def named(name: str) -> Kind | None:
    """Return a kind by its name; None when its app is gone."""
    return _registered.get(name)
