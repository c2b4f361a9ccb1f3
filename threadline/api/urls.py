"""REST v1 for programs, its reference, and the members' page of keys."""

from django.urls import URLPattern, path, re_path

from threadline.api.views import keys, reference
from threadline.api.views.door import door

app_name = "api"
CAMPAIGN_VERBS = (
    *("launch", "start", "schedule", "recall", "ask_approval", "duplicate"),
    *("pause", "resume", "stop", "restart", "archive", "restore", "arm", "disarm"),
)
LEAD_VERBS = ("send", "complete", "remove", "retry")
# The same routes as ninja's, written down so that the URL table shows them without importing ninja.
RESOURCES = (
    ("messages", "messages"),
    ("messages/<str:id>", "message"),
    ("conversations", "conversations"),
    ("conversations/<str:id>", "conversation"),
    ("uploads", "uploads"),
    ("uploads/<str:id>", "upload"),
    ("numbers", "numbers"),
    ("contacts", "contacts"),
    ("contacts/<str:id>", "contact"),
    ("contacts/<str:id>/merge", "contact_merge"),
    ("contacts/<str:id>/unmerge", "contact_unmerge"),
    ("lists", "lists"),
    ("lists/<str:id>", "list"),
    ("lists/<str:id>/contacts", "list_contacts"),
    ("lists/<str:id>/contacts/<str:contact>", "list_contact"),
    ("imports", "imports"),
    ("imports/check", "import_check"),
    ("imports/<str:id>", "import"),
    ("imports/<str:id>/rejects.csv", "import_rejects"),
    ("imports/<str:id>/cancel", "import_cancel"),
    ("imports/<str:id>/undo", "import_undo"),
    ("campaigns", "campaigns"),
    ("campaigns/<str:id>", "campaign"),
    *((f"campaigns/<str:id>/{verb}", f"campaign_{verb}") for verb in CAMPAIGN_VERBS),
    ("campaigns/<str:id>/steps/<str:position>", "campaign_step"),
    ("campaigns/<str:id>/audience", "campaign_audience"),
    ("campaigns/<str:id>/audience/<str:rule>", "campaign_audience_rule"),
    ("campaigns/<str:id>/results", "campaign_results"),
    ("campaigns/<str:id>/leads", "leads"),
    ("campaigns/<str:id>/leads/<str:contact>", "lead"),
    *((f"campaigns/<str:id>/leads/<str:contact>/{verb}", f"lead_{verb}") for verb in LEAD_VERBS),
    ("templates", "templates"),
    ("templates/<str:id>", "template"),
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
