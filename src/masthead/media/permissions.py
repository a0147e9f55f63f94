"""Who may change a clip: those who may change all, and whoever put it in."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from masthead.media.models import Clip
from masthead.readers.models import User


class ClipPermissions(ModelPermissionPolicy):
    """Lets a reporter put captions and a credit to the clips that are their own."""

    def user_has_permission(self, user: User, action: str) -> bool:
        """Return whether a user may do something with some of the clips."""
        may = bool(super().user_has_permission(user, action))
        return may or (action == "change" and bool(super().user_has_permission(user, "add")))

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        """Return whether a user may do something with one clip."""
        if action != "change" or super().user_has_permission(user, "change"):
            return self.user_has_permission(user, action)
        is_own = instance.uploaded_by_user_id == user.pk
        return is_own and self.user_has_permission(user, action)


def may_change(user: User, clip: Clip) -> bool:
    """Return whether a user may change a clip."""
    return ClipPermissions(Clip).user_has_permission_for_instance(user, "change", clip)
