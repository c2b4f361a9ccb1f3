"""Looking again at the carrier from time to time."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from sandbox.testing import RunningSandbox
from threadline.accounts.testing import make_workspace
from threadline.lib import clock
from threadline.numbers import chores, connect
from threadline.numbers.connect import Credentials
from threadline.numbers.models import Connection
from threadline.numbers.testing import make_connection

pytestmark = pytest.mark.django_db


def test_a_connection_that_was_just_looked_at_is_left_alone() -> None:
    make_connection()
    assert chores.refresh_due() is False
    assert Connection.objects.get().problem == ""


def test_the_oldest_is_refreshed_first_and_one_at_a_time(sandbox: RunningSandbox) -> None:
    given = Credentials(sandbox.account_sid, sandbox.auth_token, sandbox.url)
    connection = connect.connect(make_workspace(), None, given, sandbox.numbers[0])
    sandbox.set_webhook(sandbox.numbers[0], "https://n8n.example.com/x")
    Connection.objects.update(looked_at=clock.now() - chores.EVERY - timedelta(seconds=1))
    later = make_connection(looked_at=clock.now() - chores.EVERY)
    assert chores.refresh_due() is True
    assert connection.numbers.get(is_default=True).sms_url == "https://n8n.example.com/x"
    assert chores.refresh_due() is False
    later.refresh_from_db()
    assert "could not be reached" in later.problem


def test_one_that_was_never_looked_at_goes_before_all_others() -> None:
    make_connection(looked_at=clock.now() - chores.EVERY - timedelta(seconds=1))
    never = make_connection(looked_at=None)
    assert chores.refresh_due() is True
    never.refresh_from_db()
    assert never.looked_at


def test_a_removed_connection_is_never_looked_at() -> None:
    make_connection(looked_at=None, removed_at=clock.now())
    assert chores.refresh_due() is False
    assert Connection.objects.get().problem == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [None, clock.now() - 2 * chores.EVERY])
def test_a_look_that_the_database_breaks_off_counts_for_nothing(
    before: datetime | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = make_connection(looked_at=before)

    def broken_off(_connection: Connection) -> str:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(chores, "refresh", broken_off)
    with pytest.raises(OperationalError):
        chores.refresh_due()
    connection.refresh_from_db()
    assert connection.looked_at == before
