"""Importing a file in four steps: the file, its columns and what they would do (see mapping), and watching it run."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding, importing, returning
from threadline.contacts.importing import store, undoing
from threadline.contacts.models import Import, ImportRow
from threadline.contacts.views import mapping
from threadline.events import read

FIRST_ROWS = 20
Verdict = ImportRow.Verdict
_TITLES = {
    Verdict.INVALID: gettext_lazy("Invalid rows"),
    Verdict.MERGED: gettext_lazy("Merged rows"),
    Verdict.SKIPPED: gettext_lazy("Skipped rows"),
}


@require_http_methods(["GET", "POST"])
@require("manage_contacts")
def new(request: MemberRequest) -> HttpResponse:
    """The file. ?into= presets the list, ?next= is where to go when it is done."""
    error = ""
    if request.method == "POST":
        try:
            return redirect(mapping.address(request, _opened(request)))
        except importing.BadFile as problem:
            error = problem.sentence
    context = {"error": error, "into": mapping.preset_list(request), "next": returning.target(request)}
    return render(request, "contacts/import_file.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """One import: its columns until somebody has said what they are, then how far it is, then what became of it."""
    imported = finding.one_import(request, public_id)
    if request.method == "POST" and not request.member.may("manage_contacts"):
        return forbidden(request, "manage_contacts")
    if imported.state == Import.State.UPLOADED and imported.file and request.member.may("manage_contacts"):
        return mapping.columns(request, imported)
    if request.method == "POST":
        return redirect(mapping.address(request, imported))
    context = progress(request, imported)
    alone = request.htmx.target == "import-run"
    return render(request, "contacts/_import_run.html" if alone else "contacts/import.html", context)


def progress(request: MemberRequest, imported: Import) -> dict[str, Any]:
    """Counts, the first rows with a note, where to go on. The event is read first: nothing after it is missed."""
    since = read.latest_id(request.workspace.id)
    imported.refresh_from_db()
    done, total = importing.progress(imported)
    running = imported.state in (Import.State.QUEUED, Import.State.RUNNING, Import.State.UNDOING)
    shown = [Verdict.INVALID] if running else list(_TITLES)
    return {
        "live_since": since,
        "imported": imported,
        "bar": {"value": done, "max": total},
        "running": running,
        "notes": [_notes(imported, verdict) for verdict in shown if getattr(imported, verdict.value)],
        "rejected": imported.merged + imported.skipped + imported.invalid,
        "next": returning.target(request),
        "query": request.GET.urlencode(),
        "may_edit": request.member.may("manage_contacts"),
        "may_undo": imported.state in undoing.ENDED and imported.rows_done and request.member.may("manage_contacts"),
    }


def _notes(imported: Import, verdict: ImportRow.Verdict) -> dict[str, Any]:
    """The first rows of a verdict, of how many."""
    rows = imported.rows.filter(verdict=verdict).order_by("number")[:FIRST_ROWS]
    return {"verdict": verdict.value, "title": _TITLES[verdict], "rows": rows, "all": getattr(imported, verdict.value)}


def _opened(request: MemberRequest) -> Import:
    """The import of the file that was sent. BadFile when there is none, or none that can be read."""
    file = request.FILES.get("file")
    if file is None:
        raise importing.BadFile("missing", _("Choose a file."))
    return store.open(request.workspace, request.member, file.name or "", file, request.workspace.country)
