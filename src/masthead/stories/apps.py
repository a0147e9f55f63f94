from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "masthead.stories"
    label = "stories"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from masthead.bake.source import register  # noqa: PLC0415 - needs the models
        from masthead.stories import checkup, signals  # noqa: F401, PLC0415 - register themselves
        from masthead.stories.baking import PublicPages, track_tables  # noqa: PLC0415 - as above
        from masthead.stories.jobs import register_jobs  # noqa: PLC0415 - needs the models

        register_jobs()
        track_tables()
        register(PublicPages())
