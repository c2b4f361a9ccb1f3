"""One person: what we know about them, and changing it."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import editing, finding, returning
from threadline.contacts.forms import PersonForm
from threadline.contacts.models import Contact


@require_http_methods(["GET", "POST"])
@require("manage_contacts")
def new(request: MemberRequest) -> HttpResponse:
    """Add somebody by hand; ?phone= fills in the number, ?list= ticks a list."""
    on = [request.GET.get("list", "")]
    form = _form(request, None, on)
    if request.method == "GET":
        form.initial["phone"] = request.GET.get("phone", "")[:80]
    elif form.is_valid() and (contact := _saved(form, None)):
        _save_lists(request, form, contact)
        messages.success(request, _("%(name)s is added.") % {"name": contact})
        return redirect(returning.target(request) or reverse("contacts:person", args=[contact.public_id]))
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who they are; who may, changes it."""
    contact = finding.person(request, public_id)
    if request.method == "POST" and not request.member.may("manage_contacts"):
        return forbidden(request, "manage_contacts")
    on = contact.memberships.values_list("list__public_id", flat=True)
    form = _form(request, contact, on)
    if request.method == "POST" and form.is_valid() and _saved(form, contact):
        _save_lists(request, form, contact)
        messages.success(request, _("Saved."))
        return redirect("contacts:person", contact.public_id)
    return _page(request, form, contact)


def _form(request: MemberRequest, contact: Contact | None, on: Any) -> PersonForm:
    labels = dict(request.workspace.custom_fields.order_by("id").values_list("key", "label"))
    lists = request.workspace.lists.order_by("name")
    data = request.POST if request.method == "POST" else None
    return PersonForm(data, request.workspace, lists, labels, contact, on)


def _saved(form: PersonForm, contact: Contact | None) -> Contact | None:
    """The person as written; None when somebody else got the number in the same moment."""
    try:
        if contact is None:
            return editing.create(form.workspace, form.changes())
        editing.change(contact, form.changes())
    except IntegrityError:
        form.add_error("phone", form.taken_by(form.cleaned_data["phone"]))
        return None
    return contact


def _save_lists(request: MemberRequest, form: PersonForm, contact: Contact) -> None:
    on, off = form.list_changes()
    lists = request.workspace.lists
    editing.set_lists(contact, lists.filter(public_id__in=on), lists.filter(public_id__in=off))


def _page(request: MemberRequest, form: PersonForm, contact: Contact | None) -> HttpResponse:
    context = {
        "form": form,
        "person": contact,
        "next": returning.target(request),
        "conversation": contact.conversations.order_by("-last_activity_at").first() if contact else None,
        "on_lists": [one.list for one in contact.memberships.select_related("list")] if contact else [],
        "may_edit": request.member.may("manage_contacts"),
    }
    return render(request, "contacts/person.html", context, status=422 if form.errors else 200)
