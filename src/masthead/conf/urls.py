"""Every address that is no story."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail.admin import urls as desk_urls

from masthead.desk.choosing import ChooserView
from masthead.mail import views as mail
from masthead.media import views as media
from masthead.readers import views as readers
from masthead.stories import views as stories
from masthead.upkeep import views as upkeep

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/login/", readers.desk_entrance, name="desk_entrance"),
    # In place of Wagtail's, which come before whatever its hooks add.
    path("desk/choose-page/", ChooserView.as_view()),
    path("desk/choose-page/<int:parent_page_id>/", ChooserView.as_view()),
    path("desk/", include(desk_urls)),
    path("account/", include("allauth.urls")),
    path("my/", include("masthead.newsletter.urls")),
    path("my/", include("masthead.readers.urls")),
    path("hooks/mail/<slug:provider>/", mail.provider_hook, name="provider_hook"),
    path("discussion/", include("masthead.discussion.urls")),
    path("documents/<slug:public_id>/<str:filename>", media.document, name="document"),
    path("media/<path:name>", media.public_file, name="public_file"),
    path("metrics", upkeep.metrics, name="metrics"),
    path("search/", stories.search, name="search"),
    re_path(r"^(.*)$", stories.page, name="wagtail_serve"),
]

handler400 = "masthead.conf.views.bad_request"
handler403 = "masthead.conf.views.forbidden"
handler404 = "masthead.conf.views.not_found"
handler500 = "masthead.conf.views.server_error"
