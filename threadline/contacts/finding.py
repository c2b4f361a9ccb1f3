"""The workspace's own things by the public ids of addresses and forms; anything else is not there."""

from collections.abc import Collection, Iterable

from django.http import Http404

from threadline.accounts.models import Workspace
from threadline.accounts.requests import MemberRequest
from threadline.contacts.models import Alias, Contact, ContactList, Import, Tag


def person(request: MemberRequest, public_id: str) -> Contact:
    found = request.workspace.contacts.living().filter(public_id__in=plain([public_id])).first()
    if found is None:
        raise Http404("no such person")
    return found


def owner(workspace: Workspace, phone: str) -> Contact | None:
    """Whose number it is: a person's own, or another one of somebody who was merged; deleted people own theirs too."""
    alias = Alias.objects.select_related("contact").filter(workspace=workspace, phone=phone).first()
    return alias.contact if alias else Contact.objects.filter(workspace=workspace, phone=phone).first()


def owners(workspace: Workspace, phones: Collection[str]) -> dict[str, Contact]:
    """Whose numbers these are, of those who are not deleted, by the number."""
    others = Alias.objects.select_related("contact").filter(workspace=workspace, phone__in=phones)
    found = {alias.phone: alias.contact for alias in others if alias.contact.deleted_at is None}
    return found | {contact.phone: contact for contact in workspace.contacts.living().filter(phone__in=phones)}


def people(request: MemberRequest, public_ids: Iterable[str]) -> list[int]:
    """The row ids of those that are ours."""
    living = request.workspace.contacts.living()
    return list(living.filter(public_id__in=plain(public_ids)).values_list("id", flat=True))


def any_people(request: MemberRequest, public_ids: Iterable[str]) -> list[int]:
    """The same with those who are deleted."""
    return list(request.workspace.contacts.filter(public_id__in=plain(public_ids)).values_list("id", flat=True))


def list_or_none(request: MemberRequest, public_id: str | None) -> ContactList | None:
    return request.workspace.lists.filter(public_id__in=plain([public_id or ""])).first()


def one_list(request: MemberRequest, public_id: str) -> ContactList:
    found = list_or_none(request, public_id)
    if found is None:
        raise Http404("no such list")
    return found


def tag_or_none(request: MemberRequest, public_id: str | None) -> Tag | None:
    return request.workspace.tags.filter(public_id__in=plain([public_id or ""])).first()


def tag(request: MemberRequest, public_id: str) -> Tag:
    found = tag_or_none(request, public_id)
    if found is None:
        raise Http404("no such tag")
    return found


def one_import(request: MemberRequest, public_id: str) -> Import:
    imports = request.workspace.imports.select_related("into", "member__user")
    found = imports.filter(public_id__in=plain([public_id])).first()
    if found is None:
        raise Http404("no such import")
    return found


def plain(public_ids: Iterable[str]) -> list[str]:
    """PostgreSQL knows no NUL, so nothing of ours can be called that."""
    return [public_id for public_id in public_ids if "\0" not in public_id]
