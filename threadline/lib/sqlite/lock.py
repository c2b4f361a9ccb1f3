"""The order of SQLite's writers: one file lock per database, taken before BEGIN IMMEDIATE.

SQLite's own busy timeout lets a busy worker starve the web. Here every writer of every process first passes a
turnstile (`<db>.turn`) and then takes the lock (`<db>.lock`); the turnstile is held while waiting for the lock, so
whoever has just written cannot overtake who already waits. The kernel drops both when a process dies.
"""

import ctypes
import fcntl
import os
import threading
import time
from collections import deque

WAIT_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 1.0

# Called with the interpreter's lock kept: giving that up and winning it back beside a busy event loop costs
# milliseconds a time, the system call itself a fraction of a microsecond. Only a wait is worth it.
_flock = ctypes.PyDLL(None).flock


class LockTimeoutError(Exception):
    """Another thread of this process kept the write lock for longer than a writer wants to wait."""


class WriteLock:
    """The write lock of one database in this process; threads of the process get it in the order they asked."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._owner: int | None = None
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._turn = os.open(f"{path}.turn", flags, 0o600)
        self._lock = os.open(f"{path}.lock", flags, 0o600)
        self._pid = os.getpid()
        self._looked = time.monotonic()

    def acquire(self, timeout: float = WAIT_SECONDS) -> "Hold":
        """Wait for the lock and return it as a `Hold`. Raises `LockTimeoutError` when this process keeps it."""
        me = threading.get_ident()
        with self._mutex:
            if self._owner is None:
                self._owner = me
                ticket = None
            elif self._owner == me:
                raise LockTimeoutError("this thread already writes through another connection to the same database")
            else:
                ticket = threading.Lock()
                ticket.acquire()
                self._waiting.append(ticket)
        try:
            if ticket is not None and not ticket.acquire(timeout=timeout) and self._give_up(ticket):
                raise LockTimeoutError(f"no turn to write within {timeout:g} s: another thread keeps the write lock")
        except KeyboardInterrupt:
            if ticket is not None and not self._give_up(ticket):
                self._pass_on()
            raise
        self._owner = me
        try:
            _lock(self._turn)
            try:
                _lock(self._lock)
            finally:
                _flock(self._turn, fcntl.LOCK_UN)
        except BaseException:
            self._pass_on()
            raise
        return Hold(self)

    def _give_up(self, ticket: threading.Lock) -> bool:
        """Leave the queue; False if the turn came at the last moment and is ours after all."""
        with self._mutex:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return True
            return False

    def _release(self) -> None:
        _flock(self._lock, fcntl.LOCK_UN)
        self._pass_on()

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._owner = -1  # promised to the first in the queue
                self._waiting.popleft().release()
            else:
                self._owner = None

    def _forget(self) -> None:
        """In a forked child: drop the descriptors without unlocking what the parent may hold."""
        os.close(self._turn)
        os.close(self._lock)


def _lock(fd: int) -> None:
    if _flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB) != 0:
        fcntl.flock(fd, fcntl.LOCK_EX)


class Hold:
    """A held write lock. Releasing twice, or in a child forked meanwhile, does nothing."""

    __slots__ = ("_lock",)

    def __init__(self, lock: WriteLock) -> None:
        self._lock: WriteLock | None = lock

    def release(self) -> None:
        """Let the next writer in."""
        lock, self._lock = self._lock, None
        if lock is not None and lock._pid == os.getpid():
            lock._release()


_registry: dict[str, WriteLock] = {}  # by the name it was asked for, so that the file system is asked only once
_registry_mutex = threading.Lock()


def lock_for(path: str | os.PathLike[str]) -> WriteLock:
    """Return this process's lock for the database file at `path`, made on first use (after a fork: made anew)."""
    key = os.fspath(path)
    lock = _registry.get(key)
    if lock is None or not _still_there(lock):
        with _registry_mutex:
            lock = _registry.get(key)
            if lock is None or not _still_there(lock):
                lock = _registry[key] = _by_file(os.path.realpath(path))
    return lock


def _by_file(real: str) -> WriteLock:
    """One lock for one file, whatever names lead to it."""
    for lock in _registry.values():
        if lock.path == real and _still_there(lock):
            return lock
    return WriteLock(real)


def _still_there(lock: WriteLock) -> bool:
    """False when the lock file was removed or replaced (a test database, a restored backup). Looks once a second."""
    now = time.monotonic()
    if now - lock._looked < _LOOK_AGAIN_SECONDS:
        return True
    try:
        named, opened = os.stat(f"{lock.path}.lock"), os.fstat(lock._lock)  # noqa: PTH116 - a Path is slow
    except OSError:
        return False
    if (named.st_ino, named.st_dev) != (opened.st_ino, opened.st_dev):
        return False
    lock._looked = now
    return True


def _after_fork_in_child() -> None:
    global _registry_mutex
    _registry_mutex = threading.Lock()
    for lock in set(_registry.values()):
        lock._forget()
    _registry.clear()


os.register_at_fork(after_in_child=_after_fork_in_child)
