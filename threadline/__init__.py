"""Threadline: business texting on Twilio, self-hosted."""

import re
from pathlib import Path


def _version() -> str:
    """The latest release that CHANGELOG.md names."""
    changelog = Path(__file__).resolve().parent.parent / "CHANGELOG.md"
    found = re.search(r"^## \[(\d[^\]]*)\]", changelog.read_text(), re.MULTILINE)
    return found[1] if found else "0"


__version__ = _version()
