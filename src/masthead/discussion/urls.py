"""Addresses below ``/discussion/``: what one person sends, and what they alone are answered."""

from django.urls import path

from masthead.discussion.views import following, own, responses, writing

urlpatterns = [
    path("story/<slug:story>/", writing.post, name="discussion_post"),
    path("story/<slug:story>/follow/", following.follow, name="discussion_follow"),
    path("story/<slug:story>/mine/", own.mine, name="discussion_mine"),
    path("story/<slug:story>/remark/", writing.remark, name="discussion_remark"),
    path("passage/<slug:name>/", writing.passage, name="discussion_passage"),
    path("confirm/<str:token>/", own.confirm, name="discussion_confirm"),
    path("<slug:name>/", own.comment, name="discussion_comment"),
    path("<slug:name>/reply/", writing.reply, name="discussion_reply"),
    path("<slug:name>/like/", responses.like, name="discussion_like"),
    path("<slug:name>/report/", responses.report, name="discussion_report"),
    path("<slug:name>/edit/", own.edit, name="discussion_edit"),
    path("<slug:name>/follow/", following.follow_comment, name="discussion_follow_comment"),
    path("<slug:name>/answer/", own.answer, name="discussion_answer"),
    path("<slug:name>/delete/", own.delete, name="discussion_delete"),
]
