"""REST v1 for programs, its reference, and the members' page of keys."""

from django.urls import URLPattern, path, re_path

from threadline.api.views import keys, reference
from threadline.api.views.door import door

app_name = "api"
# The same routes as ninja's, written down so that the URL table shows them without importing ninja.
RESOURCES = (
    ("messages", "messages"),
    ("messages/<str:id>", "message"),
    ("conversations", "conversations"),
    ("conversations/<str:id>", "conversation"),
    ("numbers", "numbers"),
)
urlpatterns: list[URLPattern] = [
    *(path(f"api/v1/{route}", door(route), name=name) for route, name in RESOURCES),
    path("api/v1/openapi.json", reference.openapi, name="openapi"),
    path("api/v1/docs", reference.docs, name="docs"),
    re_path(r"^api/v1/.*$", door(""), name="missing"),
    path("settings/api/", keys.index, name="keys"),
    path("settings/api/keys/", keys.create, name="key_create"),
    path("settings/api/keys/<str:public_id>/revoke/", keys.revoke, name="key_revoke"),
]
