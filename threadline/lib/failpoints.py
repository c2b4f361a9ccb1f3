"""Places where a test may kill the process, to prove that nothing is lost or sent twice.

THREADLINE_FAILPOINTS="dispatch.before_wire:0.02:7,ingest.after_commit:1" kills at 2 % of the hits of the first place
(seed 7) and at every hit of the second. Without the variable a hit costs one look at a flag.
"""

import os
import random
import signal

_armed: dict[str, tuple[float, random.Random]] = {}
_any = False


def hit(name: str) -> None:
    """Die here (SIGKILL, as a power cut would) if the environment names this place and the dice agree."""
    if _any:
        _roll(name)


def arm(text: str) -> None:
    """Read the variable's form `name:probability[:seed],…`; the empty text disarms. Raises ValueError."""
    global _any
    _armed.clear()
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, probability, *seed = entry.split(":")
        # The process id is in the seed, or a restarted process would die at the same place for ever.
        _armed[name] = (float(probability), random.Random(f"{seed}:{name}:{os.getpid()}"))  # noqa: S311
    _any = bool(_armed)


def _roll(name: str) -> None:
    probability, dice = _armed.get(name, (0.0, None))
    if dice is not None and dice.random() < probability:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("THREADLINE_FAILPOINTS", ""))
