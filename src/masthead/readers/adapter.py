"""Where accounts differ from what allauth does by default."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest  # noqa: TID251 - allauth's adapter speaks HTTP


class AccountAdapter(DefaultAccountAdapter):
    """Lets in whoever the newsroom has invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Return False: an editor makes accounts; nothing for readers needs one yet."""
        return False
