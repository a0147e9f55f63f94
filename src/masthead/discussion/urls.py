"""Addresses below ``/discussion/``: what one person sends, and what they alone are answered."""

from django.urls import path

from masthead.discussion import views

urlpatterns = [
    path("story/<slug:story>/", views.post, name="discussion_post"),
    path("story/<slug:story>/follow/", views.follow, name="discussion_follow"),
    path("story/<slug:story>/mine/", views.mine, name="discussion_mine"),
    path("story/<slug:story>/remark/", views.remark, name="discussion_remark"),
    path("passage/<slug:name>/", views.passage, name="discussion_passage"),
    path("confirm/<str:token>/", views.confirm, name="discussion_confirm"),
    path("<slug:name>/", views.comment, name="discussion_comment"),
    path("<slug:name>/reply/", views.reply, name="discussion_reply"),
    path("<slug:name>/like/", views.like, name="discussion_like"),
    path("<slug:name>/report/", views.report, name="discussion_report"),
    path("<slug:name>/edit/", views.edit, name="discussion_edit"),
    path("<slug:name>/follow/", views.follow_comment, name="discussion_follow_comment"),
    path("<slug:name>/answer/", views.answer, name="discussion_answer"),
    path("<slug:name>/delete/", views.delete, name="discussion_delete"),
]
