"""What is asked after every turn is asked again when the database breaks it off."""

from collections.abc import Collection
from datetime import datetime

import pytest
from django.db import OperationalError

from threadline.campaigns.running import follow
from threadline.campaigns.testing import catch_up, make_sending
from threadline.lib import deadlocks

pytestmark = pytest.mark.django_db(transaction=True)


class BrokenOffError(Exception):
    sqlstate = "40P01"


def test_what_was_broken_off_afterwards_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Collection[int]] = []

    def check(campaign_ids: Collection[int], _now: datetime) -> None:
        asked.append(campaign_ids)
        if len(asked) == 1:
            raise OperationalError("broken off") from BrokenOffError()

    monkeypatch.setattr(deadlocks, "LONGEST_PAUSE", 0)
    monkeypatch.setattr(follow, "_afterwards", [check])
    make_sending()
    catch_up()
    assert len(asked) == 2
