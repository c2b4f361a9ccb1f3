"""The outbox empties: claim → gate again → attempt with wire_at, COMMIT → POST → settle. Only the worker calls it."""

from threadline.messaging.dispatch.loop import run

__all__ = ["run"]
