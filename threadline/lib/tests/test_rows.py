"""Many rows with few statements, with the same result on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from threadline.accounts.testing import make_workspace
from threadline.billing.models import LedgerEntry
from threadline.events.models import Event
from threadline.lib import rows

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
COLUMNS = ["workspace_id", "kind", "amount", "source", "created_at"]


def test_values_come_back_as_they_went_in() -> None:
    workspace = make_workspace()
    data = {"messages": [1, 2], "name": "Ñandú 👋 \"quoted\" \\ 'single'", "none": None}
    columns = ["workspace_id", "type", "subject", "data", "created_at"]
    rows.insert("events_event", columns, [(workspace.id, "a.b", "50 % and %s", data, NOON)])
    event = Event.objects.get(type="a.b")
    assert (event.subject, event.data, event.created_at) == ("50 % and %s", data, NOON)


def test_none_at_all_is_no_statement() -> None:
    assert rows.insert("events_event", ["type"], []) == []
    assert rows.each("UPDATE events_event SET type = %s", []) == 0
    rows.update("events_event", "id", ["type"], [])


def test_returning_gives_what_was_inserted_and_a_conflict_leaves_it_out() -> None:
    workspace = make_workspace()
    new = [(workspace.id, "credit", n, f"credit:{n % 3}", NOON) for n in range(5)]
    suffix = "ON CONFLICT (workspace_id, source) DO NOTHING RETURNING amount"
    assert sorted(rows.insert("billing_ledgerentry", COLUMNS, new, suffix)) == [(0,), (1,), (2,)]
    assert LedgerEntry.objects.count() == 3


def test_more_rows_than_fit_into_one_statement() -> None:
    workspace = make_workspace()
    new = [(workspace.id, "credit", n, f"credit:{n}", NOON) for n in range(1_200)]
    assert len(rows.insert("billing_ledgerentry", COLUMNS, new, "RETURNING id")) == 1_200
    assert list(LedgerEntry.objects.order_by("id").values_list("amount", flat=True)) == list(range(1_200))


def test_update_sets_each_row_its_own_values_where_the_condition_holds() -> None:
    workspace = make_workspace()
    rows.insert("billing_ledgerentry", COLUMNS, [(workspace.id, "credit", n, f"s{n}", NOON) for n in range(3)])
    later = NOON + timedelta(hours=1)
    rows.update(
        "billing_ledgerentry",
        "source",
        ["amount"],
        [("s0", 10), ("s1", 11), ("s2", 12), ("s9", 19)],
        also="kind = CASE kind WHEN 'credit' THEN 'settle' ELSE kind END, created_at = {now}",
        where="amount < 2",
        now=later,
    )
    found = list(LedgerEntry.objects.order_by("source").values_list("source", "amount", "kind", "created_at"))
    assert found == [("s0", 10, "settle", later), ("s1", 11, "settle", later), ("s2", 2, "credit", NOON)]


def test_rows_can_be_copied() -> None:
    workspace = make_workspace()
    texts = ("plain", "tab\tand\nline", "back\\slash", "\\N", "ü", "")
    columns = ["workspace_id", "type", "subject", "data", "created_at"]
    rows.copy("events_event", columns, [(workspace.id, "a.b", text, {"n": [1, text]}, NOON) for text in texts])
    rows.copy("events_event", columns, [])
    stored = Event.objects.order_by("id").values_list("subject", "data", "created_at")
    assert list(stored) == [(text, {"n": [1, text]}, NOON) for text in texts]
