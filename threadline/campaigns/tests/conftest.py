"""The simulated carrier and the number of messaging's tests."""

from threadline.messaging.tests.conftest import carrier, line

__all__ = ["carrier", "line"]
