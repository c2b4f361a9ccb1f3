"""Two people who are one: finding them, comparing them, merging them, and taking them apart again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.contacts import comparing, directory, duplicates, finding, merging, table
from threadline.contacts.models import Contact, Merge
from threadline.lib import clock

MOST = 20  # people that a search offers
_CHOOSE = "choose."


@require_GET
@require("manage_contacts")
def suggestions(request: MemberRequest) -> HttpResponse:
    """Pairs who may be one person."""
    return render(request, "contacts/duplicates.html", {"pairs": duplicates.pairs(request.workspace)})


@require_http_methods(["GET", "POST"])
@require("manage_contacts")
def merge(request: MemberRequest, public_id: str) -> HttpResponse:
    """?with= compares the person with another; without it ?q= searches for the other one. POST merges."""
    kept = finding.person(request, public_id)
    given = request.POST if request.method == "POST" else request.GET
    if not given.get("with"):
        return _search(request, kept)
    gone = finding.person(request, given.get("with", ""))
    if gone == kept:
        return _search(request, kept)
    if request.method == "GET":
        return _compare(request, kept, gone)
    try:
        done = merging.merge(kept, gone, _taken(request), request.member, clock.now())
    except merging.Refused as problem:
        messages.error(request, str(problem))
        return redirect("contacts:merge", public_id)
    messages.success(request, _("%(name)s is one person now. You can undo it on this page.") % {"name": done.kept})
    return redirect("contacts:person", public_id)


@require_POST
@require("manage_contacts")
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    """They are two again."""
    done = Merge.objects.filter(workspace=request.workspace, public_id=public_id.replace("\0", "")).first()
    if done is None:
        raise Http404("no such merge")
    try:
        merging.undo(done, request.member, clock.now())
    except merging.Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("They are two people again."))
    return redirect("contacts:person", done.kept.public_id)


def _taken(request: MemberRequest) -> set[str]:
    """Fields of which the other one's value was chosen: "choose.<field>" is "gone"."""
    return {
        name.removeprefix(_CHOOSE) for name, side in request.POST.items() if name.startswith(_CHOOSE) and side == "gone"
    }


def _search(request: MemberRequest, kept: Contact) -> HttpResponse:
    wanted = table.asked(request, None)
    people = (
        directory.matching(wanted).exclude(pk=kept.pk).order_by("name", "id")
        if wanted.words
        else Contact.objects.none()
    )
    return render(request, "contacts/merge_search.html", {"person": kept, "wanted": wanted, "people": people[:MOST]})


def _compare(request: MemberRequest, kept: Contact, gone: Contact) -> HttpResponse:
    context = {"person": kept, "gone": gone, "rows": comparing.rows(kept, gone)}
    return render(request, "contacts/merge.html", context)
