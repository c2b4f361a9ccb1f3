"""The workspace's own things by the public ids of addresses and forms; anything else is not there."""

from collections.abc import Iterable

from django.http import Http404

from threadline.accounts.requests import MemberRequest
from threadline.contacts.models import Contact, ContactList, Import


def person(request: MemberRequest, public_id: str) -> Contact:
    found = request.workspace.contacts.living().filter(public_id__in=_plain([public_id])).first()
    if found is None:
        raise Http404("no such person")
    return found


def people(request: MemberRequest, public_ids: Iterable[str]) -> list[int]:
    """The row ids of those that are ours."""
    living = request.workspace.contacts.living()
    return list(living.filter(public_id__in=_plain(public_ids)).values_list("id", flat=True))


def list_or_none(request: MemberRequest, public_id: str | None) -> ContactList | None:
    return request.workspace.lists.filter(public_id__in=_plain([public_id or ""])).first()


def one_list(request: MemberRequest, public_id: str) -> ContactList:
    found = list_or_none(request, public_id)
    if found is None:
        raise Http404("no such list")
    return found


def one_import(request: MemberRequest, public_id: str) -> Import:
    imports = request.workspace.imports.select_related("into", "member__user")
    found = imports.filter(public_id__in=_plain([public_id])).first()
    if found is None:
        raise Http404("no such import")
    return found


def _plain(public_ids: Iterable[str]) -> list[str]:
    """PostgreSQL knows no NUL, so nothing of ours can be called that."""
    return [public_id for public_id in public_ids if "\0" not in public_id]
