"""A migrated database for each test process: migrations run once, every process gets a copy of the result."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection


def prepare(name: str) -> str:
    """Give this process an empty, migrated database of its own; returns its DATABASE_URL ("" means SQLite)."""
    connection.close()  # a test without a database may have opened the file that is replaced now
    if connection.vendor == "postgresql":
        return _prepare_postgres(name)
    _prepare_sqlite()
    return ""


def drop(name: str) -> None:
    """Remove what `prepare` made on a server; SQLite's file goes with the data folder."""
    connection.close()
    if connection.vendor == "postgresql":
        with closing(maintenance()) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_to(file: Path) -> None:
    """Put a migrated SQLite database there, if one was made already; else whoever opens it migrates it."""
    with _lock() as folder:
        template = folder / f"{fingerprint()}.sqlite3"
        if template.exists():
            shutil.copyfile(template, file)


def create(server: Any, name: str) -> None:
    """A migrated PostgreSQL database of that name, if one was made already to copy; else an empty one."""
    template = f"threadline_template_{fingerprint()}"
    with _lock():
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        server.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if known else ""))


def fingerprint() -> str:
    """A short hash that changes whenever a migration of ours or of a library does."""
    digest = hashlib.sha256(django.__version__.encode())
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path).glob("migrations/*.py")):
            digest.update(path.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


@contextmanager
def _lock() -> Iterator[Path]:
    """One process at a time builds a template; yields the folder that keeps them, private to this user."""
    folder = Path(tempfile.gettempdir()) / f"threadline-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder


def _prepare_sqlite() -> None:
    own = Path(str(connection.settings_dict["NAME"]))
    own.parent.mkdir(parents=True, exist_ok=True)
    for leftover in own.parent.glob(own.name + "*"):
        leftover.unlink()
    with _lock() as folder:
        template = folder / f"{fingerprint()}.sqlite3"
        if not template.exists():
            _migrate()
            with closing(sqlite3.connect(own)) as raw:  # everything into the one file that is copied
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                raw.execute("SELECT 1 FROM django_migrations")
            for old in folder.glob("*.sqlite3"):
                old.unlink()
            shutil.copyfile(own, template)
        else:
            shutil.copyfile(template, own)


def _prepare_postgres(name: str) -> str:
    template = f"threadline_template_{fingerprint()}"
    with _lock(), closing(maintenance()) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            server.execute(f'DROP DATABASE IF EXISTS "{template}_making" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{template}_making"')
            _point_at(f"{template}_making")
            _migrate()
            server.execute(f'ALTER DATABASE "{template}_making" RENAME TO "{template}"')
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _point_at(name)
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{name}"))


def _point_at(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def maintenance() -> Any:
    """A psycopg connection to the server's own database, outside any transaction."""
    import psycopg

    keep = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    wanted = {theirs: connection.settings_dict[ours] for ours, theirs in keep.items() if connection.settings_dict[ours]}
    return psycopg.connect(dbname="postgres", autocommit=True, **wanted)
