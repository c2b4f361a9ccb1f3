"""The files of the repository as git sees them: tracked, or new and not ignored."""

import subprocess
from functools import cache
from pathlib import Path

from tests.tools import ROOT

CODE = {".py", ".html", ".css", ".js", ".mjs", ".sh"}


@cache
def all_files() -> tuple[Path, ...]:
    """Paths relative to the root, of files that exist."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(Path(line) for line in sorted(set(listed.splitlines())) if (ROOT / line).is_file())


def code_files() -> list[Path]:
    """What people write and read: no migrations, no generated tables."""
    return [path for path in all_files() if path.suffix in CODE and "migrations" not in path.parts]


def text(path: Path) -> str:
    """Its contents; empty for pictures and other bytes."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
