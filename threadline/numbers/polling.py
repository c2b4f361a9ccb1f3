"""How often history is fetched where no webhook can reach us."""

from typing import Final

POLL_SECONDS: Final = 10
