"""The mails that a discussion causes."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from masthead.discussion.models import Comment, Commenter
from masthead.mail.actions import write_mail
from masthead.readers import links
from masthead.readers.links import whole
from masthead.readers.models import Subscription
from masthead.stories.models import Correction, CorrectionKind

SALT = "masthead.discussion.confirm"
#: Seconds in which an address can be confirmed.
CONFIRMABLE = 7 * 24 * 3600


def write_confirmation(comment: Comment) -> None:
    """Ask by mail whether whoever has the address wrote a comment.

    Nothing in it is the stranger's own words: nobody can make us carry them to a third person.
    """
    story, commenter = comment.story, comment.commenter
    site = story.site
    if not site or not commenter.address:
        return
    token = signing.dumps(commenter.public_id, salt=SALT)
    with translation.override(story.locale.language_code):
        context = {
            "newsroom": site.site_name,
            "home": site.root_url,
            "story": story.title,
            "link": whole(site, reverse("discussion_confirm", args=[token])),
        }
        message = EmailMessage(
            subject=_("Please confirm your comment"),
            body=render_to_string("discussion/confirm.txt", context),
            to=[commenter.address.email],
            headers={"Auto-Submitted": "auto-replied"},
        )
    write_mail(message=message, site=site)


def commenter_of(token: str) -> Commenter | None:
    """Return who confirms with a link; None when it is too old or none of ours."""
    try:
        name = signing.loads(token, salt=SALT, max_age=CONFIRMABLE)
    except signing.BadSignature:
        return None
    return Commenter.objects.filter(public_id=name).select_related("address").first()


def write_verdict(comment: Comment) -> None:
    """Tell the author of a comment why readers do not see it, if the address is theirs."""
    story, commenter = comment.story, comment.commenter
    site = story.site
    if not site or not commenter.address or not commenter.confirmed_at:
        return
    with translation.override(story.locale.language_code):
        context = {
            "newsroom": site.site_name,
            "home": site.root_url,
            "story": story.title,
            "verdict": comment.verdict,
            "link": whole(site, reverse("discussion_comment", args=[comment.name])),
        }
        message = EmailMessage(
            subject=_("About your comment at %(newsroom)s") % {"newsroom": site.site_name},
            body=render_to_string("discussion/verdict.txt", context),
            to=[commenter.address.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
    write_mail(message=message, site=site)


def write_news(*, subscription: Subscription, comments: Sequence[Comment], wording: str) -> None:
    """Tell a subscription of comments, in one mail that ends it with one click."""
    story = comments[0].story
    site = story.site
    if not site:
        return
    told = [(each, _link_to(site, each)) for each in comments]
    _tell(
        subscription,
        site,
        subject=_("New comments: %(story)s") % {"story": story.title},
        template="discussion/news.txt",
        context={"story": story.title, "wording": wording, "comments": told},
    )


def write_corrections(
    *, subscription: Subscription, corrections: Sequence[Correction], wording: str
) -> None:
    """Tell a subscription what was corrected or updated in a story, as with comments."""
    story = corrections[0].story
    site = story.site
    if not site:
        return
    subjects = {
        CorrectionKind.CORRECTION: _("Correction: %(story)s"),
        CorrectionKind.CLARIFICATION: _("Clarification: %(story)s"),
        CorrectionKind.UPDATE: _("Update: %(story)s"),
        CorrectionKind.RETRACTION: _("Retraction: %(story)s"),
    }
    newest = CorrectionKind(corrections[-1].kind)
    link = whole(site, story.address)
    _tell(
        subscription,
        site,
        subject=subjects[newest] % {"story": story.title},
        template="discussion/corrections.txt",
        context={
            "story": story.title,
            "wording": wording,
            "corrections": corrections,
            "link": link,
        },
    )


def _tell(
    subscription: Subscription, site: Site, *, subject: str, template: str, context: dict[str, Any]
) -> None:
    """Write a mail that somebody asked for, with the two ways to ask for less."""
    address = subscription.address
    stop = whole(site, links.stop(address, subscription.kind, subscription.target))
    ways = {"stop": stop, "my_page": whole(site, links.my_page(address))}
    newsroom = {"newsroom": site.site_name, "home": site.root_url}
    message = EmailMessage(
        subject=subject,
        body=render_to_string(template, {**newsroom, **ways, **context}),
        to=[address.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    write_mail(message=message, site=site)


def _link_to(site: Site, comment: Comment) -> str:
    number = comment.page.number if comment.page else 1
    return whole(site, f"{comment.story.address}comments/{number}/#c-{comment.name}")
