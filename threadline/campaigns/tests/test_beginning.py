from datetime import UTC, date, datetime, time

import pytest
import time_machine

from threadline.campaigns.engine import beginning
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, owner_of
from threadline.lib import clock

pytestmark = pytest.mark.django_db

BEFORE = datetime(2027, 3, 1, 12, tzinfo=UTC)
DUE = datetime(2027, 3, 2, 15, tzinfo=UTC)
LATE = datetime(2027, 3, 10, 12, tzinfo=UTC)


class KilledError(Exception):
    """The process ends here."""


@pytest.fixture
def scheduled() -> Campaign:
    """To begin on 2 March at ten in New York."""
    campaign = make_campaign(kind="scheduled", timezone="America/New_York")
    campaign.steps.update(timing="at", at_date=date(2027, 3, 2), at_time=time(10))
    make_leads(campaign)
    with time_machine.travel(BEFORE):
        return lifecycle.schedule(campaign, owner_of(campaign), clock.now())


def state(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.state


def test_one_that_is_late_is_never_active_wherever_the_process_ends(
    scheduled: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(lifecycle, "pause", killed)
        with pytest.raises(KilledError):
            beginning.begin_due(LATE)
    assert state(scheduled) == "scheduled"
    beginning.begin_due(LATE)
    assert state(scheduled) == "paused"
    assert scheduled.paused_because.startswith("Nothing was running here when its time came, on 02 March 15:00 UTC.")


@pytest.mark.parametrize("change", [{"state": "stopped"}, {"begins_at": LATE}, {"state": "paused"}])
def test_what_somebody_changed_a_moment_before_is_left_alone(
    scheduled: Campaign, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    def quicker(campaign_id: int) -> Campaign:
        Campaign.objects.update(**change)
        return Campaign.objects.get(pk=campaign_id)

    monkeypatch.setattr(beginning, "lock_if_free", quicker)
    beginning.begin_due(DUE)
    scheduled.refresh_from_db()
    assert {name: getattr(scheduled, name) for name in change} == change
    assert scheduled.state != "active"
