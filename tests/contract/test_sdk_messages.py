"""The official SDK sends, lists, fetches, redacts, deletes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.testing import RunningSandbox, eventually

PERSON = "+12125550161"


def test_a_text_is_sent_and_arrives(client: Client, sandbox: RunningSandbox) -> None:
    message = client.messages.create(to=PERSON, from_=sandbox.numbers[0], body="Hello")
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    sandbox.settled()
    fetched = client.messages(message.sid).fetch()
    assert fetched.status == "delivered"
    assert fetched.date_sent is not None and fetched.price == "-0.00830"
    assert [text["body"] for text in sandbox.texts(PERSON)] == ["Hello"]
    assert [entry["sid"] for entry in sandbox.accepted()] == [message.sid]


def test_a_list_is_paged_newest_first(client: Client, sandbox: RunningSandbox) -> None:
    sids = [client.messages.create(to=PERSON, from_=sandbox.numbers[0], body=f"{n}").sid for n in range(7)]
    assert [message.sid for message in client.messages.list(page_size=2)] == sids[::-1]
    first = client.messages.page(page_size=3)
    second = first.next_page()
    assert second is not None
    assert [message.sid for message in second] == sids[3:0:-1]
    back = second.previous_page()
    assert back is not None
    assert [message.sid for message in back] == sids[:3:-1]


def test_filters_by_to_from_and_date(client: Client, sandbox: RunningSandbox) -> None:
    main, other = sandbox.numbers[:2]
    sandbox.history(
        [
            {"from": main, "to": PERSON, "body": "old", "date": "2026-01-02T10:00:00Z"},
            {"from": PERSON, "to": main, "body": "older", "date": "2026-01-01T10:00:00Z"},
            {"from": other, "to": PERSON, "body": "other", "date": "2026-01-03T23:59:59Z"},
        ]
    )

    def bodies(**filters: object) -> list[str | None]:
        return [message.body for message in client.messages.list(**filters)]

    assert bodies() == ["other", "old", "older"]
    assert bodies(to=PERSON) == ["other", "old"]
    assert bodies(from_=PERSON) == ["older"]
    assert bodies(to=PERSON, from_=main) == ["old"]
    assert bodies(date_sent=date(2026, 1, 3)) == ["other"]
    assert bodies(date_sent_after=datetime(2026, 1, 2, tzinfo=UTC)) == ["other", "old"]
    assert bodies(date_sent_before=datetime(2026, 1, 2, 10, tzinfo=UTC)) == ["old", "older"]
    assert bodies(date_sent_after=datetime.now(UTC) + timedelta(days=1)) == []


def test_a_text_is_redacted_and_deleted(client: Client, sandbox: RunningSandbox) -> None:
    message = client.messages.create(to=PERSON, from_=sandbox.numbers[0], body="secret")
    sandbox.settled()
    assert client.messages(message.sid).update(body="").body == ""
    assert client.messages(message.sid).delete()
    with pytest.raises(TwilioRestException) as caught:
        client.messages(message.sid).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)
    assert client.messages.list() == []


def test_deleting_too_early_is_refused(client: Client, sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "slow", "ms": 60_000})
    message = client.messages.create(to=PERSON, from_=sandbox.numbers[0], body="wait")
    with pytest.raises(TwilioRestException) as caught:
        client.messages(message.sid).delete()
    assert (caught.value.status, caught.value.code) == (400, 20009)


def test_a_scheduled_text_can_be_cancelled(client: Client, sandbox: RunningSandbox) -> None:
    service = sandbox.control("POST", "services", {"numbers": [sandbox.numbers[1]]})
    later = datetime.now(UTC) + timedelta(hours=1)
    message = client.messages.create(
        to=PERSON, messaging_service_sid=service["sid"], body="later", schedule_type="fixed", send_at=later
    )
    assert (message.status, message.from_, message.num_segments) == ("scheduled", None, "0")
    assert client.messages(message.sid).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException) as caught:
        client.messages(message.sid).update(status="canceled")
    assert caught.value.code == 30409


def test_a_person_texts_a_number(client: Client, sandbox: RunningSandbox) -> None:
    received = sandbox.text(PERSON, sandbox.numbers[0], "Hé ✓")
    message = client.messages(received["sid"]).fetch()
    assert (message.direction, message.status, message.body) == ("inbound", "received", "Hé ✓")
    eventually(lambda: client.messages(received["sid"]).fetch().price == "-0.00830")
