"""Imports run in a child of the worker: it starts by itself, ends with its work, and goes when the worker goes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from threadline.accounts.testing import make_workspace
from threadline.contacts import importing
from threadline.contacts.importing.run import BATCH
from threadline.contacts.importing.testing import begin, upload
from threadline.contacts.models import Import
from threadline.worker import imports

pytestmark = pytest.mark.django_db(transaction=True)


def _file(rows: int) -> str:
    return "phone,first name\n" + "".join(f"+1813{5_000_000 + n},Person {n}\n" for n in range(rows))


@contextmanager
def _running() -> Iterator[threading.Event]:
    stop = threading.Event()

    def run() -> None:
        imports.run(stop)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def _until(import_: Import, *states: str) -> None:
    until = time.monotonic() + 20
    while import_.state not in states:
        assert time.monotonic() < until, import_.state
        time.sleep(0.02)
        import_.refresh_from_db()


def test_a_child_does_the_work_as_soon_as_there_is_some():
    first, second = (upload(make_workspace(name), _file(1_500)) for name in ("One", "Two"))
    with _running():
        begin(first)
        _until(first, "done")
        begin(second)
        _until(second, "done")
    assert (first.created, second.created, importing.waiting()) == (1_500, 1_500, False)


def test_a_stop_ends_the_child_after_its_batch_and_another_goes_on():
    import_ = upload(make_workspace(), _file(60_000))
    begin(import_)
    with _running() as stop:
        _until(import_, "running")
        stop.set()
    import_.refresh_from_db()
    assert import_.state == "running" and 0 < import_.rows_done < 60_000
    assert import_.rows_done % BATCH == 0
    with _running():
        _until(import_, "done")
    assert import_.created == import_.rows_done == 60_000


def test_a_child_whose_worker_is_gone_ends_by_itself():
    import_ = upload(make_workspace(), _file(10))
    begin(import_)
    command = [sys.executable, "-m", "django", "importrows", "--parent", str(os.getppid())]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run(command, env=environment, timeout=30, check=False)
    import_.refresh_from_db()
    assert import_.state == "queued"
