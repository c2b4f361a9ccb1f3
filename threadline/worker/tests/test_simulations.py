"""Simulations of large campaigns run in a child of the worker, and are kept."""

import threading
import time

import pytest
from django.db import connection

from threadline.campaigns.simulator import asking
from threadline.campaigns.testing import make_campaign, make_leads
from threadline.lib import clock
from threadline.worker import simulations

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_child_runs_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign()
    make_leads(campaign)
    monkeypatch.setattr(asking, "AT_ONCE", 0)
    asked = asking.ask(campaign, None, clock.now())
    stop = threading.Event()

    def run() -> None:
        simulations.run(stop)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        until = time.monotonic() + 60
        while asked.state != "done":
            assert time.monotonic() < until, asked.state
            time.sleep(0.05)
            asked.refresh_from_db()
    finally:
        stop.set()
        thread.join(30)
    result = asking.result_of(asked)
    assert result is not None and result.texts == 3
