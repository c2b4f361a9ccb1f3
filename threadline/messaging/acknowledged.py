"""On whose word a campaign's people are texted: as a receipt keeps it, and read again for people."""

import re
from datetime import datetime
from typing import Final

_KEPT: Final = re.compile(r"acknowledged by (\S+|a program) at (\d{4}-\S+)")
PROGRAM: Final = "a program"


def kept(member: str, at: datetime) -> str:
    """`member` is a public id, "" when a program confirmed it."""
    return f"acknowledged by {member or PROGRAM} at {at.isoformat()}"


def read(basis: str) -> tuple[str, datetime] | None:
    """(public id of the member or "", when); None when it says something else."""
    found = _KEPT.fullmatch(basis)
    if found is None:
        return None
    return "" if found[1] == PROGRAM else found[1], datetime.fromisoformat(found[2])
