"""Results: the page of a campaign that is only read."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.results import exports, outcome, over_time, snapshots
from threadline.campaigns.views import answers


@require_GET
@require("read")
def results(request: MemberRequest, public_id: str) -> HttpResponse:
    """What became of its people and of every step's texts."""
    campaign = finding.campaign(request, public_id)
    found = snapshots.results(campaign)
    more = {
        "results": found,
        "counts": found.people,
        "people": outcome.people(found),
        "how": outcome.completed(found),
        "price": outcome.price(found.cost),
        "over_time": over_time.of(found),
        "all_texts": outcome.texts(found),
        "steps": outcome.steps(found, campaign),
        "failures": outcome.failures(found),
        "may_export": request.member.may(exports.VERB),
    }
    return answers.page(request, campaign, "results", more)
