import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from sandbox.testing import RunningSandbox
from threadline.campaigns.tests.guards import without
from threadline.campaigns.tests.machine import Treatment

LONG = os.environ.get("THREADLINE_PROPERTIES") == "long"
RUNS, STEPS = (500, 50) if LONG else (12, 20)
WITHOUT = os.environ.get("THREADLINE_WITHOUT_GUARD", "")
RUNS = int(os.environ.get("THREADLINE_PROPERTY_RUNS", RUNS))

WANTED = ("texts", "a reply", "a STOP", "several steps")


@pytest.mark.requirement("U2", "U4", "U11")
def test_whatever_happens_to_a_campaign_its_rules_hold(carrier: RunningSandbox, db: Any) -> None:
    """On the real engine, gate and sender. THREADLINE_PROPERTIES=long runs 500 campaigns of 50 steps each."""
    Treatment.carrier = carrier
    found = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=not (LONG or WITHOUT),  # CI is not to fail by chance; whoever looks for something wants chance
        phases=list(Phase) if LONG else [Phase.generate],  # making a failure small takes minutes
        print_blob=True,
    )
    with without(WITHOUT):
        run_state_machine_as_test(Treatment, settings=found)
    # Random treatment that never comes to a text would prove nothing.
    assert WITHOUT or all(Treatment.came_to[what] for what in WANTED), Treatment.came_to
