"""The simulated carrier and the number of messaging's tests, where texts have to leave."""

from threadline.messaging.tests.conftest import carrier, line

__all__ = ["carrier", "line"]
