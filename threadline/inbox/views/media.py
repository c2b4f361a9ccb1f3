"""Files that came with texts, to people of their workspace only."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.inbox.bubbles import kind_of
from threadline.messaging.media import retry as again
from threadline.messaging.models import Media


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """The file. Pictures, sound and film open in place; anything else is a download, whatever it claims to be."""
    media = _get(request, public_id)
    if not media.file or not default_storage.exists(media.file):
        raise Http404("this file has not been fetched")
    in_place = kind_of(media.content_type) != "file"
    response = FileResponse(
        default_storage.open(media.file),
        as_attachment=not in_place,
        filename=media.file.rpartition("/")[2],
        content_type=media.content_type if in_place else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response  # type: ignore[return-value]  # the stubs keep streams apart from other responses


@require_POST
@require("send")
def retry(request: MemberRequest, public_id: str) -> HttpResponse:
    """Fetch a file again that could not be had."""
    media = _get(request, public_id)
    if not media.file:
        again(media)
    return redirect("inbox:conversation", media.message.conversation.public_id)


def _get(request: MemberRequest, public_id: str) -> Media:
    if "\0" in public_id:
        raise Http404("no such file")
    found = (
        Media.objects.select_related("message__conversation")
        .filter(public_id=public_id, message__workspace=request.workspace, message__deleted_at=None)
        .first()
    )
    if found is None:
        raise Http404("no such file")
    return found
