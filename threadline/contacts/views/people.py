"""The table of all people, and putting those ticked in it on a list."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding, table
from threadline.contacts import lists as contact_lists
from threadline.lib import clock


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """Everybody, or those on one list; with nobody at all, how to begin."""
    chosen = finding.list_or_none(request, request.GET.get("list"))
    wanted = table.asked(request, chosen)
    context = table.context(request, wanted)
    if not (context["people"] or wanted.words or chosen or context["further"]):
        return render(request, "contacts/nobody.html", context)
    context["lists"] = request.workspace.lists.order_by("name")
    return table.answer(request, "contacts/people.html", context)


@require_POST
@require("manage_contacts")
def add_to_list(request: MemberRequest) -> HttpResponse:
    """The ticked people go on a list; the page stays as it was."""
    into = finding.list_or_none(request, request.POST.get("into"))
    ids = finding.people(request, request.POST.getlist("person"))
    if into is None or not ids:
        messages.error(request, _("Tick people and choose a list to put them on."))
    else:
        with transaction.atomic():
            added = contact_lists.add(into.id, ids, clock.now())
        messages.success(request, _added(added, len(ids), into.name))
    query = request.GET.urlencode()
    return redirect(reverse("contacts:people") + (f"?{query}" if query else ""))


def _added(added: int, ticked: int, name: str) -> str:
    if not added:
        return _("They are all on %(list)s already.") % {"list": name}
    words = ngettext("%(n)s person is now on %(list)s.", "%(n)s people are now on %(list)s.", added)
    said = words % {"n": added, "list": name}
    return f"{said} {_('The others were there already.')}" if added < ticked else said
