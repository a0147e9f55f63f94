from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from masthead.lib.jobs import Job
from masthead.lib.jobs import register as register_job


class NewsletterConfig(AppConfig):
    name = "masthead.newsletter"
    label = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from masthead.mail.campaigns import before_the_first  # noqa: PLC0415 - needs the models
        from masthead.newsletter import signals  # noqa: F401, PLC0415 - registers the receivers
        from masthead.newsletter.actions import letters_are_near, put_on_the_web, start_due  # noqa: PLC0415 - needs the models
        from masthead.newsletter.box import BOX  # noqa: PLC0415 - needs the models
        from masthead.newsletter.kind import LETTER  # noqa: PLC0415 - as above
        from masthead.newsletter.routines import write_due  # noqa: PLC0415 - as above
        from masthead.newsletter.subscribers import work  # noqa: PLC0415 - as above
        from masthead.newsletter.tables import track_tables  # noqa: PLC0415 - as above
        from masthead.readers.kinds import register  # noqa: PLC0415 - as above
        from masthead.stories.additions import add  # noqa: PLC0415 - as above

        track_tables()
        register(LETTER)
        add(BOX)
        before_the_first(put_on_the_web)
        register_job(Job(name="write automatic letters", run=write_due, every=10))
        register_job(
            Job(
                name="start letters",
                run=start_due,
                every=1,
                heavy=True,
                is_due=letters_are_near,
            )
        )
        register_job(
            Job(
                name="import subscribers",
                run=work.work_off,
                every=1,
                heavy=True,
                is_due=work.is_waiting,
            )
        )
        register_job(Job(name="forget imported files", run=work.forget_files, every=3600))
