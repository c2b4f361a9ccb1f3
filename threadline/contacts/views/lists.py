"""Lists: all of them, and one with its name and its people."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding, naming, table, uses
from threadline.contacts import lists as contact_lists
from threadline.contacts.models import ContactList
from threadline.lib import clock


@require_http_methods(["GET", "POST"])
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """Every list with its size and the campaigns that text it; POST makes a new one."""
    if request.method == "GET":
        return _index(request)
    if not request.member.may("manage_contacts"):
        return forbidden(request, "manage_contacts")
    name = request.POST.get("name", "")
    try:
        with transaction.atomic():
            made = contact_lists.create(request.workspace, naming.clean(name), request.member, clock.now())
    except (naming.BadName, contact_lists.NameTaken) as problem:
        return _index(request, name, naming.sentence(problem))
    messages.success(request, _("The list is made. Import a file into it, or paste numbers."))
    return redirect("contacts:list", made.public_id)


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """One list and its people, in pages."""
    one = finding.one_list(request, public_id)
    return table.answer(request, "contacts/list.html", page(request, one))


@require_POST
@require("manage_contacts")
def rename(request: MemberRequest, public_id: str) -> HttpResponse:
    one = finding.one_list(request, public_id)
    name = request.POST.get("name", "")
    try:
        naming.rename(one, naming.clean(name))
    except (naming.BadName, contact_lists.NameTaken) as problem:
        context = page(request, one) | {"typed_name": name, "name_error": naming.sentence(problem)}
        return render(request, "contacts/list.html", context, status=422)
    messages.success(request, _("The list is now called %(name)s.") % {"name": one.name})
    return redirect("contacts:list", public_id)


@require_POST
@require("manage_contacts")
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    """The list goes, its people stay; a list that a campaign texts cannot go."""
    one = finding.one_list(request, public_id)
    try:
        contact_lists.delete(one, request.member)
    except ProtectedError:
        messages.error(request, _("A campaign uses this list, so it cannot be deleted. You can rename it."))
        return redirect("contacts:list", public_id)
    messages.success(request, _("The list %(name)s is deleted. Its people are still here.") % {"name": one.name})
    return redirect("contacts:lists")


def page(request: MemberRequest, one: ContactList) -> dict[str, Any]:
    """What the page of one list shows."""
    context = table.context(request, table.asked(request, one), on_list=True)
    context["list"] = one
    context["uses"] = uses.of(one)
    wanted = context["wanted"]
    if not (wanted.words or wanted.tag or wanted.deleted):
        context["total"] = one.size
    return context


def _index(request: MemberRequest, name: str = "", error: str = "") -> HttpResponse:
    lists = request.workspace.lists.order_by("name").prefetch_related(*uses.PREFETCH)
    context = {
        "lists": [(one, uses.of(one)) for one in lists],
        "name": name,
        "error": error,
        "may_edit": request.member.may("manage_contacts"),
    }
    return render(request, "contacts/lists.html", context, status=422 if error else 200)
