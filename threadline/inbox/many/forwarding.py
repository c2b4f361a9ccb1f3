"""The files of a text that is passed on: those that went out are ours already, those that came in are copied."""

from pathlib import PurePath

from django.core.files import File
from django.core.files.storage import default_storage

from threadline.accounts.requests import MemberRequest
from threadline.lib import clock
from threadline.messaging import media_urls, uploads
from threadline.messaging.models import Media, Message, Upload


def count(message: Message | None) -> int:
    """How many of its files can go along; the others were never fetched, or lie elsewhere."""
    return len(_ours(message)) + len(_came(message)) if message and message.num_media else 0


def files(request: MemberRequest, message: Message) -> tuple[list[Upload], str]:
    """Files to send and "", or none and a sentence about the one that texts cannot carry."""
    now = clock.now()
    try:
        ids = list(_ours(message))
        for media in _came(message):
            with default_storage.open(media.file) as file:
                name = PurePath(media.file).name
                ids.append(uploads.store(request.workspace, request.member, File(file, name), now).public_id)
        return uploads.choose(request.workspace.pk, ids), ""
    except uploads.Invalid as invalid:
        return [], invalid.sentence


def _ours(message: Message) -> list[str]:
    return [public_id for url in message.media_urls or () if (public_id := media_urls.public_id_of(url))]


def _came(message: Message) -> list[Media]:
    found = Media.objects.filter(message=message).exclude(file="").order_by("position")
    return [media for media in found if default_storage.exists(media.file)]
