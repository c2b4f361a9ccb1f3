"""The guards of a campaign, each of which can be taken out: the property test must fail without any of them.

`python -m threadline.campaigns.tests.guards` takes them out one by one and says which failure was found.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

TEST = "threadline/campaigns/tests/test_properties.py"
ENGINE = "threadline.campaigns.engine"


def _gate(*names: str) -> Any:
    from threadline.messaging import gate

    kept = tuple(rule for rule in gate.RULES if rule.__name__ not in names)
    assert len(kept) == len(gate.RULES) - len(names), names
    return patch.object(gate, "RULES", kept)


def _nothing(*_: Any, **__: Any) -> Any:
    return []


GUARDS: dict[str, Callable[[], list[Any]]] = {
    "the gate looks at opt-outs": lambda: [
        _gate("opted_out"),
        patch("threadline.campaigns.running.progress.opt_outs_of", _nobody),
    ],
    "a reply ends the lead": lambda: [
        patch("threadline.campaigns.engine.picking._SILENT", ""),
        patch("threadline.campaigns.running.progress._answered", lambda _lead: False),
    ],
    "a reply takes back what waits": lambda: [patch("threadline.messaging.withdraw.on_reply", _nothing)],
    "a pause takes back what waits": lambda: [patch("threadline.campaigns.running.withdrawing.everything", _nothing)],
    "only active campaigns ask": lambda: [
        patch(f"{ENGINE}.batch._may_send", lambda *_: True),
        patch(f"{ENGINE}.ready.running", _all_campaigns),
    ],
    "the campaign's hours": lambda: [patch(f"{ENGINE}.hours.is_open", lambda *_: True), _gate("out_of_hours")],
    "what is late is taken back or waits": lambda: [_gate("out_of_hours")],
    "quiet hours": lambda: [_gate("quiet_hours")],
    "a step is asked for once": lambda: [patch(f"{ENGINE}.writing._asked", _nothing), _without_touches()],
}


def _nobody(_pairs: Any) -> dict[Any, Any]:
    return {}


def _all_campaigns(_now: Any) -> list[Any]:
    from threadline.campaigns.models import Campaign

    return list(Campaign.objects.all())


def _without_touches() -> Any:
    from threadline.lib import rows

    insert = rows.insert

    def skipping(table: str, *given: Any, **more: Any) -> Any:
        return [] if table == "campaigns_touch" else insert(table, *given, **more)

    return patch(f"{ENGINE}.writing.rows.insert", skipping)


@contextmanager
def without(name: str) -> Iterator[None]:
    """Take a guard out; "" leaves them all in."""
    with ExitStack() as stack:
        for one in GUARDS[name]() if name else []:
            stack.enter_context(one)
        yield


def main() -> int:
    """Every guard in turn; 1 when the test passes without one of them."""
    useless = []
    for name in sys.argv[1:] or GUARDS:
        environment = {"THREADLINE_PROPERTY_RUNS": "100", **os.environ, "THREADLINE_WITHOUT_GUARD": name}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", TEST],
            env=environment,
            capture_output=True,
            text=True,
        )
        found = [line.strip() for line in done.stdout.splitlines() if line.startswith("E ")]
        sys.stdout.write(f"{'fails' if done.returncode else 'PASSES'} without: {name}: {found[:1]}\n")
        if not done.returncode:
            useless.append(name)
    return 1 if useless else 0


if __name__ == "__main__":
    sys.exit(main())
