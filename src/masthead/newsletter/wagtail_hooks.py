"""Letters in the desk."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from masthead.newsletter.models import Invitation, LetterList


class LetterListViewSet(SnippetViewSet):
    """The letters that readers can ask for."""

    model = LetterList
    icon = "list-ul"
    menu_label = _("Letters to choose")
    list_display = ("name", "rhythm", "locale", "is_offers", "is_open")
    search_backend_name = None


class InvitationViewSet(SnippetViewSet):
    """What stands over the sign-up box."""

    model = Invitation
    icon = "form"
    menu_label = _("Invitation")
    list_display = ("heading", "locale")
    search_backend_name = None


class NewsletterGroup(SnippetViewSetGroup):
    """Everything about letters, in one entry of the menu."""

    items = (LetterListViewSet, InvitationViewSet)
    menu_label = _("Newsletter")
    menu_icon = "mail"
    menu_order = 80


register_snippet(NewsletterGroup)
