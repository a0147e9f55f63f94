"""Addresses of this app for readers, none of them baked."""

from django.urls import path

from masthead.newsletter import views

urlpatterns = [
    path("subscribe/", views.subscribe_page, name="subscribe"),
    path("to/<str:edition>/<int:number>/", views.letter_link, name="letter_link"),
]
