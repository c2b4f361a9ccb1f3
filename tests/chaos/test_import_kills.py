"""Killing an import again and again: it ends as if nothing had happened, with the same word on every row."""

import io
import random
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.workers import fork
from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_workspace
from threadline.contacts import importing
from threadline.contacts.importing import run, store
from threadline.contacts.models import Contact, CustomField, Import
from threadline.contacts.testing import make_contact, make_list

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

PLACES = ("import.before_batch", "import.in_batch", "import.before_commit", "import.after_commit")
ROWS, BATCH, KILLS = 4_000, 50, 30
KNOWN = 20


def leads(seed: int) -> bytes:
    """Rows of which every tenth has a number from before, some known people, some bad numbers, broken quotes."""
    dice = random.Random(seed)
    lines = ["Mobile,First name,Last name,Pet name"]
    for n in range(ROWS):
        luck = dice.random()
        phone = f"+1813{5_000_000 + dice.randrange(n + 1) if luck < 0.1 else 5_000_000 + n}"
        if luck > 0.98:
            phone = dice.choice(("", "12", "+15555550100", "n/a", '"813'))
        blank = dice.random() < 0.01
        lines.append(
            ",,," if blank else f"{phone},{dice.choice(('Ana', 'Ben', ''))},{dice.choice(('Lee', ''))},{n % 7}"
        )
    return "\r\n".join(lines).encode()


def prepared(name: str, data: bytes, known: str) -> Import:
    """An import that waits, in a workspace that knows some of its people."""
    workspace = make_workspace(name)
    for n in range(KNOWN):
        make_contact(workspace, f"+1813{5_000_000 + n * 150}", first_name="Ana", last_name="Known")
    import_ = store.open(workspace, None, "leads.csv", io.BytesIO(data), "US")
    people = make_list(workspace, "Leads")
    importing.begin(import_, ["phone", "first_name", "last_name", "field:pet_name"], people, known)
    return import_


def work(stop: threading.Event) -> None:
    """What the worker's child does, until nothing is left: a killed one may hold its import a moment longer."""
    runner = run.Runner()
    while not stop.is_set() and (runner.step() or importing.waiting()):
        pass


def outcome(import_: Import) -> dict[str, Any]:
    """All that an import leaves behind, without ids and times."""
    import_.refresh_from_db()
    workspace: Workspace = import_.workspace
    assert import_.into is not None
    names = ("state", "rows_done", "created", "updated", "merged", "skipped", "invalid", "position", "problem")
    people = Contact.objects.filter(workspace=workspace).order_by("id")
    return {
        **{name: getattr(import_, name) for name in names},
        "people": list(people.values_list("phone", "name", "first_name", "last_name", "fields")),
        "members": list(import_.into.members.order_by("id").values_list("contact__phone", flat=True)),
        "size": import_.into.size,
        "rows": list(import_.rows.order_by("number").values_list("number", "verdict", "code", "reason", "cells")),
        "fields": list(CustomField.objects.filter(workspace=workspace).values_list("key", "label")),
    }


@pytest.mark.requirement("000-27", "000-28")
@pytest.mark.parametrize("known", ["update", "skip"])
def test_an_import_that_is_killed_thirty_times_ends_like_one_that_is_not(
    known: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", BATCH)
    data, log, dice = leads(3), tmp_path / "worker.log", random.Random(known)
    calm = prepared("Calm", data, known)
    work(threading.Event())
    stormy = prepared("Stormy", data, known)
    killed: Counter[str] = Counter()
    while sum(killed.values()) < KILLS:
        place = min(dice.sample(PLACES, len(PLACES)), key=lambda name: killed[name])
        worker = fork(work, log, f"{place}:{dice.choice((1, 0.5))}:{dice.random()}")
        assert worker.wait(30) == -9, log.read_text() if log.exists() else "it came to its end"
        killed[place] += 1
        stormy.refresh_from_db()
        counted = (stormy.created, stormy.updated, stormy.merged, stormy.skipped, stormy.invalid)
        assert stormy.rows_done == sum(counted) < ROWS
        assert stormy.rows.count() == sum(counted[2:])
    worker = fork(work, log)
    assert worker.wait(60) == 0, log.read_text()
    expected = outcome(calm)
    assert outcome(stormy) == expected
    assert expected["state"] == "done" and expected["rows_done"] == ROWS
    assert min(expected[name] for name in ("created", "merged", "skipped", "invalid")) > 10
    assert set(killed) == set(PLACES)


def test_two_processes_that_want_the_same_import_do_not_disturb_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", BATCH)
    data, log = leads(4), tmp_path / "worker.log"
    calm = prepared("Calm", data, "update")
    work(threading.Event())
    stormy = prepared("Stormy", data, "update")
    workers = [fork(work, log) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0], log.read_text()
    assert outcome(stormy) == outcome(calm)
