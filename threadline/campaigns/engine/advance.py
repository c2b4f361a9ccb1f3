"""advance(): one turn of the clock for all campaigns. What is due goes out; nothing is kept in memory in between."""

import logging
from datetime import datetime

from django.db import Error
from django.utils.translation import gettext as _

from threadline.campaigns import audience
from threadline.campaigns.engine import batch, beginning, closing, downtime, ready, sleeping
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.lib import clock

logger = logging.getLogger(__name__)


def step() -> bool:
    """A turn at the present moment, for the worker; True when more is due at once."""
    now = clock.now()
    downtime.look(now)
    return advance(now)


def advance(now: datetime) -> bool:
    """Let every campaign that may send now send one batch; True when any of them has more that is due."""
    audience.refresh_all(now)
    closing.take_back(now)
    beginning.begin_due(now)
    more = sleeping.wake(now)
    for pk in ready.campaigns(now):
        try:
            more |= batch.run(pk, now)
        except Error:
            raise  # of the database: the whole turn is tried again
        except Exception:
            logger.exception("Campaign %s cannot ask for its next texts", pk)
            _put_aside(pk, now)
    return more


def _put_aside(pk: int, now: datetime) -> None:
    """One that cannot be worked out keeps no other from sending, and says so."""
    because = _("Threadline cannot work out who is due: its log says why. Resume tries again.")
    lifecycle.pause(Campaign.objects.get(pk=pk), None, now, because)
