"""Imports are worked off a batch at a time: one transaction each, whose commit is also the checkpoint."""

import logging
import time
from collections import Counter
from itertools import islice
from typing import Final

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from threadline.contacts.importing import batch, consents, table, undoing
from threadline.contacts.importing.claim import Claim
from threadline.contacts.importing.errors import GONE
from threadline.contacts.importing.lines import Line, Reading
from threadline.contacts.importing.queueing import changed
from threadline.contacts.models import Import
from threadline.events.publish import publish
from threadline.lib import clock, deadlocks, failpoints

logger = logging.getLogger(__name__)

BATCH: Final = 3_000
MOST_FAILURES: Final = 3
_PATIENCE: Final = 0.2  # seconds
_COMING_IN: Final = (Import.State.QUEUED, Import.State.RUNNING)
_TO_DO: Final = (*_COMING_IN, Import.State.UNDOING)


class Run:
    """One import in hand: its table stays open from batch to batch. After a kill another Run reads up to `rows_done`
    again, so that it has seen the same numbers, and goes on there."""

    def __init__(self, import_: Import) -> None:
        self.pk = import_.id
        self.done = import_.rows_done
        self._import = import_
        self._table = table.open_again(import_)
        self._rows = self._table.rows()
        self._reading = Reading(import_)
        for _line in self._reading.lines(islice(self._rows, self.done), 1):
            pass

    def step(self) -> bool:
        """Store the next batch; False when the import has come to its end, or is no longer ours."""
        lines = list(self._reading.lines(islice(self._rows, BATCH), self.done + 1))
        failpoints.hit("import.before_batch")
        if not self._store_all(lines):
            return False
        failpoints.hit("import.after_commit")
        self.done += len(lines)
        return len(lines) == BATCH

    @deadlocks.retried
    def _store_all(self, lines: list[Line]) -> bool:
        """In a transaction of its own; False when the import is no longer ours."""
        with transaction.atomic():
            consents.hold(self._import, lines)
            mine = Import.objects.select_for_update(skip_locked=True, no_key=True)
            import_ = mine.filter(id=self.pk, state__in=_COMING_IN, rows_done=self.done).first()
            if import_ is None:
                return False
            self._store(import_, lines)
            failpoints.hit("import.before_commit")
        return True

    def _store(self, import_: Import, lines: list[Line]) -> None:
        now = clock.now()
        import_.started_at = import_.started_at or now
        for verdict, count in batch.store(import_, lines, now).items():
            setattr(import_, verdict, getattr(import_, verdict) + count)
        failpoints.hit("import.in_batch")
        import_.rows_done += len(lines)
        import_.position = min(self._table.position, import_.size)
        import_.state = Import.State.RUNNING
        if len(lines) < BATCH:
            import_.state, import_.finished_at, import_.position = Import.State.DONE, now, import_.size
        import_.save(
            update_fields=["created", "updated", "merged", "skipped", "invalid", "rows_done", "position"]
            + ["state", "started_at", "finished_at"]
        )
        publish([changed(import_)])

    def close(self) -> None:
        self._table.close()


class Runner:
    """Works off imports, the oldest first, or `only` one, for one thread."""

    def __init__(self, only: int | None = None) -> None:
        self._only = only
        self._import: Import | None = None
        self._claim: Claim | None = None
        self._run: Run | None = None
        self._failures: Counter[int] = Counter()

    def step(self) -> bool:
        """Do one batch of one import; False when there is nothing to do that another process does not do."""
        if self._import is None and not self._take():
            return False
        assert self._import
        try:
            more = self._go_on(self._import)
            del self._failures[self._import.id]
            if not more:
                self.let_go()
        except Exception as error:
            self._failed(self._import.id, error)
        return True

    def _go_on(self, import_: Import) -> bool:
        """A batch in either direction; False when it has come to its end, or is no longer ours."""
        if import_.state == Import.State.UNDOING:
            return undoing.step(import_)
        self._run = self._run or Run(import_)
        return self._run.step()

    def step_or_wait(self) -> None:
        """Do one batch; when another process does it, give it some time."""
        if not self.step():
            time.sleep(_PATIENCE)

    def _take(self) -> bool:
        to_do = Import.objects.filter(state__in=_TO_DO, **({"id": self._only} if self._only else {}))
        for pk in to_do.order_by("id").values_list("id", flat=True):
            claim = Claim(pk)
            if claim.taken():
                self._claim, self._import = claim, Import.objects.get(id=pk)
                return True
        return False

    def let_go(self) -> None:
        """Drop what is in hand; anybody can go on with it."""
        if self._run is not None:
            self._run.close()
        if self._claim is not None:
            self._claim.drop()
        self._run = self._claim = self._import = None

    def _failed(self, pk: int, error: Exception) -> None:
        """Try again, in case the database was away; give up when it fails again and again."""
        logger.error("An import failed", exc_info=error)
        self._failures[pk] += 1
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        self.let_go()
        if isinstance(error, FileNotFoundError):
            fail(pk, str(GONE))
        elif self._failures[pk] >= MOST_FAILURES:
            del self._failures[pk]
            fail(pk, _("Something in this file could not be stored; what went in before stays."))


def fail(pk: int, problem: str) -> None:
    """End an import with a sentence that says why."""
    with transaction.atomic():
        mine = Import.objects.filter(id=pk, state__in=_TO_DO)
        ended = Coalesce("finished_at", Value(clock.now()))  # an undo that fails has ended before: see undoing
        if mine.update(state=Import.State.FAILED, problem=problem, finished_at=ended):
            publish([changed(Import.objects.get(id=pk))])


def progress(import_: Import) -> tuple[int, int]:
    """How far it is, and how far there is to go, one at least: in bytes on the way in, in people on the way back."""
    back = import_.state == Import.State.UNDOING
    done, total = undoing.progress(import_) if back else (import_.position, import_.size)
    return done, max(1, total)


def waiting() -> bool:
    """Whether any import has rows left."""
    return Import.objects.filter(state__in=_TO_DO).exists()


_runner = Runner()


def step() -> bool:
    """Do one batch of one import, in one transaction; False when there is nothing left to do."""
    return _runner.step()
