"""The course of a text, and how long it takes."""

from pathlib import Path

import pytest

from sandbox import lifecycle
from sandbox.faults import Faults
from sandbox.store import Store

PERSON, MAIN = "+12125550161", "+14155550110"


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """Rules in a file of their own."""
    return Faults(Store(tmp_path / "faults.sqlite3"))


@pytest.mark.parametrize(
    ("rule", "life", "code"),
    [
        ({"kind": "landline"}, "sending,sent,undelivered,rated", 30006),
        ({"kind": "async_error", "code": 30001, "status": "failed"}, "failed", 30001),
        ({"kind": "slow", "ms": 500}, "sending,sent,delivered:500,rated", None),
        ({"kind": "no_receipt"}, "sending,sent,rated", None),
        ({"kind": "read"}, "sending,sent,delivered,read,rated", None),
        ({"kind": "landline", "to": "+1999"}, "sending,sent,delivered,rated", None),
    ],
)
def test_a_fault_decides_the_life(faults: Faults, rule: dict[str, object], life: str, code: int | None) -> None:
    faults.replace({"rules": [rule]})
    assert lifecycle.plan(faults, PERSON, MAIN, by_service=False) == (life, code)


def test_a_service_queues_first(faults: Faults) -> None:
    assert lifecycle.plan(faults, PERSON, MAIN, by_service=True)[0].startswith("queued,sending")


def test_real_time_takes_a_while_and_fast_takes_none() -> None:
    assert lifecycle.pause("delivered,rated", "fast") == 0
    assert 0.5 < lifecycle.pause("delivered,rated", "real") < 3
    assert lifecycle.pause("delivered:1500,rated", "fast") == 1.5
    assert lifecycle.split("delivered:1500,rated") == ("delivered", 1.5, "rated")
