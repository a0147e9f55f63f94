from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from masthead.lib.jobs import Job, register


class UpkeepConfig(AppConfig):
    name = "masthead.upkeep"
    label = "upkeep"
    verbose_name = _("Upkeep")

    def ready(self) -> None:
        from masthead.upkeep import (  # noqa: PLC0415 - needs the models
            backups,
            checkup,  # noqa: F401 - the doctor's
            erasures,
            watch,
        )

        register(
            Job(
                "daily backup",
                backups.make_daily,
                every=60,
                heavy=True,
                is_due=backups.daily_is_due,
            )
        )
        register(Job("watch", watch.watch, every=60))
        register(Job("note who was erased", erasures.note, every=5))
