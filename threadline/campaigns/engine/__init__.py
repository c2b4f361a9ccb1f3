"""The engine: campaigns that are active and armed text whoever is due, batch by batch."""

from threadline.campaigns.engine.advance import advance, step
from threadline.campaigns.engine.by_hand import send_next

__all__ = ["advance", "send_next", "step"]
