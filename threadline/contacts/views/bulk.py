"""What is done to the people ticked in the table; every action says what it did to how many."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from threadline.accounts import audit
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import bulk, deleting, export, finding, table, tags
from threadline.contacts.bulk import Chosen
from threadline.contacts.naming import BadName
from threadline.lib import clock, csv_lines


@require_POST
@require("manage_contacts")
def act(request: MemberRequest) -> HttpResponse:
    """`do` is one of ACTIONS; `person` the ticked ones, or `everybody` who matches the table's address."""
    one_list = finding.list_or_none(request, request.POST.get("page") or request.GET.get("list"))
    wanted = table.asked(request, one_list)
    everybody = request.POST.get("everybody") == "1"
    chosen = Chosen(wanted, None if everybody else finding.any_people(request, request.POST.getlist("person")))
    action = ACTIONS.get(request.POST.get("do", ""))
    if action is None or not (everybody or chosen.ids):
        messages.error(request, _("Tick people first, then choose what to do with them."))
        return _back(request)
    if wanted.deleted and action not in (_bring_back, _export):
        messages.error(request, _("People who are deleted can be brought back or exported, and nothing else."))
        return _back(request)
    return action(request, chosen)


@require_POST
@require("manage_contacts")
def undelete(request: MemberRequest) -> HttpResponse:
    """Undo of one deletion."""
    at = deleting.moment(request.POST.get("at", ""))
    count = deleting.bring_back(request.workspace, at, request.member) if at else 0
    if count:
        messages.success(request, _back_again(count))
    else:
        messages.error(request, _("Nobody is left to bring back from that."))
    return _back(request)


def _put_on_list(request: MemberRequest, chosen: Chosen) -> HttpResponse:
    into = finding.list_or_none(request, request.POST.get("list"))
    if into is None:
        messages.error(request, _("Choose a list."))
        return _back(request)
    done = bulk.put_on_list(chosen, into, clock.now())
    words = ngettext("%(n)s person is now on %(list)s.", "%(n)s people are now on %(list)s.", done.changed)
    none = _("They are all on %(list)s already.")
    messages.success(request, _said(words, none, done, {"list": into.name}, _("The others were there already.")))
    return _back(request)


def _take_off_list(request: MemberRequest, chosen: Chosen) -> HttpResponse:
    off = finding.list_or_none(request, request.POST.get("list"))
    if off is None:
        messages.error(request, _("Choose a list."))
        return _back(request)
    done = bulk.take_off_list(chosen, off)
    words = ngettext("%(n)s person is off %(list)s.", "%(n)s people are off %(list)s.", done.changed)
    none = _("Nobody of them was on %(list)s.")
    messages.success(request, _said(words, none, done, {"list": off.name}, _("The others were not on it.")))
    return _back(request)


def _tag(request: MemberRequest, chosen: Chosen) -> HttpResponse:
    try:
        names = [tags.clean(request.POST.get("tag", ""))]
    except BadName as problem:
        messages.error(request, str(problem))
        return _back(request)
    (tag,) = tags.ensure(request.workspace, names, clock.now())
    done = bulk.put_on_tag(chosen, tag, clock.now())
    words = ngettext("%(n)s person has the tag %(tag)s now.", "%(n)s people have the tag %(tag)s now.", done.changed)
    none = _("They all have the tag %(tag)s already.")
    messages.success(request, _said(words, none, done, {"tag": tag.name}, _("The others had it already.")))
    return _back(request)


def _untag(request: MemberRequest, chosen: Chosen) -> HttpResponse:
    name = " ".join(request.POST.get("tag", "").replace("\0", "").split()).lstrip("# ")
    tag = tags.find(request.workspace, name)
    if tag is None:
        messages.error(request, _("There is no tag “%(name)s”.") % {"name": name[:60]} if name else _("Choose a tag."))
        return _back(request)
    done = bulk.take_off_tag(chosen, tag)
    words = ngettext(
        "%(n)s person has the tag %(tag)s no longer.", "%(n)s people have the tag %(tag)s no longer.", done.changed
    )
    none = _("Nobody of them had the tag %(tag)s.")
    messages.success(request, _said(words, none, done, {"tag": tag.name}, _("The others did not have it.")))
    return _back(request)


def _delete(request: MemberRequest, chosen: Chosen) -> HttpResponse:
    """More than the page shows is asked about once more, with the number."""
    if chosen.ids is None and request.POST.get("sure") != "1":
        context = {"count": chosen.count(), "page": request.POST.get("page", ""), "back": _address(request)}
        return render(request, "contacts/delete_people.html", context)
    at = clock.now()
    done = bulk.delete(chosen, request.member, at)
    return redirect(_address(request, deleted=deleting.word(at))) if done.changed else _back(request)


def _bring_back(request: MemberRequest, chosen: Chosen) -> HttpResponse:
    messages.success(request, _back_again(bulk.bring_back(chosen, request.member).changed))
    return _back(request)


def _export(request: MemberRequest, chosen: Chosen) -> HttpResponse:
    audit.record(request.workspace, request.member, "contacts.exported", request.workspace.public_id)
    answer = StreamingHttpResponse(csv_lines.marked(export.lines(chosen)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    return answer  # type: ignore[return-value]  # the stubs keep streams apart from other responses


ACTIONS: Final[dict[str, Callable[[MemberRequest, Chosen], HttpResponse]]] = {
    "put_on_list": _put_on_list,
    "take_off_list": _take_off_list,
    "tag": _tag,
    "untag": _untag,
    "delete": _delete,
    "bring_back": _bring_back,
    "export": _export,
}


def _said(words: str, none: str, done: bulk.Done, names: dict[str, str], others: str) -> str:
    if not done.changed:
        return none % names
    said = words % {"n": done.changed, **names}
    return f"{said} {others}" if done.changed < done.total else said


def _back_again(count: int) -> str:
    return ngettext("%(n)s person is back.", "%(n)s people are back.", count) % {"n": count}


def _back(request: MemberRequest) -> HttpResponse:
    return redirect(_address(request))


def _address(request: MemberRequest, **more: str) -> str:
    """The page of the table that the form stood on."""
    on = finding.list_or_none(request, request.POST.get("page"))
    page = reverse("contacts:list", args=[on.public_id]) if on else reverse("contacts:people")
    query = urlencode(request.GET.dict() | more)
    return f"{page}?{query}" if query else page
