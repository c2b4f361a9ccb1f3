"""Django database engine "threadline.lib.sqlite": every write waits its turn, every commit is on the disk."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from threadline.lib.sqlite.lock import Hold, LockTimeoutError, lock_for
from threadline.lib.sqlite.raw import BUSY_SECONDS, prepare

# Kept prepared by each connection. The sqlite3 module keeps 128; an IN of hundreds of ids, different each time, holds
# up to 200 kB for as long, and with a connection per thread that was most of what a worker grew by.
STATEMENTS = 32
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single writes outside a transaction wait their turn as well."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        if self.wrapper.may_run(query):
            return super().execute(query, params)
        with self.wrapper.turn():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if self.wrapper.may_run(query):
            return super().executemany(query, param_list)
        with self.wrapper.turn():
            return super().executemany(query, param_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite in WAL mode; an outermost `atomic` takes the write lock, then BEGIN IMMEDIATE, and gives it back."""

    _hold: Hold | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params.setdefault("timeout", BUSY_SECONDS)
        params.setdefault("cached_statements", STATEMENTS)
        self.transaction_mode = "IMMEDIATE"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._let_go()
        connection = super().get_new_connection(conn_params)
        prepare(connection, self.settings_dict["NAME"])
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def may_run(self, query: str) -> bool:
        """True inside a transaction and for anything that is not a single write in autocommit mode."""
        return self._hold is not None or not query.lstrip()[:7].upper().startswith(_WRITES)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the write lock around a single write."""
        self._take()
        try:
            yield
        finally:
            self._let_go()

    def _take(self) -> None:
        if self._hold is None and not self.is_in_memory_db():
            try:
                self._hold = lock_for(self.settings_dict["NAME"]).acquire()
            except LockTimeoutError as error:
                raise OperationalError(f"database is locked: {error}") from error

    def _let_go(self) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._let_go()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._let_go()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._let_go()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._let_go()
