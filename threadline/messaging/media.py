"""Files of inbound texts are fetched in the background, once, and kept; the text itself never waits for them."""

import logging
import mimetypes
from datetime import timedelta
from tempfile import SpooledTemporaryFile

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from threadline.events.publish import Happening, publish
from threadline.lib import clock
from threadline.messaging.carrier import client_of
from threadline.messaging.models import Media
from threadline.numbers.models import Connection, Number
from threadline.twilio.client import CarrierError

log = logging.getLogger(__name__)

MOST_TRIES = 8  # with doubling waits from 2 s: about eight minutes, longer than media takes to spread
NOT_THERE_YET = 20404
IN_MEMORY = 1024 * 1024
LONGEST = timedelta(minutes=5)  # that a file is left to who fetches it: then that process has died


def fetch_due() -> bool:
    """Fetch one file that is due; False when none is."""
    now = clock.now()
    due = Media.objects.filter(try_after__lte=now).select_related("message").order_by("try_after").first()
    if due is None:
        return False
    if not Media.objects.filter(id=due.id, try_after=due.try_after).update(try_after=now + LONGEST):
        return True  # another worker was quicker
    connection = _connection(due)
    try:
        if connection is None:
            raise CarrierError("refused", 0, "Its Twilio connection was removed.")
        _fetch(due, connection)
    except CarrierError as error:
        _failed(due, error)
    with transaction.atomic():
        message = due.message
        publish(
            [
                Happening(
                    message.workspace_id,
                    "conversation.changed",
                    message.conversation.public_id,
                    {"messages": [message.id]},
                )
            ]
        )
    return True


def retry(media: Media) -> None:
    """Somebody asked to try again, whatever happened before."""
    media.tries, media.problem, media.try_after = 0, "", clock.now()
    media.save(update_fields=["tries", "problem", "try_after"])


def _connection(media: Media) -> Connection | None:
    message = media.message
    numbers = Number.objects.filter(workspace_id=message.workspace_id, phone=message.line)
    number = numbers.select_related("connection").in_use_first().first()
    return number.connection if number else None


def _fetch(media: Media, connection: Connection) -> None:
    client = client_of(connection)
    sid = media.message.sid or ""
    url = media.url
    if not url:  # history knows how many files there are, not where
        listed = client.media(sid)
        if media.position >= len(listed):
            raise CarrierError("refused", NOT_THERE_YET, "Twilio no longer has this file.")
        url = listed[media.position].url
    with client.fetch_media(sid, url) as download, SpooledTemporaryFile(IN_MEMORY) as kept:
        for chunk in download.chunks():
            kept.write(chunk)
        size = kept.tell()
        kept.seek(0)
        kind = download.content_type or media.content_type
        ending = mimetypes.guess_extension(kind) or ""
        name = default_storage.save(f"{media.message.workspace_id}/{media.public_id}{ending}", File(kept))
    Media.objects.filter(id=media.id).update(
        url=url, content_type=kind, file=name, size=size, try_after=None, problem="", tries=media.tries + 1
    )


def _failed(media: Media, error: CarrierError) -> None:
    """A file may take a while to appear everywhere (20404); another refusal never becomes a yes."""
    tries = media.tries + 1
    give_up = tries >= MOST_TRIES or (error.kind == "refused" and error.code != NOT_THERE_YET)
    wait = None if give_up else clock.now() + timedelta(seconds=2**tries)
    Media.objects.filter(id=media.id).update(tries=tries, try_after=wait, problem=error.sentence)
    log.warning("Media %s was not fetched (%d): %s", media.public_id, tries, error.sentence)
