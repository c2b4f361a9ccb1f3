"""Texts per second and per day of a number."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.numbers import limits
from threadline.numbers.forms import LimitsForm
from threadline.numbers.views.numbers import one
from threadline.numbers.views.webhooks import page


@require_POST
@require("manage_numbers")
def save(request: MemberRequest, public_id: str) -> HttpResponse:
    """Set them; an empty field takes the limit away."""
    number = one(request, public_id)
    form = LimitsForm(request.POST, number=number)
    if not form.is_valid():
        return page(request, number, limits_form=form, status=422)
    limits.limit(number, request.member, form.cleaned_data["per_second"], form.cleaned_data["daily_cap"])
    messages.success(request, _("The limits of %(number)s are saved.") % {"number": number})
    return redirect("numbers:number", public_id)
