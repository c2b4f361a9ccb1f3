"""What must be true before the first request: tables, static files, demo workspace. Skipped when nothing changed."""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from config import env

_ROOT = Path(__file__).resolve().parent.parent


def is_done(data: Path) -> bool:
    """Whether this very code has prepared this data folder; never assumed of a database server. Needs no Django."""
    if os.environ.get("DATABASE_URL") or not (data / "threadline.sqlite3").exists():
        return False
    stamp = data / "prepared"
    return stamp.exists() and stamp.read_text() == fingerprint()


def fingerprint() -> str:
    """Changes with any migration or static file of ours, or with the installed libraries."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _watched():
        facts = path.stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _watched() -> Iterator[Path]:
    yield from sorted(_ROOT.glob("threadline/*/migrations/*.py"))
    yield from sorted(path for path in _ROOT.glob("threadline/*/static/**/*") if path.is_file())
    yield _ROOT / "requirements" / "run.txt"
    yield _ROOT / "threadline" / "__init__.py"


def main(arguments: list[str]) -> int:
    """`python -m config.prepare [--demo | --moved]`: migrate, collect static files, make the demo or let it follow."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    data = Path(settings.THREADLINE_DATA)
    if arguments:
        from config.demo import seed

        where = (settings.THREADLINE_SANDBOX_URL, env.text("THREADLINE_DEMO_URL"))
        seed.make(data, *where) if arguments == ["--demo"] else seed.follow(data, *where)
    (data / "prepared").write_text(fingerprint())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
