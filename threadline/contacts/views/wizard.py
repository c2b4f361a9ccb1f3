"""Importing a file in three steps: the file, its columns, and watching it run."""

from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import alike, finding, importing, naming, returning
from threadline.contacts import lists as contact_lists
from threadline.contacts.columns import NEW, ColumnsForm
from threadline.contacts.importing import mapping, store, undoing
from threadline.contacts.models import ContactList, Import, ImportRow
from threadline.events import read
from threadline.lib import clock

SEEN = 50  # rows that tell what a column is
SHOWN = 3
FIRST_ROWS = 20


@require_http_methods(["GET", "POST"])
@require("manage_contacts")
def new(request: MemberRequest) -> HttpResponse:
    """The file. ?into= presets the list, ?next= is where to go when it is done."""
    error = ""
    if request.method == "POST":
        try:
            return redirect(_address(request, _opened(request)))
        except importing.BadFile as problem:
            error = problem.sentence
    context = {"error": error, "into": _into(request), "next": returning.target(request)}
    return render(request, "contacts/import_file.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """One import: its columns until somebody has said what they are, then how far it is, then what became of it."""
    imported = finding.one_import(request, public_id)
    if request.method == "POST" and not request.member.may("manage_contacts"):
        return forbidden(request, "manage_contacts")
    if imported.state == Import.State.UPLOADED and imported.file and request.member.may("manage_contacts"):
        return _columns(request, imported)
    if request.method == "POST":
        return redirect(_address(request, imported))
    context = progress(request, imported)
    alone = request.htmx.target == "import-run"
    return render(request, "contacts/_import_run.html" if alone else "contacts/import.html", context)


def progress(request: MemberRequest, imported: Import) -> dict[str, Any]:
    """Counts, the first bad rows, where to go on. The event is read first, so that nothing after it is missed."""
    since = read.latest_id(request.workspace.id)
    imported.refresh_from_db()
    bad = imported.rows.filter(verdict=ImportRow.Verdict.INVALID).order_by("number")
    return {
        "live_since": since,
        "imported": imported,
        "running": imported.state in (Import.State.QUEUED, Import.State.RUNNING, Import.State.UNDOING),
        "rows": bad[:FIRST_ROWS],
        "rejected": imported.merged + imported.skipped + imported.invalid,
        "next": returning.target(request),
        "query": request.GET.urlencode(),
        "may_edit": request.member.may("manage_contacts"),
        "may_undo": imported.state in undoing.ENDED and imported.rows_done and request.member.may("manage_contacts"),
    }


def _opened(request: MemberRequest) -> Import:
    """The import of the file that was sent. BadFile when there is none, or none that can be read."""
    file = request.FILES.get("file")
    if file is None:
        raise importing.BadFile("missing", _("Choose a file."))
    return store.open(request.workspace, request.member, file.name or "", file, request.workspace.country)


def _columns(request: MemberRequest, imported: Import) -> HttpResponse:
    samples = _samples(imported)
    initial = {
        "mapping": mapping.suggest(imported.headers, samples, imported.country),
        "country": imported.country,
        "known": imported.known,
        **_preset(request, imported),
    }
    form = ColumnsForm(request.POST if request.method == "POST" else None, imported, initial)
    if form.is_valid() and _begin(request, form):
        return redirect(_address(request, imported))
    context = {
        "imported": imported,
        "form": form,
        "columns": form.columns(samples[:SHOWN]),
        "next": returning.target(request),
    }
    return render(request, "contacts/import_columns.html", context, status=422 if form.errors else 200)


def _samples(imported: Import) -> list[list[str]]:
    """The first rows; none when the file went missing, which the import itself then says."""
    try:
        return store.samples(imported, SEEN)
    except FileNotFoundError:
        return []


def _preset(request: MemberRequest, imported: Import) -> dict[str, str]:
    """The list asked for; else one called like the file."""
    if into := _into(request):
        return {"into": into.public_id}
    name = PurePath(imported.filename).stem.replace("_", " ").strip()[: naming.LONGEST]
    same = alike.called(request.workspace.lists, name)
    return {"into": same.public_id} if same else {"into": NEW, "list_name": name}


def _begin(request: MemberRequest, form: ColumnsForm) -> bool:
    """Whether it runs now; if not, the form says why."""
    imported, data = form.imported, form.cleaned_data
    try:
        with transaction.atomic():
            into = finding.list_or_none(request, data["into"])
            if data["into"] == NEW:
                name = naming.clean(data["list_name"])
                into = contact_lists.create(request.workspace, name, request.member, clock.now())
            imported.country = data["country"]
            imported.save(update_fields=["country"])
            importing.begin(imported, form.mapping, into, data["known"])
    except (naming.BadName, contact_lists.NameTaken) as problem:
        form.add_error("list_name", naming.sentence(problem))
        return False
    except importing.BadMapping as problem:
        form.add_error(None, problem.sentence)
        return False
    return True


def _into(request: MemberRequest) -> ContactList | None:
    return finding.list_or_none(request, request.POST.get("into") or request.GET.get("into"))


def _address(request: MemberRequest, imported: Import) -> str:
    """Its page, with what a campaign gave along."""
    into, back = _into(request), returning.target(request)
    query = {"into": into.public_id if into else "", "next": back}
    given = urlencode({name: value for name, value in query.items() if value})
    return reverse("contacts:import", args=[imported.public_id]) + (f"?{given}" if given else "")
