"""The flight and the sandbox agree on what each fault means, and nothing is accepted twice."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.testing import RunningSandbox, running_sandbox
from threadline.twilio.flight import Flight
from threadline.twilio.outcomes import Accepted, NotSent, Outcome, Refused, Throttled, Unknown

ANN = "+14155550199"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


def post(sandbox: RunningSandbox, flight: Flight, body: str = "Hé ✓", to: str = ANN) -> Outcome:
    params = [("To", to), ("From", sandbox.numbers[0]), ("Body", body)]
    flight.submit(body, sandbox.url, sandbox.account_sid, sandbox.auth_token, params)
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if landings := flight.poll(0.1):
            return landings[0].outcome
    raise AssertionError("it never landed")


@pytest.fixture
def flight(sandbox: RunningSandbox) -> Iterator[Flight]:
    sandbox.reset()
    flight = Flight(limit=5, total_timeout=2)
    yield flight
    flight.close()
    sandbox.faults()


def test_a_text_is_accepted(sandbox: RunningSandbox, flight: Flight) -> None:
    outcome = post(sandbox, flight)
    assert isinstance(outcome, Accepted)
    (accepted,) = sandbox.accepted()
    assert (accepted["sid"], accepted["body"]) == (outcome.sid, "Hé ✓")
    assert (outcome.status, outcome.num_segments) == ("queued", "1")


@pytest.mark.parametrize(
    ("fault", "outcome", "accepted"),
    [
        ({"kind": "error", "code": 21610}, Refused, 0),
        ({"kind": "http", "status": 429}, Throttled, 0),
        ({"kind": "http", "status": 500}, Unknown, 0),
        ({"kind": "http", "status": 503, "accepted": True}, Unknown, 1),
        ({"kind": "refuse"}, Unknown, 0),
        ({"kind": "timeout"}, Unknown, 1),
        ({"kind": "close"}, Unknown, 1),
    ],
)
def test_each_fault_lands_as_what_it_is(
    sandbox: RunningSandbox, flight: Flight, fault: dict[str, Any], outcome: type[Outcome], accepted: int
) -> None:
    sandbox.faults({**fault, "count": 1})
    assert isinstance(post(sandbox, flight), outcome)
    assert len(sandbox.accepted()) == accepted


def test_accepted_on_a_kept_alive_connection_and_closed_is_unknown_and_once(
    sandbox: RunningSandbox, flight: Flight
) -> None:
    sandbox.faults({"kind": "close", "kept_alive": True, "count": 1})
    assert isinstance(post(sandbox, flight, "first"), Accepted)
    assert isinstance(post(sandbox, flight, "second"), Unknown)
    assert isinstance(post(sandbox, flight, "third"), Accepted)
    assert sorted(text["body"] for text in sandbox.accepted()) == ["first", "second", "third"]


def test_a_wrong_token_is_refused(sandbox: RunningSandbox, flight: Flight) -> None:
    flight.submit(1, sandbox.url, sandbox.account_sid, "0" * 32, [("To", ANN)])
    landings = flight.poll(5)
    while not landings:
        landings = flight.poll(5)
    outcome = landings[0].outcome
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.http) == (20003, 401)


def test_a_sandbox_that_is_not_running_is_not_sent(flight: Flight, sandbox: RunningSandbox) -> None:
    flight.submit(1, "http://127.0.0.1:9", sandbox.account_sid, sandbox.auth_token, [("To", ANN)])
    landings = flight.poll(5)
    while not landings:
        landings = flight.poll(5)
    assert isinstance(landings[0].outcome, NotSent)
