"""What every test can rely on: a migrated database of its own, on whichever database DATABASE_URL names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import databases

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_fsync = {"on": False}


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: copy a template instead of migrating, and let child programs find the copy."""
    from django.db.backends.signals import connection_created

    connection_created.connect(_skip_fsync)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{Path(os.environ['THREADLINE_TEST_ROOT']).name}_{worker}"
    with django_db_blocker.unblock():
        url = databases.prepare(name)
        before = os.environ.get("DATABASE_URL")
        if url:
            os.environ["DATABASE_URL"] = url
        yield
        if before:
            os.environ["DATABASE_URL"] = before
        databases.drop(name)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Open a fresh connection where the need for fsync changes from one test to the next."""
    durable = item.get_closest_marker("durability") is not None
    if durable != _fsync["on"]:
        from django.db import connection

        connection.close()
        _fsync["on"] = durable


def _skip_fsync(connection: Any, **_: Any) -> None:
    """Tests lose no power: SQLite need not wait for the disk, unless a test is marked `durability`."""
    if connection.vendor == "sqlite" and not _fsync["on"]:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database runs on SQLite alone.

    Tests in a browser come last: Playwright leaves its event loop running, where no asynchronous test can start.
    """
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_a_database(item)])
        items[:] = filter(_asks_a_database, items)
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _asks_a_database(item: pytest.Item) -> bool:
    asked = {"django_db_setup", "db", "transactional_db"}
    return bool(item.get_closest_marker("django_db") or asked.intersection(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a process."""
    from tests.browser import chromium

    # The event loop that Playwright keeps running makes Django take this thread for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium() as found:
        yield found


@pytest.fixture
def data_folder() -> Path:
    """THREADLINE_DATA of this test process: doorbells, media, the SQLite file."""
    return Path(os.environ["THREADLINE_DATA"])
