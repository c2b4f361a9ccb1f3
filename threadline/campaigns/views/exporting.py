"""Export: a campaign's people and its messages as CSV files."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from threadline.accounts.permissions import require
from threadline.accounts.requests import MemberRequest
from threadline.campaigns import finding
from threadline.campaigns.results import exports
from threadline.lib import csv_lines


@require_GET
@require(exports.VERB)
def people(request: MemberRequest, public_id: str) -> HttpResponse:
    campaign = finding.campaign(request, public_id)
    return _file(exports.filename(campaign, "people"), exports.people(campaign))


@require_GET
@require(exports.VERB)
def messages(request: MemberRequest, public_id: str) -> HttpResponse:
    campaign = finding.campaign(request, public_id)
    return _file(exports.filename(campaign, "messages"), exports.messages(campaign))


def _file(name: str, lines: Iterator[str]) -> HttpResponse:
    """Written while it is read; a byte order mark tells spreadsheets that it is UTF-8."""
    answer = StreamingHttpResponse(_in_zone(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # the stubs keep streams apart from other responses


def _in_zone(lines: Iterator[str]) -> Iterator[str]:
    """The zone of the request, which is over when the lines are written."""
    here = timezone.get_current_timezone()

    def written() -> Iterator[str]:
        with timezone.override(here):
            yield from csv_lines.marked(lines)

    return written()
