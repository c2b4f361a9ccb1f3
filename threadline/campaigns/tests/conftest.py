"""The simulated carrier and the number of messaging's tests; and no rooms above that know why nothing moves."""

import pytest

from threadline.campaigns.running import stalls
from threadline.messaging.tests.conftest import carrier, line

__all__ = ["carrier", "line", "nobody_above"]


@pytest.fixture
def nobody_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stalls, "_checks_from_above", [])
