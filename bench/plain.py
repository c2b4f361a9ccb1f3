"""The other reference for PERF-2: an inbound text handled as one would first write it, a Django view with the ORM."""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_wsgi = get_wsgi_application()

from django.conf import settings  # noqa: E402
from twilio.request_validator import RequestValidator  # noqa: E402

from threadline.events.models import Event  # noqa: E402
from threadline.messaging.models import Conversation, Message  # noqa: E402
from threadline.numbers.models import Connection, Number  # noqa: E402


@csrf_exempt
def incoming(request: HttpRequest, key: str) -> HttpResponse:
    """Verify the signature, find the conversation, store the message, count it, write the event."""
    connection = Connection.objects.select_related("workspace").get(hook_key=key)
    form = request.POST.dict()
    url = request.build_absolute_uri()
    if not RequestValidator(connection.auth_token).validate(url, form, request.headers["X-Twilio-Signature"]):
        return HttpResponse(status=403)
    with transaction.atomic():
        _store(connection, form)
    return HttpResponse("<Response/>", content_type="text/xml")


def _store(connection: Connection, form: dict[str, str]) -> None:
    number = Number.objects.get(connection=connection, phone=form["To"])
    digits = form["From"].lstrip("+")
    conversation, _new = Conversation.objects.get_or_create(
        workspace=connection.workspace,
        channel="sms",
        address=form["From"],
        defaults={"digits": digits, "digits_reversed": digits[::-1], "last_activity_at": timezone.now()},
    )
    message, new = Message.objects.get_or_create(
        sid=form["MessageSid"],
        defaults={
            "workspace": connection.workspace,
            "conversation": conversation,
            "number": number,
            "direction": "inbound",
            "line": form["To"],
            "address": form["From"],
            "body": form["Body"],
            "status": "received",
            "rank": 50,
            "source": "plain",
        },
    )
    if not new:
        return
    conversation.unread += 1
    conversation.last_message_id = message.id
    conversation.last_activity_at = timezone.now()
    conversation.preview = message.body[:160]
    conversation.save()
    Event.objects.create(
        workspace=connection.workspace,
        type="conversation.changed",
        subject=conversation.public_id,
        data={"messages": [message.id], "inbound": 1},
        created_at=timezone.now(),
    )


urlpatterns = [path("hooks/<str:key>/incoming-sms", incoming)]
settings.ROOT_URLCONF = "bench.plain"
settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
_wsgi.load_middleware()
application = WSGIMiddleware(cast(Any, _wsgi), workers=4)
