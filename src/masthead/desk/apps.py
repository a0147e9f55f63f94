from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "masthead.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from masthead.desk import signals  # noqa: F401, PLC0415 - registers the receivers
