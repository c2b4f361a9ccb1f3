"""Sends what an application's TwiML asks for, with Twilio's brake on loops (14107)."""

import logging
from collections import deque
from typing import TYPE_CHECKING

from . import clock, media, optout, outbound, twiml
from .webhook import Outcome

if TYPE_CHECKING:
    from .network import Network

LIMIT, WINDOW = 30, 30.0
log = logging.getLogger(__name__)
_recent: dict[tuple[str, str], deque[float]] = {}


def follow(network: "Network", message_sid: str, outcome: Outcome) -> None:
    """Send the replies to an inbound message."""
    inbound = network.store.row("SELECT * FROM messages WHERE sid = ?", (message_sid,))
    if inbound is None:
        return
    try:
        wanted = twiml.replies(outcome.content_type, outcome.body)
    except ValueError as error:
        log.warning("12100: the TwiML for %s cannot be read: %s", message_sid, error)
        return
    for reply in wanted:
        to, sender = reply.to or inbound["sender"], reply.sender or inbound["recipient"]
        number = network.numbers.by_phone.get(sender)
        if number is None or number.account_sid != inbound["account_sid"] or not (reply.body or reply.media):
            continue
        if optout.is_out(network, number.service_sid, sender, to) or _looping(sender, to):
            continue
        text = outbound.Text(number.account_sid, sender, to, reply.body, callback=reply.callback or None)
        items = [media.Item(media.guess(url), url=url) for url in reply.media]
        outbound.submit(network, text, items, direction="outbound-reply")


def _looping(sender: str, to: str) -> bool:
    moment = clock.now()
    times = _recent.setdefault((sender, to), deque(maxlen=LIMIT))
    looping = len(times) == LIMIT and moment - times[0] < WINDOW
    if not looping:
        times.append(moment)
    if len(_recent) > 5_000:
        _recent.clear()
    return looping
