"""/imports: files of people, in as a form or as they are, watched until every row is accounted for."""

import hashlib
from typing import IO, Any, Final, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router

from threadline.accounts.countries import COUNTRIES
from threadline.accounts.models import Workspace
from threadline.api.problems import INVALID, Problem, invalid
from threadline.api.rest import contact_lists, files, import_shapes, lists, repeats, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.import_shapes import Import, ImportCheck, ImportList, NewImport
from threadline.contacts import importing
from threadline.contacts.importing import mapping, store
from threadline.contacts.models import ContactList
from threadline.contacts.models import Import as Row
from threadline.contacts.records import clean
from threadline.lib import csv_lines

router: Final = Router(tags=["Imports"], by_alias=True)
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEEN: Final = 50  # rows that tell what a column is
RAW: Final = ("text/csv", "text/tab-separated-values", "text/plain", "application/octet-stream", _XLSX)
_CSV: Final = {"schema": {"type": "string"}}
_BODY: Final = {
    "required": True,
    "content": {
        "text/csv": _CSV,
        _XLSX: {"schema": {"type": "string", "format": "binary"}},
        files.FORM: {"schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}},
    },
}


@router.get(
    "/imports", response={200: ImportList, **shapes.ERRORS}, summary="List imports", operation_id="list_imports"
)
def index(request: HttpRequest, filters: Query[lists.Paging]) -> HttpResponse:
    """The newest first."""
    lists.refuse_unknown(request, lists.Paging)
    rows = _ours(identify(request).workspace)
    page, has_more = lists.page(rows, ("id",), rows, filters)
    data = [import_shapes.shape(row) for row in page]
    return shapes.respond(ImportList(url=request.path, has_more=has_more, data=data))


@router.post(
    "/imports",
    response={201: Import, **shapes.ERRORS_OF_CHANGES},
    summary="Import people",
    operation_id="create_import",
    openapi_extra={"requestBody": _BODY},
)
def create(
    request: HttpRequest,
    filters: Query[NewImport],
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """The file is the body (text/csv), or the part file of a form. It runs in the background: read it until done."""
    row, options, into, content = _received(request, filters)
    row.save()
    stays = False

    def deed() -> tuple[int, Import]:
        importing.begin(row, _mapping(row, options), into, options.known)
        return 201, import_shapes.shape(row)

    try:
        fingerprint = f"{options.model_dump_json()} {content}"
        answer = repeats.once(request, idempotency_key, deed, fingerprint)
        stays = not answer.has_header("Idempotent-Replayed")
    except importing.BadMapping as problem:
        raise _bad_mapping(row, problem) from None
    finally:
        if not stays:
            store.forget(row)
    return answer


@router.post(
    "/imports/check",
    response={200: ImportCheck, **shapes.ERRORS_OF_CHANGES},
    summary="Check a file of people",
    operation_id="check_import",
    openapi_extra={"requestBody": _BODY},
)
def check(request: HttpRequest, filters: Query[NewImport]) -> HttpResponse:
    """What an import of this file would do, by its first rows. Nothing is imported, and nothing kept."""
    row, options, _into, _content = _received(request, filters)
    try:
        row.known, row.mapping = options.known, mapping.check(_mapping(row, options), row.headers)
        return shapes.respond(import_shapes.checked(row, importing.check(row)))
    except importing.BadMapping as problem:
        raise _bad_mapping(row, problem) from None
    finally:
        store.forget(row)


@router.get(
    "/imports/{str:id}",
    response={200: Import, **shapes.ERRORS_BY_ID},
    summary="Read an import",
    operation_id="get_import",
)
def show(request: HttpRequest, id: str) -> HttpResponse:
    """How far it is, and what became of every row."""
    return shapes.respond(import_shapes.shape(_find(request, id)))


@router.get(
    "/imports/{str:id}/rejects.csv",
    response=shapes.ERRORS_BY_ID,
    summary="Download the rejects",
    operation_id="get_import_rejects",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"text/csv": _CSV}}}},
)
def rejects(request: HttpRequest, id: str) -> HttpResponseBase:
    """The rows that were merged, skipped or invalid, with the reason, as CSV."""
    lines = csv_lines.marked(importing.rejects(_find(request, id)))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")


@router.post(
    "/imports/{str:id}/cancel",
    response={200: Import, **shapes.ERRORS_OF_CHANGES},
    summary="Cancel an import",
    operation_id="cancel_import",
)
def cancel(request: HttpRequest, id: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
    """Stops it; who is in already stays. One that has ended stays as it is."""
    row = _find(request, id)

    def deed() -> tuple[int, Import]:
        importing.cancel(row)
        return 200, import_shapes.shape(row)

    return repeats.once(request, idempotency_key, deed)


@router.post(
    "/imports/{str:id}/undo",
    response={200: Import, **shapes.ERRORS_OF_CHANGES},
    summary="Undo an import",
    operation_id="undo_import",
)
def undo(request: HttpRequest, id: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
    """In the background: whom it made is deleted again, whom it changed is as before. Only what has ended."""
    row = _find(request, id)

    def deed() -> tuple[int, Import]:
        importing.undo(row, None)
        return 200, import_shapes.shape(row)

    return repeats.once(request, idempotency_key, deed)


def _received(request: HttpRequest, filters: NewImport) -> tuple[Row, NewImport, ContactList | None, str]:
    """The import of the stored file, not saved, what is to be done, the list, and the hash of the content."""
    workspace = identify(request).workspace
    options, name, stream = _upload(request, filters)
    into = contact_lists.wanted(workspace, options.list) if options.list else None
    country, watched = _country(workspace, options), _Watched(stream)
    try:
        row = store.receive(workspace, None, clean(options.filename or name, 200), cast(IO[bytes], watched), country)
    except importing.BadFile as problem:
        status = 413 if problem.code == "too_large" else 400
        raise Problem(status, INVALID, problem.code, problem.sentence, "file") from None
    return row, options, into, watched.digest.hexdigest()


def _bad_mapping(row: Row, problem: importing.BadMapping) -> Problem:
    columns = ", ".join(row.headers)[:400]
    return invalid(problem.code, f"{problem.sentence} The columns are {columns}.", "mapping")


def _upload(request: HttpRequest, options: NewImport) -> tuple[NewImport, str, Any]:
    """The options, the file's name, and the file to read from. Raises Problem (400)."""
    lists.refuse_unknown(request, NewImport)
    if request.content_type == files.FORM:
        options, file = files.part(request, options)
        return options, file.name or "", file
    if request.content_type not in RAW:
        raise invalid("not_a_file", f"Send the file as text/csv, or as the part file of {files.FORM}.", "Content-Type")
    return options, "", request


def _country(workspace: Workspace, options: NewImport) -> str:
    country = options.country or workspace.country
    if country not in COUNTRIES:
        raise invalid("parameter_invalid", f"country: there is no country {country}.", "country")
    return country


def _mapping(row: Row, options: NewImport) -> list[str]:
    if options.mapping:
        return import_shapes.mapping(options.mapping, row.headers)
    return mapping.suggest(row.headers, store.samples(row, SEEN), row.country)


def _ours(workspace: Workspace) -> Any:
    return Row.objects.filter(workspace=workspace).select_related("into")


def _find(request: HttpRequest, public_id: str) -> Row:
    found: Row = lists.one(_ours(identify(request).workspace), public_id, "imp", "import")
    return found


class _Watched:
    """A stream whose content is known by its hash afterwards."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.stream.read(size)
        self.digest.update(data)
        return data
