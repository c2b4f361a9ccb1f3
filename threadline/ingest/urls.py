"""Refused and parked webhooks, and liveness. The webhooks themselves are raw ASGI: config/asgi.py."""

from django.urls import path

from threadline.ingest.views import health, refused

app_name = "ingest"
urlpatterns = [
    path("settings/webhooks/", refused.index, name="refused"),
    path("settings/webhooks/seen/", refused.dismiss, name="dismiss"),
    path("settings/webhooks/<int:raw_id>/retry/", refused.retry, name="retry"),
    path("health", health.show, name="health"),
]
