"""Child programs of `threadline serve`: started together, restarted when they die, drained one after the other."""

import contextlib
import ctypes
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SET_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 30.0
_STEADY = 10.0  # seconds a child must live for its earlier deaths to be forgotten


@dataclass
class Child:
    """One program that is to run until told otherwise."""

    name: str
    command: list[str]
    environment: dict[str, str]
    drain: float  # seconds it gets after SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    start_again_at: float = field(default=0.0, repr=False)

    def start(self) -> None:
        """Run it, unless it runs."""
        if self.process is not None:
            return
        self.started = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor alone, which then drains in order.
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def look(self) -> str:
        """Start it again when it died and its pause is over; returns a sentence when there is news."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        self.process = None
        self.quick_deaths = self.quick_deaths + 1 if now - self.started < _STEADY else 1
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (self.quick_deaths - 1))
        self.start_again_at = now + pause
        return f"{self.name} ended ({_reason(code)}); starting it again in {pause:g} s"

    @property
    def hopeless(self) -> bool:
        """It dies every time it is started."""
        return self.quick_deaths >= 6

    def stop(self) -> None:
        """Ask it to finish, wait, and kill it only when its time is over."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.drain)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def _reason(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _end_with_parent() -> None:
    """Linux: a child gets SIGTERM when the supervisor is killed, so that nothing keeps the port."""
    if _LIBC is not None:
        _LIBC.prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
