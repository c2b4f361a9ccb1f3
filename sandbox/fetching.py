"""Outgoing pictures: the carrier fetches what lies on this machine; for any other address it draws a placeholder."""

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp

from . import clock, hosts, lifecycle, media

if TYPE_CHECKING:
    from .network import Network

MAX_BYTES = 5 * 1024 * 1024
TOO_LARGE, UNREACHABLE = 11751, 30008
log = logging.getLogger(__name__)


def is_local(url: str) -> bool:
    """Whether a media URL lies on this machine."""
    return hosts.is_loopback(hosts.host_of(url) or "")


def begin(network: "Network", message_sid: str) -> None:
    """Fetch a message's local media in the background; the message waits."""
    task = asyncio.create_task(_collect(network, message_sid))
    network.fetches.add(task)
    task.add_done_callback(network.fetches.discard)


def resume(network: "Network") -> None:
    """Go on with the messages that waited for their media at the last stop."""
    for row in network.store.rows("SELECT sid FROM messages WHERE life != '' AND next_at IS NULL AND media > 0"):
        begin(network, row["sid"])


async def _collect(network: "Network", message_sid: str) -> None:
    verdict = None
    for row in media.of(network, message_sid):
        if row["data"] is None and is_local(row["url"]):
            verdict = await _fetch(network, row["sid"], row["url"])
            if verdict is not None:
                break
    found = network.store.row("SELECT life FROM messages WHERE sid = ?", (message_sid,))
    if found is None:
        return
    life = found["life"] if verdict is None else "failed"
    network.store.write(
        "UPDATE messages SET life = ?, verdict = coalesce(?, verdict), next_at = ? WHERE sid = ?",
        (life, verdict, clock.now() + lifecycle.pause(life, network.speed), message_sid),
    )
    network.carrier.wake()


async def _fetch(network: "Network", media_sid: str, url: str) -> int | None:
    try:
        async with network.session.get(url, timeout=aiohttp.ClientTimeout(total=10)) as answer:
            if answer.status != 200:
                return UNREACHABLE
            data = await answer.content.read(MAX_BYTES + 1)
            while len(data) <= MAX_BYTES and (more := await answer.content.read(MAX_BYTES)):
                data += more
    except (aiohttp.ClientError, TimeoutError) as error:
        log.info("Media could not be fetched: %s", error)
        return UNREACHABLE
    if len(data) > MAX_BYTES:
        return TOO_LARGE
    network.store.write(
        "UPDATE media SET data = ?, content_type = ? WHERE sid = ?", (data, answer.content_type, media_sid)
    )
    return None
