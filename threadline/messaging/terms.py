"""What a workspace asks of its texts: its policy, its caps and its money, read at once for a batch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from threadline.lib import sql

_SELECT = """
    SELECT workspace.id, workspace.timezone, workspace.country,
      policy.quiet_hours, policy.quiet_from, policy.quiet_to, policy.demand_consent, policy.narrow_stop,
      policy.cap_texts, policy.cap_days, wallet.enabled, wallet.balance, wallet.monthly_budget,
      CASE WHEN wallet.month = %s THEN wallet.month_spent ELSE 0 END
    FROM accounts_workspace AS workspace
    LEFT JOIN compliance_policy AS policy ON policy.workspace_id = workspace.id
    LEFT JOIN billing_wallet AS wallet ON wallet.workspace_id = workspace.id
    WHERE {which}
"""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many automatic texts to one person in so long."""

    texts: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """`quiet` is (from, to) by the recipient's clock; `funds` what is left, `budget` the month's; None: no limit."""

    timezone: str = "UTC"
    country: str = "US"
    quiet: tuple[time, time] | None = None
    demand_consent: bool = False
    narrow_stop: bool = False
    cap: Cap | None = None
    funds: int | None = None  # micro-USD
    budget: int | None = None
    spent: int = 0  # of this month's budget

    @property
    def asks_nothing(self) -> bool:
        """Whether nothing about the single person is looked at for it."""
        return not (self.quiet or self.demand_consent or self.cap) and self.funds is None and self.budget is None

    def day_of(self, at: datetime) -> date:
        """The day of the workspace."""
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def begins(self, day: date) -> datetime:
        """When that day begins, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.timezone)).astimezone(UTC)


def of(workspace_ids: Collection[int], now: datetime) -> dict[int, Terms]:
    """The terms of each workspace, by id. One query, at every turn of the sender."""
    month = now.astimezone(UTC).date().replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(which=sql.any_of("workspace.id")), [str(month), sql.array(workspace_ids)])
        return {row[0]: _terms(row) for row in cursor.fetchall()}


def _terms(row: tuple[object, ...]) -> Terms:
    timezone, country, quiet, quiet_from, quiet_to, demand, narrow, texts, days = row[1:10]
    enabled, balance, budget, spent = row[10:]
    return Terms(
        str(timezone),
        str(country),
        (_clock(quiet_from), _clock(quiet_to)) if quiet else None,
        bool(demand),
        bool(narrow),
        Cap(_whole(texts), timedelta(days=_whole(days))) if texts else None,
        _whole(balance) if enabled else None,
        _whole(budget) if budget is not None and not enabled else None,
        _whole(spent),
    )


def _clock(value: object) -> time:
    return value if isinstance(value, time) else time.fromisoformat(str(value))


def _whole(value: object) -> int:
    return int(str(value))
