from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BakeConfig(AppConfig):
    name = "masthead.bake"
    label = "bake"
    verbose_name = _("Baked pages")

    def ready(self) -> None:
        from masthead.bake import capture, checkup, signals  # noqa: F401, PLC0415 - they register

        capture.install()
