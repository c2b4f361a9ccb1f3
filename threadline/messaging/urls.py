"""Files that go out with texts: for members by session, for the carrier by signature."""

from django.urls import path

from threadline.messaging.views import fetching, uploads

app_name = "messaging"
urlpatterns = [
    path("uploads/", uploads.create, name="uploads"),
    path("uploads/<str:public_id>/", uploads.show, name="upload"),
    path("uploads/<str:public_id>/delete/", uploads.delete, name="upload_delete"),
    path("media/out/<str:public_id>/<str:signature>/<str:name>", fetching.fetch, name="media_out"),
]
