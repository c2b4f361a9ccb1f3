"""The table of campaigns: what an address asks for, and the rows it gets."""

from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, time
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Case, Count, F, OrderBy, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from threadline.accounts.models import Workspace
from threadline.campaigns import header, looks
from threadline.campaigns.models import Campaign, Recipient, Step
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.results import snapshots

PAGE: Final = 50
# What stands in ?sort=, with its header letter for letter.
COLUMNS: Final = {
    "status": _("Status"),
    "name": _("Campaign Name"),
    "start": _("Start Date"),
    "creator": _("Created By"),
    "messages": _("# of Messages"),
    "list": _("Contact List"),
}
_STATES: Final = Case(*(When(state=state, then=place) for place, state in enumerate(Campaign.State.values)))
# Campaign.starts_at, for the database.
_START: Final = Case(
    When(state=Campaign.State.DRAFT, then=None),
    When(kind=Campaign.Kind.SCHEDULED, then=F("begins_at")),
    default=F("started_at"),
)
_ORDERS: Final[dict[str, Any]] = {
    "status": _STATES,
    "name": Lower("name"),
    "start": F("start"),
    "creator": Lower("created_by__user__name"),
    "messages": F("messages"),
    "list": Lower("list__name"),
}
_OPEN: Final = [state for state in Campaign.State.values if state != Campaign.State.ARCHIVED]


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; "" stands for everything. `sort` is a column, with "-" before it downwards."""

    words: str = ""
    status: str = ""
    number: str = ""
    since: str = ""
    until: str = ""
    sort: str = ""
    page: int = 1

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.status or self.number or self.since or self.until)

    def query(self, **changed: Any) -> str:
        """The address of this table with something changed: "?q=march&sort=-name", "" for the plain one."""
        one = replace(self, **({"page": 1} | changed))
        given: dict[str, str | int] = {
            "q": one.words,
            "status": one.status,
            "number": one.number,
            "since": one.since,
            "until": one.until,
        }
        given |= {"sort": one.sort, "page": one.page if one.page > 1 else ""}
        written = urlencode({name: value for name, value in given.items() if value})
        return f"?{written}" if written else ""


@dataclass(slots=True)
class Row:
    """A campaign, how many messages it has, and how far its people have come."""

    campaign: Campaign
    messages: int
    look: looks.Look
    leads: int = 0
    waiting: int = 0

    @property
    def has_run(self) -> bool:
        """It runs, or was started and stopped (003-10)."""
        waits = self.campaign.state in (Campaign.State.DRAFT, Campaign.State.SCHEDULED)
        return self.campaign.restarted_at is not None or (self.campaign.started_at is not None and not waits)

    @property
    def buttons(self) -> list[header.Button]:
        return header.buttons(self.campaign)

    @property
    def stops(self) -> bool:
        return any(button.verb == "stop" for button in self.buttons)

    @property
    def done(self) -> int:
        return self.leads - self.waiting


@dataclass
class Page:
    """One page of the table."""

    wanted: Wanted
    rows: list[Row] = field(default_factory=list)
    previous: str = ""  # query strings
    next: str = ""


def wanted(given: QueryDict) -> Wanted:
    """Read an address; what it cannot mean is left out."""
    status, sort, page = given.get("status", ""), given.get("sort", ""), given.get("page", "")
    return Wanted(
        words=given.get("q", "").replace("\0", "").strip()[:80],
        status=status if status in Campaign.State.values else "",
        number=given.get("number", "").replace("\0", "")[:32],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        sort=sort if sort.removeprefix("-") in COLUMNS else "",
        page=max(1, int(page[:6])) if page.isascii() and page.isdigit() else 1,
    )


def page(workspace: Workspace, wanted: Wanted) -> Page:
    """The rows of one page. Three queries."""
    found = _sorted(_filtered(workspace, wanted), wanted)
    start = (wanted.page - 1) * PAGE
    campaigns = list(found.select_related("list", "created_by__user", "number")[start : start + PAGE + 1])
    rows = [Row(one, one.messages, looks.of_campaign(one)) for one in campaigns[:PAGE]]
    _count(rows)
    return Page(
        wanted,
        rows,
        wanted.query(page=wanted.page - 1) if wanted.page > 1 else "",
        wanted.query(page=wanted.page + 1) if len(campaigns) > PAGE else "",
    )


def headers(wanted: Wanted) -> list[tuple[str, Any, str, str]]:
    """Per column: its name, its header, the address that sorts by it (again: the other way), and aria-sort."""
    found = []
    for name, label in COLUMNS.items():
        direction = {name: "ascending", f"-{name}": "descending"}.get(wanted.sort, "")
        found.append((name, label, wanted.query(sort=f"-{name}" if direction == "ascending" else name), direction))
    return found


def _filtered(workspace: Workspace, wanted: Wanted) -> QuerySet[Campaign]:
    found = Campaign.objects.filter(workspace=workspace)
    found = found.filter(state=wanted.status) if wanted.status else found.filter(state__in=_OPEN)
    if wanted.words:
        found = found.filter(Q(name__icontains=wanted.words) | Q(list__name__icontains=wanted.words))
    if wanted.number:
        found = found.filter(number__public_id=wanted.number)
    found = found.annotate(start=_START)
    if wanted.since:
        found = found.filter(start__gte=_moment(wanted.since, time.min))
    if wanted.until:
        found = found.filter(start__lte=_moment(wanted.until, time.max))
    return found


def _sorted(found: QuerySet[Campaign], wanted: Wanted) -> QuerySet[Any]:
    steps = Step.objects.filter(campaign=OuterRef("pk"), removed_at=None).order_by().values("campaign")
    found = found.annotate(messages=Coalesce(Subquery(steps.annotate(n=Count("pk")).values("n")), 0))
    if not wanted.sort:
        return found.order_by("-id")
    order = OrderBy(_ORDERS[wanted.sort.removeprefix("-")], descending=wanted.sort.startswith("-"), nulls_last=True)
    return found.order_by(order, "-id")


def _count(rows: list[Row]) -> None:
    """From what is kept of large campaigns; the others are counted now."""
    by_id = {row.campaign.pk: row for row in rows}
    kept = snapshots.people_of(by_id)
    counted = [(pk, status, leads) for pk, people in kept.items() for status, leads in people.items()]
    others = Recipient.objects.filter(campaign__in=by_id.keys() - kept.keys()).order_by()
    counted += others.values_list("campaign", "status").annotate(Count("id"))
    for campaign_id, status, leads in counted:
        by_id[campaign_id].leads += leads if status != Recipient.Status.REMOVED else 0
        by_id[campaign_id].waiting += leads if status in WAITING else 0


def _moment(day: str, at: time) -> datetime:
    return datetime.combine(date.fromisoformat(day), at, timezone.get_current_timezone())


def _day(given: str) -> str:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return ""
    return day.isoformat() if MINYEAR < day.year < MAXYEAR else ""  # the ends are none in every time zone
