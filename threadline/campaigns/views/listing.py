"""The Campaigns page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import looks, table, workflow
from threadline.numbers.setup import standing


@require_GET
@require("read")
def index(request: MemberRequest) -> HttpResponse:
    """The table; for htmx the table alone. Before the first campaign: how it goes."""
    wanted = table.wanted(request.GET)
    context = {
        "table": table.page(request.workspace, wanted),
        "headers": table.headers(wanted),
        "wanted": wanted,
        "may_edit": request.member.may("manage_campaigns"),
    }
    if request.htmx.target == "campaigns-table":
        response = render(request, "campaigns/_table.html", context)
        response["HX-Replace-Url"] = f"{request.path}{wanted.query()}"
        return response
    context |= {
        "first": not request.workspace.campaigns.exists(),
        "milestones": workflow.before(standing(request.workspace).exists()),
        "states": looks.STATES.items(),
        "numbers": request.workspace.numbers.claimed().default_first(),
    }
    return render(request, "campaigns/list.html", context)
