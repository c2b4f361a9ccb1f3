from datetime import timedelta

import pytest

from threadline.campaigns.running import stalls
from threadline.campaigns.testing import make_sending
from threadline.ingest import heartbeat
from threadline.ingest.models import Heartbeat
from threadline.lib import clock

pytestmark = pytest.mark.django_db


def test_a_campaign_says_when_no_worker_lives() -> None:
    campaign = make_sending()
    assert (stall := stalls.why(campaign, clock.now())) and stall.code == "no_worker"
    heartbeat.beat("worker:1")
    assert stalls.why(campaign, clock.now()) is None
    Heartbeat.objects.update(at=clock.now() - timedelta(minutes=2))
    assert (stall := stalls.why(campaign, clock.now())) and stall.code == "no_worker"
