from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from masthead.lib.jobs import Job, register


class ReadersConfig(AppConfig):
    name = "masthead.readers"
    label = "readers"
    verbose_name = _("Readers")

    def ready(self) -> None:
        from masthead.readers.actions import forget  # noqa: PLC0415 - needs the models

        register(Job(name="forget what nobody confirmed", run=forget, every=3600))
