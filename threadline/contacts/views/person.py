"""One person: their page, and adding, changing and deleting them."""

from collections.abc import Iterable

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import deleting, editing, fields, finding, panels, returning
from threadline.contacts.forms import PersonForm
from threadline.contacts.models import Contact, Merge
from threadline.lib import clock


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who they are, and what the rooms above know of them. Whoever was merged is at the page of who was kept."""
    if elsewhere := _not_here(request, public_id):
        return elsewhere
    person = finding.person(request, public_id)
    found = panels.of(request, person)
    labels = fields.labels(request.workspace)
    context = {
        "person": person,
        "panels": [panel for panel in found if not panel.aside],
        "styles": sorted({panel.style for panel in found if panel.style}),
        "asides": [panel for panel in found if panel.aside],
        "aliases": person.aliases.order_by("id"),
        "known": [(label, person.fields[key]) for key, label in labels.items() if person.fields.get(key)],
        "on_lists": [one.list for one in person.memberships.select_related("list").order_by("list__name")],
        "tags": [one.tag for one in person.taggings.select_related("tag").order_by("tag__name")],
        "merges": person.merges.filter(undone_at=None).select_related("gone", "member__user").order_by("-id"),
        "conversation": person.conversations.order_by("-last_activity_at").first(),
        "may_edit": request.member.may("manage_contacts"),
    }
    return render(request, "contacts/person.html", context)


@require_http_methods(["GET", "POST"])
@require("manage_contacts")
def new(request: MemberRequest) -> HttpResponse:
    """Add somebody by hand; ?phone= fills in the number, ?list= ticks a list."""
    form = _form(request, None, [request.GET.get("list", "")])
    if request.method == "GET":
        form.initial["phone"] = request.GET.get("phone", "")[:80]
    elif form.is_valid() and (contact := _saved(form, None)):
        _save_memberships(request, form, contact)
        messages.success(request, _("%(name)s is added.") % {"name": contact})
        return redirect(returning.target(request) or reverse("contacts:person", args=[contact.public_id]))
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@require("manage_contacts")
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change who they are, their lists and tags."""
    contact = finding.person(request, public_id)
    on = contact.memberships.values_list("list__public_id", flat=True)
    form = _form(request, contact, on, contact.taggings.order_by("tag__name").values_list("tag__name", flat=True))
    if request.method == "POST" and form.is_valid() and _saved(form, contact):
        _save_memberships(request, form, contact)
        messages.success(request, _("Saved."))
        return redirect(returning.target(request) or reverse("contacts:person", args=[contact.public_id]))
    return _page(request, form, contact)


@require_POST
@require("manage_contacts")
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hidden, with what passed kept; the table offers to undo it."""
    at = clock.now()
    deleting.hide(request.workspace, [finding.person(request, public_id).id], request.member, at)
    return redirect(f"{reverse('contacts:people')}?deleted={deleting.word(at)}")


def _not_here(request: MemberRequest, public_id: str) -> HttpResponse | None:
    """Where a link to somebody who was merged or deleted leads; None for everybody else."""
    if "\0" in public_id:
        return None
    hidden = request.workspace.contacts.filter(public_id=public_id).exclude(deleted_at=None).first()
    if hidden is None:
        return None
    merge = Merge.objects.filter(gone=hidden, undone_at=None).select_related("kept").first()
    if merge:
        return redirect("contacts:person", merge.kept.public_id)
    may_edit = request.member.may("manage_contacts")
    return render(request, "contacts/person_deleted.html", {"person": hidden, "may_edit": may_edit})


def _form(request: MemberRequest, contact: Contact | None, on: Iterable[str], tagged: Iterable[str] = ()) -> PersonForm:
    labels = fields.labels(request.workspace)
    lists = request.workspace.lists.order_by("name")
    data = request.POST if request.method == "POST" else None
    return PersonForm(data, request.workspace, lists, labels, contact, on, tagged)


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


def _save_memberships(request: MemberRequest, form: PersonForm, contact: Contact) -> None:
    on, off = form.list_changes()
    lists = request.workspace.lists
    editing.set_lists(contact, lists.filter(public_id__in=on), lists.filter(public_id__in=off))
    editing.set_tags(contact, *form.cleaned_data["tags"])


def _page(request: MemberRequest, form: PersonForm, contact: Contact | None) -> HttpResponse:
    context = {
        "form": form,
        "person": contact,
        "next": returning.target(request),
        "all_tags": request.workspace.tags.order_by("name"),
    }
    return render(request, "contacts/person_edit.html", context, status=422 if form.errors else 200)
