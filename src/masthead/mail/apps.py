from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from masthead.lib.jobs import Job, register


class MailConfig(AppConfig):
    name = "masthead.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from masthead.mail import checkup, mailbox, work  # noqa: F401, PLC0415 - needs the models
        from masthead.mail.actions import deliver_due, forget_messages  # noqa: PLC0415 - as above

        register(Job(name="mail", run=deliver_due, every=0.5))
        register(Job(name="mail-retention", run=forget_messages, every=3600))
        register(
            Job(
                name="mail-that-came-back",
                run=mailbox.read_returns,
                is_due=mailbox.has_mailbox,
                every=60,
                heavy=True,
            )
        )
        for number in range(work.SENDERS):
            register(
                Job(
                    name=f"letters-{number + 1}",
                    run=partial(work.send_letters, number),
                    is_due=partial(work.letters_are_due, number),
                    every=0.5,
                    heavy=True,
                )
            )
            register(
                Job(
                    name=f"signatures-{number + 1}",
                    run=partial(work.sign_letters, number),
                    is_due=work.letters_are_unsigned,
                    every=1,
                    heavy=True,
                )
            )
