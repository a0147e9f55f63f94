from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionConfig(AppConfig):
    name = "masthead.discussion"
    label = "discussion"
    verbose_name = _("Discussion")

    def ready(self) -> None:
        from masthead.discussion import on_pages, signals  # noqa: F401, PLC0415 - need the models
        from masthead.discussion.follow import register_kinds  # noqa: PLC0415 - as above
        from masthead.discussion.jobs import register_jobs  # noqa: PLC0415 - as above

        on_pages.track_tables()
        on_pages.add_to_pages()
        register_kinds()
        register_jobs()
