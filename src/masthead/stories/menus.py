"""What a newsroom puts into its menus: pages of its own, and addresses."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

is_web_address = URLValidator(["http", "https"])
is_mail_address = EmailValidator()
is_secure_address = URLValidator(["https"], message=_("Write it whole, beginning with https://"))
#: What may stand in a menu; the front page itself is behind the newsroom's name.
IN_MENUS = [
    f"stories.{name}"
    for name in (
        "Section",
        "StandingPage",
        "Topic",
        "TopicIndex",
        "Person",
        "PersonIndex",
        "Archive",
        "Story",
    )
]


def is_link_address(address: str) -> None:
    """Raise ValidationError unless a reader can be led to an address: on the web, here, by mail."""
    try:
        if address.startswith("/") and not address.startswith(("//", "/\\")):
            is_web_address(f"https://newsroom.example{address}")
        elif address.startswith("mailto:"):
            is_mail_address(urlsplit(address).path)
        else:
            is_web_address(address)
    except (ValidationError, ValueError):
        message = _("Write it as https://…, as mailto:… or, on this site, as /about/.")
        raise ValidationError(message) from None


class MenuPageBlock(blocks.StructBlock):
    """A page of the newsroom. Readers see the entry while they may see the page."""

    page = blocks.PageChooserBlock(IN_MENUS, label=_("Page"))
    label = blocks.CharBlock(
        label=_("Words"), required=False, max_length=80, help_text=_("Empty: the page's title.")
    )

    class Meta:
        icon = "doc-empty"
        label = _("Page")


class MenuAddressBlock(blocks.StructBlock):
    """Anything that has an address."""

    label = blocks.CharBlock(label=_("Words"), max_length=80)
    address = blocks.CharBlock(label=_("Address"), max_length=500, validators=[is_link_address])

    class Meta:
        icon = "link"
        label = _("Address")


class Menu(blocks.StreamBlock):
    """The entries of a menu, in order."""

    page = MenuPageBlock()
    address = MenuAddressBlock()

    required = False


class ProfileBlock(blocks.StructBlock):
    """Where else the newsroom speaks."""

    name = blocks.CharBlock(label=_("Name"), max_length=80, help_text=_("As readers see it."))
    url = blocks.CharBlock(label=_("Address"), max_length=500, validators=[is_secure_address])

    class Meta:
        icon = "globe"
        label = _("Profile")


class Profiles(blocks.StreamBlock):
    """The newsroom's profiles elsewhere, in order."""

    profile = ProfileBlock()

    required = False
