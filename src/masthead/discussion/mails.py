"""The mails that a discussion causes."""

from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from masthead.discussion.models import Comment, Commenter
from masthead.mail.actions import write_mail
from masthead.readers.links import whole

SALT = "masthead.discussion.confirm"
#: Seconds in which an address can be confirmed.
CONFIRMABLE = 7 * 24 * 3600


def write_confirmation(comment: Comment) -> None:
    """Ask by mail whether whoever has the address wrote a comment.

    Nothing in it is the stranger's own words: nobody can make us carry them to a third person.
    """
    story, commenter = comment.story, comment.commenter
    site = story.get_site()
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
    site = story.get_site()
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
