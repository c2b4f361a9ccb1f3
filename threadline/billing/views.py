"""Settings → Billing: everybody sees what texts cost; who manages billing changes rates and the budget."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from threadline.accounts import audit
from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.billing import pages
from threadline.billing.forms import BudgetForm, RateForm
from threadline.billing.models import Rate, Wallet
from threadline.lib import clock


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """The page; `?prefix=+44&number_type=` opens a line of the rate table for changing."""
    return _page(request, rate=_opened(request))


@require_POST
@require("manage_billing")
def budget(request: MemberRequest) -> HttpResponse:
    """Set what a month may cost; empty takes the limit away."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        return _page(request, budget=form)
    wanted = form.cleaned_data["monthly_budget"]
    with transaction.atomic():
        Wallet.objects.update_or_create(workspace=request.workspace, defaults={"monthly_budget": wanted})
        audit.record(request.workspace, request.member, "billing.budget", request.workspace.public_id, micros=wanted)
    messages.success(request, _("The budget is saved.") if wanted is not None else _("There is no budget any more."))
    return redirect("billing:index")


@require_POST
@require("manage_billing")
def save_rate(request: MemberRequest) -> HttpResponse:
    """Add a line of the rate table, or replace the one with the same beginning and kind."""
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, rate=form)
    said = form.cleaned_data
    which = {"workspace": request.workspace, "prefix": said["prefix"], "number_type": said["number_type"]}
    with transaction.atomic():
        Rate.objects.update_or_create(**which, defaults={"sms": said["sms"], "mms": said["mms"]})
        audit.record(request.workspace, request.member, "billing.rate", request.workspace.public_id, **said)
    messages.success(request, _("The rate for %(place)s is saved.") % {"place": pages.place_of(said["prefix"])})
    return redirect("billing:index")


@require_POST
@require("manage_billing")
def reset_rate(request: MemberRequest) -> HttpResponse:
    """Forget what the workspace said about one line: the list price counts again, if there is one."""
    prefix, number_type = (request.POST.get(name, "").replace("\0", "") for name in ("prefix", "number_type"))
    found = Rate.objects.filter(workspace=request.workspace, prefix=prefix, number_type=number_type)
    with transaction.atomic():
        if found.delete()[0]:
            facts = {"prefix": prefix, "number_type": number_type}
            audit.record(request.workspace, request.member, "billing.rate_reset", request.workspace.public_id, **facts)
    messages.success(request, _("The list price counts again."))
    return redirect("billing:index")


def _opened(request: MemberRequest) -> RateForm | None:
    if "prefix" not in request.GET:
        return None
    wanted = {name: request.GET.get(name, "")[:20] for name in ("prefix", "number_type")}
    return RateForm(initial={**wanted, **pages.prices_of(request.workspace, **wanted)})


def _page(request: MemberRequest, budget: BudgetForm | None = None, rate: RateForm | None = None) -> HttpResponse:
    context = pages.context(request.workspace, clock.now(), budget, rate)
    context["may_edit"] = request.member.may("manage_billing")
    wrong = any(form is not None and form.errors for form in (budget, rate))
    return render(request, "billing/billing.html", context, status=422 if wrong else 200)
