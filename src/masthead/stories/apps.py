from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "masthead.stories"
    label = "stories"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from masthead.stories import checkup, signals  # noqa: F401, PLC0415 - register themselves
        from masthead.stories.jobs import register_jobs  # noqa: PLC0415 - needs the models

        register_jobs()
