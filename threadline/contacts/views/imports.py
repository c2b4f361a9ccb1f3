"""What was imported before, stopping an import, and the rows that did not become people."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding, importing
from threadline.lib import csv_lines

PAGE = 50


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """The latest imports, in pages by ?before=<public id>."""
    imports = request.workspace.imports.select_related("into", "member__user").order_by("-id")
    if before := request.GET.get("before", "").replace("\0", ""):
        imports = imports.filter(id__lt=finding.one_import(request, before).id)
    found = list(imports[: PAGE + 1])
    context = {
        "imports": found[:PAGE],
        "before": found[PAGE - 1].public_id if len(found) > PAGE else "",
        "may_edit": request.member.may("manage_contacts"),
    }
    return render(request, "contacts/imports.html", context)


@require_POST
@require("manage_contacts")
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Stop it; the people who are in stay."""
    imported = finding.one_import(request, public_id)
    if importing.cancel(imported):
        messages.success(request, _("The import is cancelled. Who was in already stays."))
    query = request.GET.urlencode()
    return redirect(reverse("contacts:import", args=[public_id]) + (f"?{query}" if query else ""))


@require_POST
@require("manage_contacts")
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    """Have it taken back; once it has ended."""
    imported = finding.one_import(request, public_id)
    if importing.undo(imported, request.member):
        messages.success(request, _("The import is being undone."))
    else:
        messages.warning(request, _("This import cannot be undone: it is running, undone already, or nobody came in."))
    return redirect("contacts:import", public_id)


@require_GET
@require("manage_contacts")  # as every export with phone numbers
def rejects(request: MemberRequest, public_id: str) -> HttpResponse:
    """Merged, skipped and invalid rows as CSV: which, why, and what stood in them."""
    imported = finding.one_import(request, public_id)
    lines = csv_lines.marked(importing.rejects(imported))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = slugify(imported.filename.rpartition(".")[0]) or "import"
    answer["Content-Disposition"] = f'attachment; filename="{name}-rejects.csv"'
    return answer  # type: ignore[return-value]  # the stubs keep streams apart from other responses
