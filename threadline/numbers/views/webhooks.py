"""One number's page: set its webhook with one click, put back what was there, or do it by hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.numbers import incoming, recognise, sharing, webhooks
from threadline.numbers.forms import LimitsForm
from threadline.numbers.models import Number
from threadline.numbers.problems import ProblemError
from threadline.numbers.views.numbers import look, one


@require_GET
@require("read")
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """Label, state, and how to let replies arrive."""
    return page(request, one(request, public_id))


@require_POST
@require("manage_numbers")
def set_here(request: MemberRequest, public_id: str) -> HttpResponse:
    """Set it; when somebody else's URL is there, show it and ask first."""
    number = one(request, public_id)
    try:
        incoming.point_here(number, request.member, agreed=request.POST.get("agreed", ""))
    except incoming.OccupiedError as occupied:
        return page(request, number, occupied=occupied.url, status=409)
    except ProblemError as problem:
        return page(request, number, problem=problem.sentence, status=422)
    messages.success(request, _("Replies to %(number)s now arrive here.") % {"number": number})
    return redirect("numbers:number", public_id)


@require_POST
@require("manage_numbers")
def put_back(request: MemberRequest, public_id: str) -> HttpResponse:
    number = one(request, public_id)
    name = recognise.name_of(number.sms_url_before)
    try:
        incoming.put_back(number, request.member)
    except ProblemError as problem:
        return page(request, number, problem=problem.sentence, status=422)
    messages.success(request, _("Replies to %(number)s go to %(name)s again.") % {"number": number, "name": name})
    return redirect("numbers:number", public_id)


def page(
    request: MemberRequest,
    number: Number,
    occupied: str = "",
    problem: str = "",
    limits_form: LimitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a number, with what somebody just tried."""
    context = {
        "number": number,
        "health": look(number),
        "shares": sharing.names(number.workspace_id).get(number.pk, []),
        "urls": webhooks.urls_for(number.connection),
        "method": webhooks.METHOD,
        "now_at": recognise.name_of(number.sms_url),
        "before": recognise.name_of(number.sms_url_before),
        "occupied": occupied,
        "occupied_by": recognise.name_of(occupied),
        "problem": problem,
        "limits_form": limits_form or LimitsForm(number=number),
        "may_edit": request.member.may("manage_numbers"),
    }
    return render(request, "numbers/number.html", context, status=status)
