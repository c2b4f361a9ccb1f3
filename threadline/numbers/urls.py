"""Pages of Twilio credentials and phone numbers."""

from django.urls import path

from threadline.numbers.views import credentials, limits, numbers, webhooks

app_name = "numbers"
urlpatterns = [
    path("settings/twilio/", credentials.show, name="credentials"),
    path("settings/twilio/connect/", credentials.connect, name="connect"),
    path("settings/twilio/<str:public_id>/numbers/", credentials.choose, name="choose"),
    path("settings/twilio/<str:public_id>/remove/", credentials.remove, name="remove"),
    path("numbers/", numbers.index, name="list"),
    path("numbers/check/", numbers.check, name="check"),
    path("numbers/public-url/", numbers.public_url, name="public_url"),
    path("numbers/<str:public_id>/", webhooks.show, name="number"),
    path("numbers/<str:public_id>/label/", numbers.label, name="label"),
    path("numbers/<str:public_id>/default/", numbers.make_default, name="default"),
    path("numbers/<str:public_id>/limits/", limits.save, name="limits"),
    path("numbers/<str:public_id>/webhook/set/", webhooks.set_here, name="webhook_set"),
    path("numbers/<str:public_id>/webhook/restore/", webhooks.put_back, name="webhook_restore"),
]
