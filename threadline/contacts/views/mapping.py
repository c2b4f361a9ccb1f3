"""The steps between a file and its import: what its columns are, then what would become of its rows."""

from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import alike, finding, importing, naming, returning
from threadline.contacts import lists as contact_lists
from threadline.contacts.columns import NEW, NOWHERE, ColumnsForm
from threadline.contacts.importing import errors, mapping, store
from threadline.contacts.models import ContactList, Import
from threadline.lib import clock

SEEN = 50  # rows that tell what a column is
SHOWN = 3


def columns(request: MemberRequest, imported: Import) -> HttpResponse:
    """The columns with what stands in them; what was said is kept, and leads to the check."""
    samples = _samples(imported)
    form = _form(request, imported, samples)
    if form.is_valid() and _kept(form):
        return redirect(address(request, imported, "contacts:import_check", **_listed(form.cleaned_data)))
    return _columns_page(request, form, samples)


@require_http_methods(["GET", "POST"])
@require("manage_contacts")
def check(request: MemberRequest, public_id: str) -> HttpResponse:
    """What an import would do, as its columns are now; posted: begin it, exactly as the page showed it."""
    imported = finding.one_import(request, public_id)
    if imported.state != Import.State.UPLOADED or not imported.file:
        return redirect(address(request, imported))
    if request.method == "POST":
        samples = _samples(imported)
        form = _form(request, imported, samples)
        if form.is_valid() and _begun(request, form):
            return redirect(address(request, imported))
        return _columns_page(request, form, samples)
    given = {f"column_{position}": target for position, target in enumerate(imported.mapping)}
    given |= {"country": imported.country, "known": imported.known} | _listed(request.GET)
    form = ColumnsForm(given, imported, {"mapping": imported.mapping})
    back = address(request, imported, **_listed(request.GET))
    if not form.is_valid():
        return redirect(back)
    into, new_list = finding.list_or_none(request, given["into"]), given["list_name"] if given["into"] == NEW else ""
    context = {
        "imported": imported,
        "form": form,
        "into": into,
        "new_list": new_list,
        "listed": bool(into or new_list),
        "next": returning.target(request),
        "back": back,
        **_checked(imported),
    }
    return render(request, "contacts/import_check.html", context)


def address(request: MemberRequest, imported: Import, name: str = "contacts:import", **listed: str) -> str:
    """A page of it, with what a campaign gave along, or what was said of the list."""
    into = preset_list(request)
    query = {"into": into.public_id if into else "", "next": returning.target(request)} | listed
    given = urlencode({key: value for key, value in query.items() if value})
    return reverse(name, args=[imported.public_id]) + (f"?{given}" if given else "")


def preset_list(request: MemberRequest) -> ContactList | None:
    """The list that the people are to go on, if it is there already."""
    return finding.list_or_none(request, request.POST.get("into") or request.GET.get("into"))


def _listed(said: Any) -> dict[str, str]:
    """Where the people go, as an address carries it: a new list is made when the import begins."""
    into = said.get("into", "")
    return {"into": into, "list_name": said.get("list_name", "") if into == NEW else ""}


def _form(request: MemberRequest, imported: Import, samples: list[list[str]]) -> ColumnsForm:
    suggested = mapping.suggest(imported.headers, samples, imported.country)
    initial = {
        "mapping": suggested,
        "country": imported.country,
        "known": imported.known,
        **{f"column_{position}": target for position, target in enumerate(imported.mapping)},
        **_preset(request, imported),
    }
    return ColumnsForm(request.POST if request.method == "POST" else None, imported, initial)


def _columns_page(request: MemberRequest, form: ColumnsForm, samples: list[list[str]]) -> HttpResponse:
    context = {
        "imported": form.imported,
        "form": form,
        "columns": form.columns(samples[:SHOWN]),
        "next": returning.target(request),
    }
    return render(request, "contacts/import_columns.html", context, status=422 if form.errors else 200)


def _samples(imported: Import) -> list[list[str]]:
    """The first rows; none when the file went missing, which the check then says."""
    try:
        return store.samples(imported, SEEN)
    except FileNotFoundError:
        return []


def _checked(imported: Import) -> dict[str, Any]:
    """What would become of the rows, or why nobody can say."""
    try:
        return {"check": importing.check(imported)}
    except FileNotFoundError:
        return {"problem": errors.GONE}


def _preset(request: MemberRequest, imported: Import) -> dict[str, str]:
    """What was said before; the list asked for; else one called like the file."""
    said = request.GET.get("into")
    name = PurePath(imported.filename).stem.replace("_", " ").strip()[: naming.LONGEST]
    if said == NEW:
        return {"into": NEW, "list_name": request.GET.get("list_name", name)}
    into = preset_list(request) or alike.called(request.workspace.lists, name)
    if into and said != NOWHERE:
        return {"into": into.public_id}
    return {"into": NOWHERE if said == NOWHERE else NEW, "list_name": name}


def _kept(form: ColumnsForm) -> bool:
    """Whether it can be checked now; if not, the form says why."""
    data = form.cleaned_data
    try:
        importing.choose(form.imported, form.mapping, data["country"], data["known"])
    except importing.BadMapping as problem:
        form.add_error(None, problem.sentence)
        return False
    return True


def _begun(request: MemberRequest, form: ColumnsForm) -> bool:
    """Whether it runs now; if not, the form says why."""
    imported, data = form.imported, form.cleaned_data
    try:
        with transaction.atomic():
            into = finding.list_or_none(request, data["into"])
            if data["into"] == NEW:
                name = naming.clean(data["list_name"])
                into = contact_lists.create(request.workspace, name, request.member, clock.now())
            importing.choose(imported, form.mapping, data["country"], data["known"])
            importing.begin(imported, form.mapping, into, data["known"])
    except (naming.BadName, contact_lists.NameTaken) as problem:
        form.add_error("list_name", naming.sentence(problem))
        return False
    except importing.BadMapping as problem:
        form.add_error(None, problem.sentence)
        return False
    return True
