"""Handing out a stored file: its true type, never guessed at, and parts of it for players that ask for them."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from threadline.messaging import uploads
from threadline.messaging.models import Upload

_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_CHUNK = 64 * 1024
_OPENS_IN_PLACE = ("image/", "audio/", "video/")


def answer(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The file, or the part that `Range` names. Pictures, sound and film open in place, anything else is a download."""
    file = uploads.opened(upload)
    if file is None:
        raise Http404("this file is gone")
    in_place = upload.content_type.startswith(_OPENS_IN_PLACE)
    part = _part(request, upload.size)
    response: FileResponse | StreamingHttpResponse
    if part:
        first, last = part
        response = StreamingHttpResponse(_between(file, first, last), status=206, content_type=upload.content_type)
        response["Content-Range"] = f"bytes {first}-{last}/{upload.size}"
        response["Content-Length"] = str(last - first + 1)
    else:
        response = FileResponse(
            file, as_attachment=not in_place, filename=upload.name, content_type=upload.content_type
        )
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response  # type: ignore[return-value]  # the stubs keep streams apart from other responses


def _part(request: HttpRequest, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; None for the whole file, also when the part makes no sense."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None:
        return None
    first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    return (first, last) if first <= last else None


def _between(file: IO[bytes], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
