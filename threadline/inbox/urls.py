"""Messages: the list, a thread, what members do in it, and writing to somebody new."""

from django.urls import path
from django.views.generic import RedirectView

from threadline.inbox.views import compose, conversation, home, many, media, person, reading, sending, sooner, why

app_name = "inbox"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="inbox:home", query_string=True), name="root"),
    path("messages/", home.home, name="home"),
    path("messages/rows/", home.rows, name="rows"),
    path("messages/sync/", home.sync, name="sync"),
    path("messages/new/", compose.compose, name="compose"),
    path("messages/new/people/", compose.offer, name="offer"),
    path("messages/many/<str:public_id>/", many.show, name="many"),
    path("messages/media/<str:public_id>/", media.show, name="media"),
    path("messages/media/<str:public_id>/retry/", media.retry, name="media_retry"),
    path("messages/<str:public_id>/", conversation.show, name="conversation"),
    path("messages/<str:public_id>/newer/", conversation.newer, name="newer"),
    path("messages/<str:public_id>/older/", conversation.older, name="older"),
    path("messages/<str:public_id>/send/", sending.send, name="send"),
    path("messages/<str:public_id>/draft/", sending.draft, name="draft"),
    path("messages/<str:public_id>/reading/", reading.read, name="reading"),
    path("messages/<str:public_id>/unread/", reading.unread, name="unread"),
    path("messages/<str:public_id>/close/", reading.close, name="close"),
    path("messages/<str:public_id>/reopen/", reading.reopen, name="reopen"),
    path("people/<str:public_id>/timeline/", person.timeline, name="person_timeline"),
    path("messages/<str:public_id>/now/<str:message_id>/", sooner.send_now, name="send_now"),
    path("messages/<str:public_id>/why/<str:message_id>/", why.show, name="why"),
]
