"""docs/requirements.csv: every row of the requirements, where it is built, which test proves it, what the page says."""

import csv
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.tools import ROOT

# How many rows each source has: 000-1 … 000-53, …, U1 … U24.
SOURCES = {"000-": 53, "001-": 16, "002-": 14, "003-": 16, "004-": 11, "U": 24}


@dataclass(frozen=True)
class Row:
    """One requirement. `pages` are paths that may hold {names} of the small world; `labels` stand there exactly so."""

    row: str
    status: str
    pages: tuple[str, ...]
    test: str
    labels: tuple[str, ...]

    @property
    def done(self) -> bool:
        return self.status == "done"


@cache
def table() -> tuple[Row, ...]:
    with (ROOT / "docs" / "requirements.csv").open(newline="") as file:
        return tuple(
            Row(
                line["row"],
                line["status"],
                tuple(line["page"].split()),
                line["test"],
                tuple(label for label in line["labels"].split("|") if label),
            )
            for line in csv.DictReader(file)
        )


@cache
def proofs() -> dict[str, list[str]]:
    """Row → the tests tagged with it, collected in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-qq",
            "-p",
            "tests.house.collect",
            f"--rows={path}",
        ]
        everywhere = ["threadline", "sandbox", "config", "tests"]
        done = subprocess.run([*command, *everywhere], cwd=ROOT, capture_output=True, text=True, check=False)
        if not path.exists():
            raise AssertionError(f"the tests cannot be collected:\n{done.stdout[-3000:]}")
        found: dict[str, list[str]] = json.loads(path.read_text())
        return found
