"""The pages that say who a newsroom is and how it works, written for it until it writes its own."""

from django.conf import settings
from django.utils.translation import gettext as _

from masthead.stories.models import FrontPage, StandingKind, StandingPage

Passages = list[str]


def add_standing_pages(front: FrontPage, original: FrontPage | None = None) -> None:
    """Create the standing pages of one language, as drafts until an editor confirms them.

    The active translation is the language that they are written in.
    """
    for kind, slug, title, passages in _pages(front.title):
        page = StandingPage(
            title=title,
            slug=slug,
            kind=kind,
            locale=front.locale,
            is_confirmed=kind == StandingKind.CORRECTIONS,
            body=[("text", "".join(f"<p>{passage}</p>" for passage in passages))],
        )
        twin = (
            StandingPage.objects.child_of(original).filter(kind=kind).first() if original else None
        )
        if twin:
            page.translation_key = twin.translation_key
        front.add_child(instance=page)


def _pages(name: str) -> list[tuple[StandingKind, str, str, Passages]]:
    return [
        (StandingKind.ABOUT, "about", _("About us"), _about(name)),
        (StandingKind.CONTACT, "contact", _("Contact"), _contact(name)),
        (StandingKind.CORRECTIONS, "corrections", _("Corrections"), _corrections()),
        (StandingKind.RULES, "house-rules", _("House rules"), _rules()),
        (StandingKind.OWNERSHIP, "ownership", _("Who owns us"), _ownership(name)),
        (StandingKind.IMPRINT, "imprint", _("Imprint"), _imprint(name)),
        (StandingKind.PRIVACY, "privacy", _("Privacy"), privacy(name)),
    ]


def _about(name: str) -> Passages:
    return [
        _("%(name)s reports the news and says where it comes from.") % {"name": name},
        _(
            "Every story says who wrote it, when and where it was reported, and what kind of work "
            "it is: news, analysis, opinion. What others paid for is marked as sponsored."
        ),
    ]


def _contact(name: str) -> Passages:
    return [
        _("Write to %(name)s with a question, a tip or a correction.") % {"name": name},
        _("The address stands at the foot of every page."),
    ]


def _corrections() -> Passages:
    return [
        _(
            "When we were wrong, we say what was wrong and what is right: in the story, and here. "
            "Nothing is taken away without a word."
        ),
    ]


def _rules() -> Passages:
    return [
        _("Be kind to people and hard on arguments. Say who you are speaking for."),
        _("No threats, no insults, nobody's private life, no advertising."),
    ]


def _ownership(name: str) -> Passages:
    return [
        _("Here %(name)s says who owns it and who pays for its work.") % {"name": name},
    ]


def _imprint(name: str) -> Passages:
    return [
        _("%(name)s: publisher, postal address and the person who answers for the contents.")
        % {"name": name},
    ]


def privacy(name: str) -> Passages:
    """Return what happens to readers' data, from the settings that are really on."""
    return [
        _(
            "%(name)s sets no cookie for readers, counts nobody, and loads nothing from other "
            "sites. A video that stands on another site is fetched only when you ask for it; "
            "that site then learns your network address."
        )
        % {"name": name},
        _("Whoever signs in gets a cookie that keeps them signed in; it ends when they sign out."),
        _(
            "Whoever comments gets a cookie by which the discussion, and nothing else, knows them "
            "for a year. Their mail address is never shown. From which network they wrote is kept "
            "for 30 days, as a code that does not tell their address."
        ),
        _mail(),
        _("You may ask at any time what we know about you, and have it deleted."),
    ]


def _mail() -> str:
    if settings.INSTALLATION.email_url:
        return _(
            "Mail that we send passes through our mail server. We keep the text of a mail for "
            "30 days, to find out what went wrong if it does not arrive."
        )
    return _("We send no mail: no mail server is set.")
