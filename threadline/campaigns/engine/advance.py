"""advance(): one turn of the clock for all campaigns. What is due goes out; nothing is kept in memory in between."""

from datetime import datetime

from threadline.campaigns import audience
from threadline.campaigns.engine import batch, beginning, closing, ready, sleeping
from threadline.lib import clock


def step() -> bool:
    """A turn at the present moment, for the worker; True when more is due at once."""
    return advance(clock.now())


def advance(now: datetime) -> bool:
    """Let every campaign that may send now send one batch; True when any of them has more that is due."""
    audience.refresh_all(now)
    closing.take_back(now)
    beginning.begin_due(now)
    more = sleeping.wake(now)
    for pk in ready.campaigns(now):
        more |= batch.run(pk, now)
    return more
