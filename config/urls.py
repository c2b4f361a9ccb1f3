"""Every page and programs' door, by the room that answers it."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("", include("threadline.accounts.urls")),
    path("", include("threadline.billing.urls")),
    path("", include("threadline.compliance.urls")),
    path("", include("threadline.numbers.urls")),
    path("", include("threadline.contacts.urls")),
    path("", include("threadline.messaging.urls")),
    path("", include("threadline.inbox.urls")),
    path("", include("threadline.ingest.urls")),
    path("", include("threadline.campaigns.urls")),
    path("", include("threadline.api.urls")),
]
