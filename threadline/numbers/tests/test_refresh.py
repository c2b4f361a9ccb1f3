"""Our list of numbers stays like the carrier's."""

from typing import Any

import pytest
from django.utils import timezone

from sandbox.testing import RunningSandbox
from threadline.accounts.testing import make_workspace
from threadline.events.models import Event
from threadline.numbers import carrier, connect
from threadline.numbers.connect import Credentials
from threadline.numbers.models import Connection
from threadline.numbers.refresh import refresh
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db


def connected(sandbox: RunningSandbox) -> Connection:
    given = Credentials(sandbox.account_sid, sandbox.auth_token, sandbox.url)
    return connect.connect(make_workspace(), None, given, sandbox.numbers[0])


def test_a_released_number_is_marked_and_comes_back_when_it_does(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connected(sandbox)
    number = connection.numbers.get(is_default=True)
    everything = carrier.numbers(sandbox.account_sid, sandbox.auth_token, sandbox.url)
    rest = [one for one in everything if one.phone != number.phone]
    with monkeypatch.context() as patched:
        patched.setattr(carrier, "numbers", lambda *_: rest)
        assert refresh(connection) == ""
    number.refresh_from_db()
    assert number.gone_at and number.claimed_at
    assert number not in connection.numbers.textable()
    assert refresh(connection) == ""
    number.refresh_from_db()
    assert number.gone_at is None
    assert number in connection.numbers.textable()


def test_a_new_number_and_a_changed_webhook_are_seen(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connected(sandbox)
    connection.numbers.exclude(is_default=True).delete()
    sandbox.set_webhook(sandbox.numbers[0], "https://n8n.example.com/x")
    assert refresh(connection) == ""
    assert connection.numbers.count() == len(sandbox.numbers)
    assert connection.numbers.get(is_default=True).sms_url == "https://n8n.example.com/x"
    assert connection.numbers.claimed().count() == 1


def test_credentials_that_fail_are_noted_once_and_cleared_when_they_work(sandbox: RunningSandbox) -> None:
    connection = connected(sandbox)
    connection.auth_token = "wrong"
    connection.save(update_fields=["auth_token_sealed"])
    before = Event.objects.count()
    assert "does not accept" in refresh(connection)
    assert "does not accept" in refresh(connection)
    assert Event.objects.count() == before + 1
    assert "does not accept" in Connection.objects.get().problem
    connection.auth_token = sandbox.auth_token
    connection.save(update_fields=["auth_token_sealed"])
    assert refresh(connection) == ""
    assert Connection.objects.get().problem == ""


def test_nothing_new_publishes_nothing(sandbox: RunningSandbox) -> None:
    connection = connected(sandbox)
    before = Event.objects.count()
    refresh(connection)
    assert Event.objects.count() == before


def pool(sandbox: RunningSandbox, *phones: str) -> str:
    """A Messaging Service of these numbers at the carrier; returns its SID."""
    sid: str = sandbox.control("POST", "services", {"friendly_name": "Intake", "numbers": list(phones)})["sid"]
    return sid


def services(connection: Connection) -> list[str]:
    return list(connection.numbers.order_by("id").values_list("service_sid", flat=True))


@pytest.mark.requirement("U11")
def test_the_messaging_service_of_each_number_is_read_and_read_again(sandbox: RunningSandbox) -> None:
    first = pool(sandbox, *sandbox.numbers[:2])
    connection = connected(sandbox)
    assert services(connection) == [first, first, "", ""]
    second = pool(sandbox, *sandbox.numbers[1:3])  # which takes the one in the middle away from the first
    before = Event.objects.count()
    assert refresh(connection) == ""
    assert services(connection) == [first, second, second, ""]
    assert Event.objects.count() == before + 1


def test_services_cost_one_request_and_one_more_for_each(sandbox: RunningSandbox) -> None:
    connection = connected(sandbox)
    for phone in sandbox.numbers[:3]:
        pool(sandbox, phone)
    before = len(sandbox.requests())
    refresh(connection)
    asked = [noted["path"].split("/")[-1] for noted in sandbox.requests()[before:] if "messaging" in noted["host"]]
    assert asked == ["Services", "PhoneNumbers", "PhoneNumbers", "PhoneNumbers"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "code": 20404, "operation": "services"},
        {"kind": "http", "status": 403, "operation": "services"},
        {"kind": "http", "status": 500, "operation": "services"},
        {"kind": "refuse", "operation": "services"},
    ],
)
def test_services_that_cannot_be_read_fail_nothing_and_keep_what_is_known(
    sandbox: RunningSandbox, fault: dict[str, Any]
) -> None:
    service = pool(sandbox, *sandbox.numbers[:2])
    connection = connected(sandbox)
    sandbox.set_webhook(sandbox.numbers[0], "https://n8n.example.com/x")
    sandbox.faults(fault)
    assert refresh(connection) == ""
    assert Connection.objects.get().problem == ""
    assert services(connection) == [service, service, "", ""]
    assert connection.numbers.get(is_default=True).sms_url == "https://n8n.example.com/x"


def test_where_a_person_waits_many_services_are_left_to_the_next_refresh(sandbox: RunningSandbox) -> None:
    connection = connected(sandbox)
    service = pool(sandbox, sandbox.numbers[0])
    assert refresh(connection, patience=0.0) == ""
    assert services(connection) == ["", "", "", ""]
    assert refresh(connection) == ""
    assert services(connection) == [service, "", "", ""]


def test_a_number_on_another_account_is_in_none_of_the_services_of_the_old_one(sandbox: RunningSandbox) -> None:
    connection = make_connection(removed_at=timezone.now())
    phone = sandbox.numbers[0]
    make_number(connection, phone, service_sid="MG" + "0" * 32)
    sandbox.faults({"kind": "http", "status": 403, "operation": "services"})
    given = Credentials(sandbox.account_sid, sandbox.auth_token, sandbox.url)
    moved = connect.connect(connection.workspace, None, given, phone)
    assert services(moved) == ["", "", "", ""]


def test_a_carrier_out_of_reach_changes_no_number() -> None:
    connection = make_connection()
    assert "could not be reached" in refresh(connection)
    assert connection.numbers.count() == 0


@pytest.mark.requirement("001-8")
def test_friendly_names_become_labels_unless_they_only_repeat_the_number() -> None:
    def label(name: str) -> str:
        from threadline.twilio.client import IncomingNumber

        return carrier.Number.of(
            IncomingNumber("PN1", "+14155550100", name, {"sms": True}, "", "", "", "", "", "", "", None)
        ).label

    assert label("Main Intake") == "Main Intake"
    assert label("(415) 555-0100") == ""
    assert label("+14155550100") == ""
