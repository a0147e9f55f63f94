"""What the desk is told about stories."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the log tells of stories."""
    actions.register_action("masthead.lift_embargo", _("Lift embargo"), _("Embargo lifted"))
