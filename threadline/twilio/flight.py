"""The texts in the air: many POSTs at once through libcurl, and a truthful outcome for each.

libcurl repeats a POST by itself when a kept-alive connection dies before the first byte of the answer, and a text must
never be sent twice. Hence HTTP/1.1, a body that libcurl has to ask for, and a seek that always fails (T1).
"""

import base64
import io
import select
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import pycurl

from threadline.twilio import hosts
from threadline.twilio.answers import NO_BYTE_LEFT, read, sentence
from threadline.twilio.outcomes import NotSent, Outcome, Unknown

_HEADERS = ("Accept: application/json", "Accept-Charset: utf-8", "User-Agent: threadline", "Expect:")
_MOST_ANSWER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Landing:
    """The end of one POST: the key it was submitted with, and what became of it."""

    key: Any
    outcome: Outcome


class FlightFullError(RuntimeError):
    """More was submitted than `free` allowed."""


class Flight:
    """Up to `limit` POSTs at once on kept-alive connections. One thread uses it; any thread may `wake` it."""

    def __init__(self, limit: int = 100, connect_timeout: float = 5.0, total_timeout: float = 30.0) -> None:
        self.limit = limit
        self._timeouts = int(connect_timeout * 1000), int(total_timeout * 1000)
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, limit)
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_NOTHING)
        self._waker, self._sleeper = socket.socketpair()
        self._waker.setblocking(False)
        self._sleeper.setblocking(False)
        self._idle: list[_Seat] = []
        self._seats: dict[pycurl.Curl, _Seat] = {}
        self._landed: deque[Landing] = deque()

    @property
    def free(self) -> int:
        """How many more may be submitted now."""
        return self.limit - len(self._seats)

    def submit(self, key: Any, base_url: str, account_sid: str, token: str, params: Sequence[tuple[str, str]]) -> None:
        """Line up the POST of one text; `poll` sends it and returns its landing once. Raises `FlightFullError`."""
        if self.free <= 0:
            raise FlightFullError(f"{self.limit} texts are in the air already")
        try:
            url = _url(base_url, account_sid)
            authorization = _authorization(account_sid, token)
        except (hosts.ForbiddenHostError, UnicodeError) as error:
            self._landed.append(Landing(key, NotSent(str(error))))
            return
        seat = self._idle.pop() if self._idle else _Seat(self._timeouts)
        seat.board(key, url, authorization, urlencode(params).encode("ascii"))
        self._seats[seat.curl] = seat
        self._multi.add_handle(seat.curl)  # it leaves with the next `poll`, together with the others

    def poll(self, timeout: float) -> list[Landing]:
        """Send what was lined up, move all on; what has landed, after at most `timeout` seconds or a `wake`."""
        self._move()
        if not self._landed:
            self._wait(max(0.0, timeout))
            self._move()
        landings = list(self._landed)
        self._landed.clear()
        return landings

    def wake(self) -> None:
        """Make a running or the next `poll` return at once. Callable from any thread."""
        try:
            self._waker.send(b"!")
        except BlockingIOError:
            pass  # it is awake already
        except OSError:
            pass  # it is closed

    def close(self) -> None:
        """Hang up. What is still in the air stays unknown: land it first."""
        for seat in self._seats.values():
            self._multi.remove_handle(seat.curl)
            seat.curl.close()
        for seat in self._idle:
            seat.curl.close()
        self._seats.clear()
        self._idle.clear()
        self._multi.close()
        self._waker.close()
        self._sleeper.close()

    def _move(self) -> None:
        """Let libcurl go over all transfers at once: a call per socket costs twice as much."""
        self._multi.perform()
        self._collect()

    def _wait(self, seconds: float) -> None:
        """Until a socket is ready, somebody wakes us, libcurl wants to be called, or the time is over."""
        readable, writable, _failing = map(set, self._multi.fdset())
        ready = select.poll()
        ready.register(self._sleeper, select.POLLIN)
        for fd in readable | writable:
            ready.register(fd, (select.POLLIN if fd in readable else 0) | (select.POLLOUT if fd in writable else 0))
        milliseconds = seconds * 1000
        if (due := self._multi.timeout()) >= 0:
            milliseconds = min(milliseconds, due)
        if any(fd == self._sleeper.fileno() for fd, _event in ready.poll(milliseconds)):
            self._sleeper.recv(4096)

    def _collect(self) -> None:
        waiting = 1
        while waiting:
            waiting, done, failed = self._multi.info_read()
            for curl in done:
                seat = self._leave(curl)
                self._landed.append(Landing(seat.key, seat.answer()))
                self._idle.append(seat)
            for curl, number, message in failed:
                seat = self._leave(curl)
                self._landed.append(Landing(seat.key, seat.failure(number, message)))
                curl.close()  # a fresh handle is cheap, and a broken one is not to be trusted

    def _leave(self, curl: pycurl.Curl) -> "_Seat":
        self._multi.remove_handle(curl)
        return self._seats.pop(curl)


class _Seat:
    """One easy handle, used again and again."""

    def __init__(self, timeouts: tuple[int, int]) -> None:
        self.key: Any = None
        self._url = self._authorization = ""
        self._body = io.BytesIO()
        self._asked = False  # libcurl asked for the body, so bytes may have left
        self._answer: list[bytes] = []
        self.curl = curl = pycurl.Curl()
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.READFUNCTION, self._give)
        curl.setopt(pycurl.SEEKFUNCTION, _never_again)
        curl.setopt(pycurl.WRITEFUNCTION, self._answer.append)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, timeouts[0])
        curl.setopt(pycurl.TIMEOUT_MS, timeouts[1])
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        curl.setopt(pycurl.MAXAGE_CONN, 30)
        curl.setopt(pycurl.MAXFILESIZE, _MOST_ANSWER_BYTES)
        curl.setopt(pycurl.CAINFO, _certificates())

    def board(self, key: Any, url: str, authorization: str, body: bytes) -> None:
        """Make the handle ready for one request."""
        self.key, self._asked = key, False
        self._answer.clear()
        self._body = io.BytesIO(body)
        curl = self.curl
        if url != self._url:
            self._url = url
            curl.setopt(pycurl.URL, url)
            # A sandbox is on this machine, never behind a proxy; the real Twilio may be.
            curl.setopt(pycurl.NOPROXY, "*" if url.startswith("http:") else "")
        if authorization != self._authorization:
            self._authorization = authorization
            curl.setopt(pycurl.HTTPHEADER, [*_HEADERS, authorization])
        curl.setopt(pycurl.POSTFIELDSIZE, len(body))

    def answer(self) -> Outcome:
        """What the HTTP answer says."""
        status = self.curl.getinfo(pycurl.RESPONSE_CODE)
        wait = self.curl.getinfo(pycurl.RETRY_AFTER) if status == 429 else 0
        return read(status, b"".join(self._answer), float(wait))

    def failure(self, number: int, message: str) -> Outcome:
        """What a failed transfer means: unknown, unless certainly no byte of the request has left."""
        began = self._asked or self.curl.getinfo(pycurl.REQUEST_SIZE) > 0
        reason = sentence(number, message)
        return NotSent(reason) if number in NO_BYTE_LEFT and not began else Unknown(reason)

    def _give(self, size: int) -> bytes:
        self._asked = True
        return self._body.read(size)


def _never_again(_offset: int, _origin: int) -> int:
    return pycurl.SEEKFUNC_FAIL


@lru_cache(maxsize=1024)
def _url(base_url: str, account_sid: str) -> str:
    return f"{hosts.root(base_url)}/2010-04-01/Accounts/{quote(account_sid, safe='')}/Messages.json"


@lru_cache(maxsize=1024)
def _authorization(account_sid: str, token: str) -> str:
    return "Authorization: Basic " + base64.b64encode(f"{account_sid}:{token}".encode()).decode()


@lru_cache(maxsize=1)
def _certificates() -> str:
    import os

    import certifi

    return os.environ.get("SSL_CERT_FILE") or certifi.where()
