from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from masthead.lib.jobs import Job, register


class MailConfig(AppConfig):
    name = "masthead.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from masthead.mail.actions import deliver_due, forget_messages  # noqa: PLC0415 - needs the models

        register(Job(name="mail", run=deliver_due, every=0.5))
        register(Job(name="mail-retention", run=forget_messages, every=3600))
