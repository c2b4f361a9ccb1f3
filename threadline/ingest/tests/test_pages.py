"""Settings → Webhooks, the line above every page, and /health."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client

from threadline.accounts.models import Member, Role
from threadline.accounts.testing import make_member, signed_in
from threadline.ingest import backlog, heartbeat, quarantine
from threadline.ingest.models import Heartbeat, Quarantined, RawRequest
from threadline.lib import clock
from threadline.numbers.models import Connection
from threadline.numbers.testing import make_connection

pytestmark = pytest.mark.django_db

PAGE = "/settings/webhooks/"


@pytest.fixture
def member() -> Member:
    return make_member()


@pytest.fixture
def connection(member: Member) -> Connection:
    return make_connection(member.workspace)


def _refused(connection: Connection | None, **fields: object) -> Quarantined:
    values = {
        "path": "/api/incoming-sms",
        "url": "https://texts.example.com/api/incoming-sms",
        "reason": "bad_signature",
        "diagnosis": "Twilio signed for http://texts.example.com.",
        "body": "From=%2B14155550123&To=%2B18335550100&Body=secret words",
        "remote": "203.0.113.9",
        "received_at": clock.now(),
        **fields,
    }
    return Quarantined.objects.create(connection=connection, **values)


def _parked(connection: Connection) -> RawRequest:
    return RawRequest.objects.create(
        workspace=connection.workspace,
        connection=connection,
        kind="inbound",
        key="inbound:1",
        body="From=%2B14155550123&To=%2B18335550100&Body=secret words",
        received_at=clock.now(),
        processed_at=clock.now(),
        problem="ValueError: cannot read this",
    )


def _text(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_when_nothing_was_refused(member: Member) -> None:
    assert "Nothing was refused" in _text(signed_in(member))


def test_a_refused_webhook_is_shown_with_what_to_change_and_without_its_words(
    member: Member, connection: Connection
) -> None:
    _refused(connection)
    page = _text(signed_in(member))
    assert "Twilio signed for http://texts.example.com." in page
    assert "Signature does not match" in page
    assert "(833) 555-0100" in page
    assert "secret words" not in page


def test_a_fresh_refusal_stands_above_every_page_until_it_is_put_away(member: Member, connection: Connection) -> None:
    _refused(connection)
    client = signed_in(member)
    assert "A webhook was refused." in client.get("/numbers/").content.decode()
    assert client.post(PAGE + "seen/").status_code == 302
    assert "A webhook was refused." not in client.get("/numbers/").content.decode()
    assert "Signature does not match" in _text(client)


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(hours=23)])
def test_the_line_goes_by_itself_after_a_day(member: Member, connection: Connection, age: timedelta) -> None:
    _refused(connection, received_at=clock.now() - age)
    shown = "A webhook was refused." in signed_in(member).get("/numbers/").content.decode()
    assert shown is (age < timedelta(days=1))


def test_members_who_cannot_change_connections_see_neither_line_nor_page(
    member: Member, connection: Connection
) -> None:
    _refused(connection)
    client = signed_in(make_member(member.workspace, Role.MEMBER))
    assert client.get(PAGE).status_code == 403
    assert "A webhook was refused." not in client.get("/numbers/").content.decode()


def test_another_workspace_sees_nothing_of_it(member: Member, connection: Connection) -> None:
    _refused(connection)
    raw = _parked(connection)
    stranger = signed_in()
    assert "Signature does not match" not in _text(stranger)
    assert stranger.post(f"{PAGE}{raw.id}/retry/").status_code == 404
    stranger.post(PAGE + "seen/")
    assert Quarantined.objects.get().seen_at is None


def test_requests_of_nobody_are_shown_to_the_operator_or_the_only_workspace(member: Member) -> None:
    _refused(None, reason="unknown_account")
    assert "Unknown account" in _text(signed_in(member))
    make_member()
    assert "Unknown account" not in _text(signed_in(member))
    member.user.is_operator = True
    member.user.save(update_fields=["is_operator"])
    assert "Unknown account" in _text(signed_in(member))


def test_the_list_goes_on_page_by_page(member: Member, connection: Connection) -> None:
    for _ in range(30):
        _refused(connection)
    client = signed_in(member)
    assert client.get(PAGE).content.decode().count("Signature does not match") == 25
    assert client.get(PAGE + "?page=2").content.decode().count("Signature does not match") == 5


def test_a_parked_webhook_can_be_tried_again(member: Member, connection: Connection) -> None:
    raw = _parked(connection)
    client = signed_in(member)
    page = _text(client)
    assert "cannot read this" in page
    assert "secret words" not in page
    assert client.post(f"{PAGE}{raw.id}/retry/").status_code == 302
    raw.refresh_from_db()
    assert (raw.processed_at, raw.problem) == (None, "")


def test_health_tells_of_database_worker_and_backlog(client: Client, connection: Connection) -> None:
    assert client.get("/health").json() == {
        "status": "no worker",
        "database": "ok",
        "oldest_unprocessed_webhook": None,
        "worker_heartbeat": None,
    }
    heartbeat.beat("kitchen")
    raw = _parked(connection)
    RawRequest.objects.filter(id=raw.id).update(processed_at=None, received_at=clock.now() - timedelta(seconds=90))
    answer = client.get("/health").json()
    assert answer["status"] == "ok"
    assert 89 < answer["oldest_unprocessed_webhook"] < 100
    assert answer["worker_heartbeat"] < 5


def test_health_without_a_database_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(backlog, "oldest_age", broken)
    assert client.get("/health").status_code == 503


def test_what_is_long_done_is_pruned_and_what_waits_stays(connection: Connection) -> None:
    done, waiting = _parked(connection), _parked_again(connection)
    long_ago = clock.now() - timedelta(days=31)
    RawRequest.objects.update(received_at=long_ago)
    Quarantined.objects.filter(id=_refused(connection).id).update(received_at=long_ago)
    fresh = _refused(connection)
    Heartbeat.objects.create(process="old", at=long_ago)
    assert backlog.prune() == 1
    assert not RawRequest.objects.filter(id=done.id).exists()
    assert RawRequest.objects.filter(id=waiting.id).exists()
    assert quarantine.prune() == 1
    assert Quarantined.objects.get() == fresh
    assert heartbeat.prune() == 1


def _parked_again(connection: Connection) -> RawRequest:
    return RawRequest.objects.create(
        workspace=connection.workspace,
        connection=connection,
        kind="status",
        key="status:1",
        body="",
        received_at=clock.now(),
    )
