"""What the gate is told: loaded from the rows, for both phases, and no more than the terms ask for."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from threadline.accounts.models import Workspace
from threadline.billing import ledger
from threadline.billing.models import Wallet
from threadline.compliance.models import Policy
from threadline.contacts.models import Alias, Contact
from threadline.lib import clock
from threadline.messaging import terms, whereabouts
from threadline.messaging.entry import Entry
from threadline.messaging.facts import load
from threadline.messaging.models import Message, OutboxEntry, Receipt
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send
from threadline.messaging.terms import Cap, Terms
from threadline.messaging.testing import DANA, arrive, make_line, send_all, text
from threadline.messaging.verdicts import Defer, Hold, Refuse, Send
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db


def policy(line: Number, **fields: object) -> None:
    Policy.objects.update_or_create(workspace=line.workspace, defaults=fields)


def entry(line: Number, address: str = DANA) -> Entry:
    return Entry(line.workspace_id, address, line.id, "Hello", automatic=True, by_hand=False)


def night_now(line: Number) -> None:
    """It is night everywhere but for some minutes of the day that are far from now."""
    now = clock.now()
    policy(
        line, quiet_hours=True, quiet_from=(now - timedelta(hours=1)).time(), quiet_to=(now + timedelta(hours=8)).time()
    )
    Contact.objects.update_or_create(workspace=line.workspace, phone=DANA, defaults={"timezone": "UTC"})


def test_terms_are_the_defaults_until_somebody_changes_them() -> None:
    line = make_line()
    assert terms.of([line.workspace_id], clock.now())[line.workspace_id] == Terms("America/New_York", "US")


def test_terms_are_policy_and_wallet() -> None:
    line = make_line()
    policy(
        line, quiet_hours=True, quiet_from=time(20, 30), quiet_to=time(9), demand_consent=True, cap_texts=3, cap_days=2
    )
    now = clock.now()
    ledger.credit(line.workspace_id, 5_000_000, "card", now)
    ledger.reserve(line.workspace_id, {1: 8_300}, now)
    Wallet.objects.update(enabled=True, monthly_budget=1)
    found = terms.of([line.workspace_id], now)[line.workspace_id]
    assert found == Terms(
        "America/New_York",
        "US",
        (time(20, 30), time(9)),
        True,
        False,
        Cap(3, timedelta(days=2)),
        4_991_700,
        None,
        8_300,
    )
    Wallet.objects.update(enabled=False)
    found = terms.of([line.workspace_id], now)[line.workspace_id]
    assert (found.funds, found.budget, found.spent) == (None, 1, 8_300)
    assert terms.of([line.workspace_id], now + timedelta(days=40))[line.workspace_id].spent == 0


def test_without_a_policy_nothing_is_asked_about_people() -> None:
    line = make_line()
    with CaptureQueriesContext(
        connection,
    ) as dispatch:
        load([entry(line)], "dispatch", clock.now())
    with CaptureQueriesContext(connection) as at_first:
        load([entry(line)], "send", clock.now())
    assert len(dispatch) == 3  # opt-outs, lines, terms
    assert len(at_first) == 5  # and what passed before, and what they agreed to


def test_people_are_where_they_were_said_to_be() -> None:
    line = make_line()
    people: dict[str, dict[str, Any]] = {
        "+13035550142": {"timezone": "Europe/Berlin"},
        "+13035550143": {"fields": {"zip": "96801"}},
        "+13035550144": {"timezone": "America/New_York", "deleted_at": clock.now()},
    }
    for phone, known in people.items():
        Contact.objects.create(workspace=line.workspace, phone=phone, **known)
    berlin = Contact.objects.get(phone="+13035550142")
    Alias.objects.create(workspace=line.workspace, contact=berlin, phone="+13035550145")
    other = make_number().workspace
    Contact.objects.create(workspace=other, phone="+13035550146", timezone="Asia/Tokyo")
    wanted = [*people, "+13035550145", "+13035550146"]
    found = whereabouts.of(line.workspace_id, wanted, "US", "America/New_York")
    assert [found[phone].names[0] for phone in wanted] == [
        *("Europe/Berlin", "Pacific/Honolulu", "America/Denver", "Europe/Berlin", "America/Denver")
    ]


def test_quiet_hours_put_a_text_of_a_program_off_until_the_morning_and_it_leaves_by_itself() -> None:
    line = make_line()
    night_now(line)
    outcome = text(line.workspace, source="api", automatic=True)
    assert isinstance(outcome.verdict, Defer) and outcome.verdict.code == "quiet_hours" and outcome.message
    message = Message.objects.get()
    assert (message.status, message.error) == ("scheduled", outcome.verdict.reason)
    assert OutboxEntry.objects.get().run_after == outcome.verdict.until
    Policy.objects.update(quiet_hours=False)
    OutboxEntry.objects.update(run_after=clock.now())
    send_all()
    message.refresh_from_db()
    assert (message.status, message.error) != ("scheduled", outcome.verdict.reason)


def test_what_waits_in_the_queue_when_the_night_comes_waits_for_the_morning() -> None:
    line = make_line()
    assert isinstance(text(line.workspace, source="api", automatic=True).verdict, Send)
    night_now(line)
    send_all()
    message, waiting = Message.objects.get(), OutboxEntry.objects.get()
    assert message.status == "scheduled" and "texts may go from" in message.error
    assert waiting.run_after > clock.now() + timedelta(hours=7)
    assert Receipt.objects.filter(message=message, phase="dispatch", verdict="defer", code="quiet_hours").exists()


def test_a_campaigns_text_carries_the_end_of_the_day() -> None:
    line = make_line()
    now = clock.now()
    policy(
        line, quiet_hours=True, quiet_from=(now + timedelta(hours=2)).time(), quiet_to=(now - timedelta(hours=2)).time()
    )
    Contact.objects.create(workspace=line.workspace, phone=DANA, timezone="UTC")
    text(line.workspace, automatic=True, source="campaign:3", waits_outside=True)
    end = OutboxEntry.objects.get().not_after
    assert end is not None and abs(end - now - timedelta(hours=2)) < timedelta(minutes=1)


def test_the_frequency_cap_counts_all_that_was_automatic() -> None:
    line = make_line()
    policy(line, cap_texts=2, cap_days=7)
    batch = [Outgoing(to=DANA, body=f"Hello {n}", automatic=True, source="api") for n in range(2)]
    send(line.workspace, batch)
    text(line.workspace, body="By hand")
    third = text(line.workspace, body="Hello 3", automatic=True, source="campaign:3", waits_outside=True)
    assert isinstance(third.verdict, Defer) and third.verdict.code == "frequency_cap"
    assert isinstance(text(line.workspace, body="Hello 4").verdict, Send)
    Message.objects.filter(body="Hello 0").update(status="failed")
    again = text(line.workspace, body="Hello 3", automatic=True, source="campaign:3", waits_outside=True)
    assert isinstance(again.verdict, Send)


def test_what_is_put_off_counts_for_the_day_when_it_goes() -> None:
    line = make_line()
    Number.objects.update(daily_cap=2)
    people = [f"+1813555020{n}" for n in range(5)]
    outcomes = [text(line.workspace, one, automatic=True, source="api") for one in people]
    untils = [one.verdict.until for one in outcomes if isinstance(one.verdict, Defer)]
    tomorrow = terms.of([line.workspace_id], clock.now())[line.workspace_id]
    first = tomorrow.begins(tomorrow.day_of(clock.now()) + timedelta(days=1))
    assert untils == [first, first, tomorrow.begins(tomorrow.day_of(first) + timedelta(days=1))]


def test_an_empty_wallet_holds_a_programs_text_with_nothing_set_aside() -> None:
    line = make_line()
    Wallet.objects.update_or_create(workspace=line.workspace, defaults={"enabled": True, "balance": 100})
    outcome = text(line.workspace, source="api", automatic=True)
    assert isinstance(outcome.verdict, Hold) and outcome.message
    assert Message.objects.get().error.endswith("Add funds under Settings, Billing.")
    assert ledger.balance(line.workspace_id) == 100
    assert not OutboxEntry.objects.exists()


@pytest.mark.requirement("U11")
def test_lines_of_one_messaging_service_share_a_stop() -> None:
    line = make_line()
    twin = make_number(line.connection)
    other = make_number(line.connection)
    Number.objects.filter(pk__in=[line.pk, twin.pk]).update(service_sid="MG" + "0" * 32)
    arrive(line, "STOP")
    assert isinstance(text(line.workspace, number_id=twin.id).verdict, Refuse)
    assert isinstance(text(line.workspace, number_id=other.id).verdict, Send)


@pytest.mark.requirement("U11")
@pytest.mark.parametrize(("narrow", "goes"), [(False, False), (True, True)])
def test_a_narrow_stop_counts_for_its_own_line_only(narrow: bool, goes: bool) -> None:
    line = make_line()
    other = make_number(line.connection)
    policy(line, narrow_stop=narrow)
    arrive(line, "STOP")
    assert isinstance(text(line.workspace, number_id=other.id, automatic=True).verdict, Send) is goes
    assert isinstance(text(line.workspace, number_id=line.id).verdict, Refuse)


@pytest.mark.requirement("U23")
def test_where_evidence_is_demanded_only_those_with_some_are_texted() -> None:
    line = make_line()
    policy(line, demand_consent=True)
    refused = text(line.workspace).verdict
    assert isinstance(refused, Refuse) and refused.code == "no_consent" and "Not Defined" in refused.reason
    arrive(line, "Hi")
    assert isinstance(text(line.workspace).verdict, Send)
    assert Receipt.objects.get(verdict="send", phase="send").facts["basis"] == "wrote"


def test_a_stop_is_no_evidence_and_a_start_is() -> None:
    line = make_line()
    policy(line, demand_consent=True)
    arrive(line, "STOP")
    assert text(line.workspace).verdict.name == "refuse"
    arrive(line, "START")
    assert isinstance(text(line.workspace).verdict, Send)
    assert Receipt.objects.get(verdict="send", phase="send").facts["consent"]["basis"] in ("started", "wrote")


@pytest.mark.requirement("U23")
def test_a_basis_is_always_on_the_receipt() -> None:
    line = make_line()
    text(line.workspace, body="By hand")
    text(line.workspace, body="By a campaign", automatic=True, source="campaign:3", basis="acknowledged by Maria")
    arrive(line)
    text(line.workspace, body="An answer")
    kept = Receipt.objects.filter(phase="send").order_by("id").values_list("facts", flat=True)
    assert [facts["basis"] for facts in kept] == ["own act", "acknowledged by Maria", "wrote"]


def test_a_workspace_asks_only_of_its_own() -> None:
    line, other = make_line(), make_line()
    policy(other, quiet_hours=True, demand_consent=True, cap_texts=1)
    assert isinstance(text(line.workspace).verdict, Send)
    facts = load([entry(line), entry(other)], "send", datetime(2026, 11, 22, tzinfo=UTC))
    assert set(facts.zones) == {(other.workspace_id, DANA)}
    assert Workspace.objects.count() == 2
