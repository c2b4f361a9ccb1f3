"""A connection is locked before its numbers, and those by their ids: nobody waits for whoever waits for them."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection as database

from threadline.accounts.testing import make_member
from threadline.lib import testing
from threadline.numbers import carrier, claims, connect
from threadline.numbers.models import Connection, Number
from threadline.numbers.refresh import refresh
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(transactional_db: None) -> Connection:
    """With three numbers, the first of which has been written last."""
    if database.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    made = make_connection()
    first, *_others = [make_number(made) for _ in range(3)]
    Number.objects.filter(pk=first.pk).update(label="Main")
    return made


def lock(number: Number) -> Callable[[], object]:
    return lambda: list(Number.objects.filter(pk=number.pk).locked())


def test_who_chooses_numbers_waits_for_the_connection_first(connection: Connection) -> None:
    owner = make_member(connection.workspace)
    default, other, _third = connection.numbers.order_by("id")
    with testing.meanwhile(lambda: claims.choose(connection, owner, {default.public_id}), connection.hold):
        lock(other)()
    assert connection.numbers.claimed().get() == default


def test_who_refreshes_waits_for_the_connection_first(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = connection.numbers.order_by("id")
    found = [carrier.Number(one.sid, one.phone, "", True, False, True, "https://x.example", "POST") for one in numbers]
    monkeypatch.setattr(carrier, "account", lambda *_: SimpleNamespace(type="Full"))
    monkeypatch.setattr(carrier, "numbers", lambda *_: found)
    monkeypatch.setattr(carrier, "pools", lambda *_: {})
    with testing.meanwhile(lambda: refresh(connection), connection.hold):
        for number in numbers:
            lock(number)()
    assert set(numbers.values_list("sms_url", flat=True)) == {"https://x.example"}


def test_numbers_that_are_gone_are_marked_in_order(connection: Connection) -> None:
    first, *_others, last = connection.numbers.order_by("id")
    with testing.meanwhile(lambda: connect.remove(connection, None), lock(first)):
        lock(last)()
    assert not connection.numbers.claimed().exists()


def test_of_two_new_defaults_the_later_one_stays(connection: Connection) -> None:
    _default, second, third = connection.numbers.order_by("id")
    with testing.meanwhile(lambda: claims.make_default(third), lambda: claims.make_default(second)):
        pass
    assert connection.numbers.get(is_default=True) == third
