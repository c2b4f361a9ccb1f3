"""One clock on a campaign's pages: the campaign's, whoever looks."""

import pytest
import time_machine

from threadline.accounts.testing import signed_in
from threadline.campaigns.testing import PEOPLE, make_sending, owner_of, run_engine
from threadline.campaigns.tests.test_engine import NOON
from threadline.messaging.testing import send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


@pytest.fixture
def looked_at(line: Number) -> dict[str, str]:
    """The pages of a campaign by New York's clock, for somebody whose profile says Tokyo."""
    with time_machine.travel(NOON, tick=False):
        campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=24, timezone="America/New_York")
        run_engine()
        send_all()
        run_engine()
        owner = owner_of(campaign)
        owner.user.timezone = "Asia/Tokyo"
        owner.user.save(update_fields=["timezone"])
        lead = campaign.recipients.get().contact.public_id
        client = signed_in(owner)
        paths = {
            "results": "",
            "leads": "leads/",
            "lead": f"leads/{lead}/",
            "export": "export/messages/",
            "table": "..",
        }
        base = f"/campaigns/{campaign.public_id}/"
        found = {name: client.get(base + path if path != ".." else "/campaigns/") for name, path in paths.items()}
        return {name: answer.getvalue().decode() for name, answer in found.items()}


def test_every_time_of_a_campaign_is_by_its_own_clock(looked_at: dict[str, str]) -> None:
    for name in ("results", "leads", "lead"):
        page = looked_at[name]
        assert page.count("<local-time") == page.count('zone="America/New_York"><time') > 0, name
    assert ">2026-11-23 12:00<" in looked_at["results"]  # Went
    assert "Times in America/New York." in looked_at["results"]  # the chart
    assert "2026-11-23T12:00:00-05:00" in looked_at["export"]
    assert 'mode="day" zone="America/New_York"' in looked_at["table"]
