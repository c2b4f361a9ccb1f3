"""The official SDK on messaging.twilio.com: services, and which numbers are in the pool of each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.testing import RunningSandbox
from tests.contract.conftest import sdk

PERSON = "+12125550161"
NOBODY = "MG" + "0" * 32


@pytest.fixture(autouse=True)
def _fresh(sandbox: RunningSandbox) -> None:
    sandbox.reset(accounts=True)


@pytest.fixture
def client(sandbox: RunningSandbox, _fresh: None) -> Client:
    """The SDK on the main account, which is a new one for each of these tests."""
    return sdk(sandbox)


def pool_of(client: Client, name: str, *phones: str) -> Any:
    """A service whose pool these numbers have joined."""
    service = client.messaging.v1.services.create(friendly_name=name, use_inbound_webhook_on_number=True)
    for number in client.incoming_phone_numbers.list():
        if number.phone_number in phones:
            service.phone_numbers.create(phone_number_sid=number.sid)
    return service


def refused(ask: Any) -> tuple[int, int | None]:
    """HTTP status and code of a request that is refused."""
    with pytest.raises(TwilioRestException) as caught:
        ask()
    return caught.value.status, caught.value.code


def test_a_service_is_made_read_changed_and_closed(client: Client) -> None:
    services = client.messaging.v1.services
    made = services.create(friendly_name="Intake", status_callback="https://example.com/s", validity_period=600)
    assert (made.friendly_name, made.validity_period, made.usecase) == ("Intake", 600, "undeclared")
    assert (made.inbound_request_url, made.use_inbound_webhook_on_number) == (None, False)
    assert datetime.now(UTC) - made.date_created < timedelta(minutes=1)
    changed = services(made.sid).update(friendly_name="Front desk", sticky_sender=False, inbound_method="GET")
    assert (changed.friendly_name, changed.sticky_sender, changed.inbound_method) == ("Front desk", False, "GET")
    assert services(made.sid).fetch().validity_period == 600
    assert services(made.sid).delete()
    assert refused(services(made.sid).fetch) == (404, 20404)


def test_numbers_join_and_leave_a_pool(client: Client, sandbox: RunningSandbox) -> None:
    first, second = sandbox.numbers[:2]
    pool = pool_of(client, "Intake", first, second).phone_numbers
    assert [one.phone_number for one in pool.list()] == [first, second]
    one = pool.list()[0]
    assert (one.country_code, one.capabilities) == ("US", ["MMS", "SMS", "Voice"])
    assert pool(one.sid).fetch().service_sid == one.service_sid
    assert pool(one.sid).delete()
    assert [other.phone_number for other in pool.list()] == [second]
    assert refused(pool(one.sid).fetch) == (404, 20404)


def test_a_number_is_in_one_service_at_most(client: Client, sandbox: RunningSandbox) -> None:
    service = pool_of(client, "Intake", sandbox.numbers[0])
    (member,) = service.phone_numbers.list()
    other = client.messaging.v1.services.create(friendly_name="Sales")
    assert refused(lambda: service.phone_numbers.create(phone_number_sid=member.sid)) == (409, 21710)
    assert refused(lambda: other.phone_numbers.create(phone_number_sid=member.sid)) == (409, 21712)
    assert service.delete()
    assert other.phone_numbers.create(phone_number_sid=member.sid).service_sid == other.sid


def test_lists_are_paged_by_absolute_links(client: Client, sandbox: RunningSandbox) -> None:
    services = client.messaging.v1.services
    sids = [pool_of(client, f"Service {n}", *(sandbox.numbers if n == 0 else ())).sid for n in range(5)]
    assert [one.sid for one in services.list(page_size=2)] == sids
    page = services.page(page_size=2)
    assert page.next_page_url.startswith("https://messaging.twilio.com/v1/Services?PageSize=2&Page=1&PageToken=")
    assert page.previous_page_url is None
    assert [one.sid for one in page.next_page().previous_page()] == sids[:2]
    assert [one.phone_number for one in services(sids[0]).phone_numbers.list(page_size=3)] == sandbox.numbers


def test_what_is_not_there_is_not_found(client: Client, sandbox: RunningSandbox) -> None:
    services = client.messaging.v1.services
    number = client.incoming_phone_numbers.list()[0].sid
    assert refused(services(NOBODY).fetch) == (404, 20404)
    assert refused(lambda: services(NOBODY).phone_numbers.create(phone_number_sid=number)) == (404, 20404)
    mine = services.create(friendly_name="Mine")
    assert refused(lambda: mine.phone_numbers.create(phone_number_sid="PN" + "0" * 32)) == (404, 20404)
    theirs = sandbox.open_account(numbers=["+17025550120"])
    stranger = sdk(sandbox, theirs["account_sid"], theirs["auth_token"])
    assert stranger.messaging.v1.services.list() == []
    assert refused(stranger.messaging.v1.services(mine.sid).fetch) == (404, 20404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"friendly_name": ""},
        {"friendly_name": "x" * 65},
        {"inbound_request_url": "nowhere"},
        {"inbound_method": "PUT"},
        {"validity_period": 0},
        {"scan_message_content": "maybe"},
    ],
)
def test_a_setting_that_is_none_is_refused(client: Client, wrong: dict[str, Any]) -> None:
    given = {"friendly_name": "Intake", **wrong}
    assert refused(lambda: client.messaging.v1.services.create(**given)) == (400, 20001)


def test_a_stop_to_one_number_of_a_service_holds_for_all_until_a_start_to_any(
    client: Client, sandbox: RunningSandbox
) -> None:
    first, second, third = sandbox.numbers[:3]
    pool_of(client, "Intake", first, second)
    sandbox.text(PERSON, first, "STOP")
    assert refused(lambda: client.messages.create(to=PERSON, from_=second, body="Hi")) == (400, 21610)
    assert client.messages.create(to=PERSON, from_=third, body="Hi").status == "queued"
    sandbox.text(PERSON, second, "START")
    assert client.messages.create(to=PERSON, from_=first, body="Hi").status == "queued"


def test_a_stop_from_before_a_number_joined_is_lifted_by_a_start_to_it(client: Client, sandbox: RunningSandbox) -> None:
    first, second = sandbox.numbers[:2]
    sandbox.text(PERSON, first, "STOP")
    pool_of(client, "Intake", first, second)
    assert client.messages.create(to=PERSON, from_=second, body="Hi").status == "queued"
    sandbox.text(PERSON, first, "START")
    assert client.messages.create(to=PERSON, from_=first, body="Hi").status == "queued"
