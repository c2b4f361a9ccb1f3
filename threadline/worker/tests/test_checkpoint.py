"""The write-ahead log is checkpointed when something was written, and only then."""

from pathlib import Path

import pytest
from django.db import connection

from threadline.accounts.testing import make_workspace
from threadline.worker import checkpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_checkpoint_is_done_once_for_what_was_written() -> None:
    make_workspace()
    if connection.vendor != "sqlite":
        assert checkpoint.run() is False
        return
    assert checkpoint.run() is True
    assert checkpoint.run() is False
    make_workspace()
    assert checkpoint.run() is True


def test_a_log_that_has_grown_gives_its_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        return
    monkeypatch.setattr(checkpoint, "TRUNCATE_ABOVE", 1)
    make_workspace()
    assert checkpoint.run() is True
    assert Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size == 0
