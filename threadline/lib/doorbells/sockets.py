"""Doorbells as Unix datagram sockets in the folder `bells` beside the database file.

A socket's name says whom to wake: `<database>.<topic+topic>.<process>.<number>`. Sockets of dead processes refuse the
first ring and are removed by it.
"""

import contextlib
import itertools
import os
import select
import socket
import tempfile
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path

_LONGEST_FOLDER = 40  # a socket's whole path may have 107 bytes (103 on macOS)
_numbers = itertools.count()
_local = threading.local()


def folder(database: str | os.PathLike[str]) -> Path:
    """The folder of the doorbells; a short private one in the system's temporary folder when the path is too long."""
    path = Path(database).parent / "bells"
    if len(os.fsencode(path)) > _LONGEST_FOLDER:
        path = Path(tempfile.gettempdir()) / f"threadline-{os.getuid()}-{_mark(path):08x}"
    return path


def _mark(path: str | os.PathLike[str]) -> int:
    return zlib.crc32(os.fsencode(os.path.realpath(path)))


def ring(database: str | os.PathLike[str], topics: Iterable[str]) -> None:
    """Send each topic to every socket that waits for it."""
    wanted = set(topics)
    bells = folder(database)
    mark = f"{_mark(database):08x}"
    try:
        names = os.listdir(bells)  # noqa: PTH208 - a hot path
    except FileNotFoundError:
        return
    for name in names:
        parts = name.split(".")
        if parts[0] != mark or len(parts) != 4:
            continue
        for topic in wanted.intersection(parts[1].split("+")):
            _send(str(bells / name), topic)


def _send(path: str, topic: str) -> None:
    sender: tuple[int, socket.socket] | None = getattr(_local, "sender", None)
    if sender is None or sender[0] != os.getpid():
        outgoing = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        outgoing.setblocking(False)
        sender = _local.sender = (os.getpid(), outgoing)
    try:
        sender[1].sendto(topic.encode(), path)
    except ConnectionRefusedError:
        with contextlib.suppress(OSError):
            os.unlink(path)  # noqa: PTH108 - its process is dead
    except (FileNotFoundError, BlockingIOError):
        pass  # gone meanwhile; or so many rings wait there already that one more adds nothing


class Socket:
    """A bound doorbell socket."""

    def __init__(self, database: str | os.PathLike[str], topics: Iterable[str]) -> None:
        bells = folder(database)
        bells.mkdir(mode=0o700, parents=True, exist_ok=True)
        if bells.stat().st_uid != os.getuid():
            raise PermissionError(f"{bells} belongs to somebody else")
        name = f"{_mark(database):08x}.{'+'.join(sorted(topics))}.{os.getpid()}.{next(_numbers)}"
        self._path = bells / name
        self._pid = os.getpid()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()  # left by an earlier process of the same number
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(self._path))
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    def wait(self, timeout: float) -> set[str]:
        """Return the topics that rang, the empty set after `timeout` seconds."""
        rang: set[str] = set()
        self._poll.poll(timeout * 1000)
        with contextlib.suppress(BlockingIOError):
            while True:
                rang.add(self._socket.recv(64).decode())
        return rang

    def close(self) -> None:
        """Remove the socket."""
        self._socket.close()
        if self._pid == os.getpid():
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
