"""/uploads: files that go out with texts, in as a form or as they are, and what is known of one."""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.core.files.base import ContentFile, File
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from threadline.api.problems import INVALID, Problem, invalid
from threadline.api.rest import files, lists, repeats, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.shapes import Shape
from threadline.contacts.records import clean
from threadline.lib import clock
from threadline.messaging import uploads
from threadline.messaging.models import Upload as Row

router: Final = Router(tags=["Uploads"], by_alias=True)
# What curl and others say of a body of which nobody has said what it is, and what is no file at all.
_NO_FILES: Final = ("", "application/json", "application/x-www-form-urlencoded")
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final = {
    "required": True,
    "content": {
        "image/*": _BINARY,
        "application/octet-stream": _BINARY,
        files.FORM: {"schema": {"type": "object", "properties": {"file": _BINARY["schema"]}}},
    },
}


class Upload(Shape):
    """A file that steps and texts can carry."""

    object: Literal["upload"] = "upload"
    id: str
    name: str = Field(description="As you call it, with the ending of what it is.")
    content_type: str = Field(description="What its first bytes say it is.")
    size: int = Field(description="In bytes.")
    created_at: datetime


class NewUpload(BaseModel):
    """What goes with the file, as a query parameter or as a field of the form."""

    model_config = ConfigDict(extra="forbid")

    filename: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="As you call it; a form gives it by itself."
    )


@router.post(
    "/uploads",
    response={201: Upload, **shapes.ERRORS_OF_CHANGES},
    summary="Upload a file",
    operation_id="create_upload",
    openapi_extra={"requestBody": _BODY},
)
def create(
    request: HttpRequest, filters: Query[NewUpload], idempotency_key: str | None = repeats.header()
) -> HttpResponse:
    """The file is the body, with its own type (image/jpeg), or the part file of a form."""
    workspace = identify(request).workspace
    options, file = _given(request, filters)

    def deed() -> tuple[int, Upload]:
        try:
            return 201, _shape(uploads.store(workspace, None, file, clock.now()))
        except uploads.Invalid as problem:
            status = 413 if problem.code == "too_large" else 400
            raise Problem(status, INVALID, problem.code, problem.sentence, "file") from None

    return repeats.once(request, idempotency_key, deed, f"{options.model_dump_json()} {_digest(file)}")


@router.get(
    "/uploads/{str:id}",
    response={200: Upload, **shapes.ERRORS_BY_ID},
    summary="Read an upload",
    operation_id="get_upload",
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """What a file is; its content goes only to people of the workspace and to the carrier."""
    rows = Row.objects.filter(workspace=identify(request).workspace)
    return shapes.respond(_shape(lists.one(rows, id, "upl", "upload")))


def _given(request: HttpRequest, options: NewUpload) -> tuple[NewUpload, "File[Any]"]:
    """The options and the file, named. Raises Problem (400)."""
    lists.refuse_unknown(request, NewUpload)
    file: File[Any]
    if request.content_type == files.FORM:
        options, file = files.part(request, options)
    elif request.content_type in _NO_FILES:
        text = f"Send the file with its own type, like image/jpeg, or as the part file of {files.FORM}."
        raise invalid("not_a_file", text, "Content-Type")
    else:
        file = ContentFile(request.read())
    file.name = clean(options.filename or file.name or "", 200) or "file"
    return options, file


def _digest(file: "File[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _shape(row: Row) -> Upload:
    return Upload(
        id=row.public_id, name=row.name, content_type=row.content_type, size=row.size, created_at=row.created_at
    )
