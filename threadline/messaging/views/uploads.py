"""Attaching files: upload one, look at it, take it back. Answers htmx with its line, programs and scripts with JSON."""

import re
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.lib import clock
from threadline.messaging import serving, uploads
from threadline.messaging.models import Upload

FIELD = re.compile(r"[\w.-]{1,60}", re.ASCII)


@require_POST
@require("send")
def create(request: MemberRequest) -> HttpResponse:
    """Take the file named `file`. For htmx, `field` is the name of the form field that will hold its id."""
    given = request.FILES.get("file")
    try:
        if given is None:
            raise uploads.Invalid(_("Choose a file first."))
        upload = uploads.store(request.workspace, request.member, given, clock.now())
    except uploads.Invalid as invalid:
        return _refused(request, invalid)
    if not request.htmx:
        return JsonResponse(_shape(upload), status=201)
    field = request.POST.get("field", "")
    context = {"upload": upload, "field": field if FIELD.fullmatch(field) else "media"}
    return render(request, "messaging/_attachment.html", context, status=201)


@require_safe
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """The file, to people of its workspace."""
    return serving.answer(request, _one(request, public_id))


@require_POST
@require("send")
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a file back; what a text or a step already refers to stays in the storage, and nothing is said about it."""
    uploads.remove(_one(request, public_id))
    return HttpResponse(status=204)


def _refused(request: MemberRequest, invalid: uploads.Invalid) -> HttpResponse:
    if request.htmx:
        return render(request, "messaging/_attachment_refused.html", {"sentence": invalid.sentence}, status=422)
    return JsonResponse({"error": {"param": "file", "message": invalid.sentence}}, status=422)


def _shape(upload: Upload) -> dict[str, Any]:
    """What scripts read; `thumbnail` is "" for what is no picture."""
    url = reverse("messaging:upload", args=[upload.public_id])
    return {
        "id": upload.public_id,
        "name": upload.name,
        "size": upload.size,
        "type": upload.content_type,
        "url": url,
        "thumbnail": url if upload.is_picture else "",
    }


def _one(request: MemberRequest, public_id: str) -> Upload:
    found = Upload.objects.filter(workspace=request.workspace, public_id=public_id.replace("\0", "")).first()
    if found is None:
        raise Http404("no such file")
    return found
