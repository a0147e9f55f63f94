"""Addresses below ``/my/``: what somebody gets by mail, opened by signed links."""

from django.urls import path

from masthead.readers import views

urlpatterns = [
    path("", views.ask_for_my_page, name="my_ask"),
    path("confirm/<str:token>/", views.confirm, name="my_confirm"),
    path("stop/<str:token>/", views.stop, name="my_stop"),
    path("<str:token>/", views.my_page, name="my_page"),
    path("<str:token>/export/", views.export, name="my_export"),
    path("<str:token>/erase/", views.erase, name="my_erase"),
]
