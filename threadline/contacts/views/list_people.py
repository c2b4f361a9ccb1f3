"""Adding pasted numbers to a list."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import finding, pasted, people
from threadline.contacts import lists as contact_lists
from threadline.contacts.models import ContactList
from threadline.contacts.views.lists import page
from threadline.lib import clock


@require_POST
@require("manage_contacts")
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    """The numbers that are good go on the list; the others stay in the box with their reasons."""
    one = finding.one_list(request, public_id)
    found = pasted.read(request.POST.get("numbers", ""), request.workspace.country)
    if found.people:
        with transaction.atomic():
            now = clock.now()
            saved = people.save(request.workspace, found.people, now)
            added = contact_lists.add(one.id, [person.contact_id for person in saved], now)
        _say(request, added, one)
    if not (found.problems or found.error):
        return redirect("contacts:list", public_id)
    one.refresh_from_db()
    return render(request, "contacts/list.html", page(request, one) | {"pasted": found}, status=422)


def _say(request: MemberRequest, added: int, one: ContactList) -> None:
    if added:
        words = ngettext("%(n)s person is now on %(list)s.", "%(n)s people are now on %(list)s.", added)
        messages.success(request, words % {"n": added, "list": one.name})
    else:
        messages.success(request, _("They are all on %(list)s already.") % {"list": one.name})
