"""Opt-outs: recorded once, lifted exactly, found for many people at once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_workspace
from threadline.compliance import optouts
from threadline.compliance.models import OptOut
from threadline.compliance.optouts import Lift, NewOptOut, blocks

LINE, OTHER, PERSON = "+18335550100", "+12125550100", "+14155550199"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def _stop(workspace: Workspace, minutes: int = 0, **fields: object) -> None:
    values = {"line": LINE, "address": PERSON, "word": "STOP", "reference": "SM1", **fields}
    optouts.record([NewOptOut(workspace.id, at=NOON + timedelta(minutes=minutes), **values)])  # type: ignore[arg-type]


def _start(workspace: Workspace, minutes: int, line: str = LINE) -> None:
    optouts.lift([Lift(workspace.id, line, PERSON, NOON + timedelta(minutes=minutes), "SM2")])


def _lines(workspace: Workspace) -> set[str]:
    return {line for _, line in optouts.in_force(workspace.id, [PERSON])}


@pytest.mark.django_db
def test_a_repeated_stop_is_one_opt_out() -> None:
    workspace = make_workspace()
    _stop(workspace)
    _stop(workspace)
    assert OptOut.objects.count() == 1
    (found,) = optouts.in_force(workspace.id, [PERSON, "+15550000000"]).values()
    assert (found.word, found.at, found.reference, found.evidence) == ("STOP", NOON, "SM1", "inbound")


@pytest.mark.django_db
def test_one_batch_may_hold_the_same_person_twice_and_many_people() -> None:
    workspace = make_workspace()
    rows = [NewOptOut(workspace.id, LINE, f"+1415555{i % 300:04d}", NOON, "STOP") for i in range(600)]
    optouts.record(rows)
    assert len(optouts.in_force(workspace.id, [row.address for row in rows])) == 300
    assert optouts.in_force(workspace.id, []) == {}


@pytest.mark.django_db
def test_start_lifts_only_that_line_and_only_what_came_before() -> None:
    workspace = make_workspace()
    _stop(workspace)
    _stop(workspace, line=OTHER)
    _start(workspace, minutes=5)
    assert _lines(workspace) == {OTHER}
    _start(workspace, minutes=-5, line=OTHER)
    assert _lines(workspace) == {OTHER}
    lifted = OptOut.objects.get(line=LINE)
    assert (lifted.lifted_at, lifted.lifted_by) == (NOON + timedelta(minutes=5), "SM2")


@pytest.mark.django_db
def test_a_stop_after_a_start_that_is_read_late_stays_in_force() -> None:
    workspace = make_workspace()
    _stop(workspace)
    _stop(workspace, minutes=10)  # at the edge, before the worker has read the START of 12:05
    _start(workspace, minutes=5)
    assert _lines(workspace) == {LINE}


@pytest.mark.django_db
def test_an_old_stop_read_again_does_not_undo_the_start() -> None:
    workspace = make_workspace()
    _stop(workspace)
    _start(workspace, minutes=5)
    _stop(workspace)
    assert _lines(workspace) == set()
    _stop(workspace, minutes=10)
    assert _lines(workspace) == {LINE}
    assert OptOut.objects.count() == 2


@pytest.mark.django_db
def test_start_does_not_lift_what_a_member_recorded() -> None:
    workspace = make_workspace()
    _stop(workspace, evidence=OptOut.Evidence.MEMBER)
    _start(workspace, minutes=5)
    assert _lines(workspace) == {LINE}


@pytest.mark.django_db
def test_opt_outs_of_another_workspace_are_not_ours() -> None:
    ours, theirs = make_workspace(), make_workspace()
    _stop(theirs)
    _start(ours, minutes=5)
    assert _lines(ours) == set()
    assert _lines(theirs) == {LINE}


@pytest.mark.django_db
def test_what_an_opt_out_blocks() -> None:
    workspace = make_workspace()
    _stop(workspace)
    facts = optouts.by_address(optouts.in_force(workspace.id, [PERSON]))[PERSON]
    assert blocks(facts, LINE, automatic=False) is facts[LINE]
    assert blocks(facts, LINE, automatic=True) is facts[LINE]
    assert blocks(facts, OTHER, automatic=True) is facts[LINE]
    assert blocks(facts, OTHER, automatic=False) is None
    assert blocks({}, LINE, automatic=True) is None


@pytest.mark.django_db(transaction=True)
def test_a_stop_waits_for_a_running_claim_and_the_next_claim_sees_it() -> None:
    """T12: a claim under the lock, then the opt-out, and never in between."""
    workspace = make_workspace()
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def claim() -> None:
        try:
            with transaction.atomic():
                assert optouts.try_lock_shared([workspace.id]) == {workspace.id}
                assert not optouts.in_force(workspace.id, [PERSON])
                inside.set()
                go_on.wait(5)
                order.append("claimed")
        finally:
            connection.close()

    def stop() -> None:
        try:
            inside.wait(5)
            with transaction.atomic():
                _stop(workspace)
                order.append("stopped")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim), threading.Thread(target=stop)]
    for thread in threads:
        thread.start()
    inside.wait(5)
    threads[1].join(0.3)
    go_on.set()
    for thread in threads:
        thread.join()
    assert order == ["claimed", "stopped"]
    with transaction.atomic():
        assert optouts.try_lock_shared([workspace.id]) == {workspace.id}
        assert _lines(workspace) == {LINE}


@pytest.mark.django_db(transaction=True)
def test_a_claim_does_not_wait_for_a_stop_that_is_being_written() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    workspace, other = make_workspace(), make_workspace()
    got: list[set[int]] = []

    def claim() -> None:
        try:
            with transaction.atomic():
                got.append(optouts.try_lock_shared([workspace.id, other.id]))
        finally:
            connection.close()

    with transaction.atomic():
        _stop(workspace)
        thread = threading.Thread(target=claim)
        thread.start()
        thread.join(5)
        assert got == [{other.id}]
