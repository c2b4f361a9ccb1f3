"""Custom fields and tags of the workspace: added, renamed, deleted."""

from django.contrib import messages
from django.db.models import Count, ProtectedError, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from threadline.accounts import audit
from threadline.accounts.permissions import forbidden, require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import fields, finding, uses
from threadline.contacts import tags as tagging
from threadline.contacts.lists import NameTaken
from threadline.contacts.models import CustomField
from threadline.contacts.naming import BadName


@require_http_methods(["GET", "POST"])
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """Every field with its placeholder, every tag with its people; POST makes a field."""
    if request.method == "GET":
        return _index(request)
    if not request.member.may("manage_contacts"):
        return forbidden(request, "manage_contacts")
    typed = request.POST.get("name", "")
    try:
        made = fields.create(request.workspace, fields.clean(typed))
    except BadName as problem:
        return _index(request, typed, str(problem))
    except NameTaken:
        return _index(request, typed, _("There is a field of this name already."))
    messages.success(request, _("The field %(name)s is made.") % {"name": made.label})
    return redirect("contacts:fields")


@require_POST
@require("manage_contacts")
def rename(request: MemberRequest, key: str) -> HttpResponse:
    """Its label; the placeholder stays."""
    field = _field(request, key)
    try:
        fields.rename(field, fields.clean(request.POST.get("name", "")))
    except BadName as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The field is now called %(name)s.") % {"name": field.label})
    return redirect("contacts:fields")


@require_POST
@require("manage_contacts")
def delete(request: MemberRequest, key: str) -> HttpResponse:
    """Hidden from forms and tables; values are kept."""
    field = _field(request, key)
    fields.delete(field)
    audit.record(request.workspace, request.member, "field.deleted", request.workspace.public_id, key=key)
    words = _("The field %(name)s is deleted. A new field of this name gets its values back.")
    messages.success(request, words % {"name": field.label})
    return redirect("contacts:fields")


@require_POST
@require("manage_contacts")
def tag_rename(request: MemberRequest, public_id: str) -> HttpResponse:
    tag = finding.tag(request, public_id)
    try:
        tagging.rename(tag, tagging.clean(request.POST.get("name", "")))
    except BadName as problem:
        messages.error(request, str(problem))
    except NameTaken:
        messages.error(request, _("Another tag has this name."))
    else:
        messages.success(request, _("The tag is now called %(name)s.") % {"name": tag.name})
    return redirect("contacts:fields")


@require_POST
@require("manage_contacts")
def tag_delete(request: MemberRequest, public_id: str) -> HttpResponse:
    """The tag goes, its people stay; one that a campaign uses stays as well."""
    tag = finding.tag(request, public_id)
    try:
        tagging.delete(tag, request.member)
    except ProtectedError:
        words = _("The campaign %(name)s uses this tag, so it cannot be deleted. You can rename it.")
        messages.error(request, words % {"name": uses.of(tag)[0].name})
        return redirect("contacts:fields")
    messages.success(request, _("The tag %(name)s is deleted. Its people are still here.") % {"name": tag.name})
    return redirect("contacts:fields")


def _field(request: MemberRequest, key: str) -> CustomField:
    found = request.workspace.custom_fields.filter(key=key.replace("\0", "")).first()
    if found is None:
        raise Http404("no such field")
    return found


def _index(request: MemberRequest, typed: str = "", error: str = "") -> HttpResponse:
    living = Count("taggings", filter=Q(taggings__contact__deleted_at=None))
    context = {
        "fields": request.workspace.custom_fields.order_by("label"),
        "tags": request.workspace.tags.annotate(size=living).order_by("name"),
        "typed": typed,
        "error": error,
        "may_edit": request.member.may("manage_contacts"),
    }
    return render(request, "contacts/fields.html", context, status=422 if error else 200)
