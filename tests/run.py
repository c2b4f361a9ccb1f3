"""The whole suite, as `bin/test` runs it: every step on its database, one summary with durations at the end."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, NamedTuple, NoReturn

from tests import postgres, tools

_TWO = ("-n", "2", "--dist", "worksteal")
_SOME_FAILED = 1  # pytest's exit code


@dataclass(frozen=True)
class Step:
    """One call of pytest: a name for the summary, its arguments, and the database it runs on.

    A journey shares two cores with a whole installation and a browser, an element with a browser. `again` runs those
    that failed once more, one by one: what fails twice is broken, what passes then is named in the summary.
    """

    name: str
    arguments: tuple[str, ...]
    on_postgres: bool = False
    again: bool = False


class Result(NamedTuple):
    """How a step ended, with its name for the summary."""

    name: str
    code: int
    seconds: float


# One after the other; those of one line at the same time, since each of them leaves half of the processors alone.
STEPS: tuple[tuple[Step, ...], ...] = (
    (Step("house rules", ("tests/house", *_TWO)),),
    (Step("unit tests on SQLite", ("threadline", "sandbox", "config", "-m", "not browser", *_TWO)),),
    (Step("unit tests on PostgreSQL", ("threadline", "config", "-m", "not browser", *_TWO), on_postgres=True),),
    (Step("elements and pages in Chromium", ("threadline", "sandbox", "-m", "browser", *_TWO), again=True),),
    (Step("Twilio's contract", ("tests/contract",)),),
    (Step("journeys on SQLite", ("tests/journeys", *_TWO), again=True),),
    (
        Step(
            "journeys on PostgreSQL", ("tests/journeys", "-m", "postgres_journey", *_TWO), on_postgres=True, again=True
        ),
    ),
    (Step("chaos on SQLite", ("tests/chaos",)), Step("chaos on PostgreSQL", ("tests/chaos",), on_postgres=True)),
)


def main(arguments: list[str]) -> int:
    """Run everything, or hand the arguments to pytest for one database; returns the exit code."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        if arguments[:1] == ["--postgres"]:
            with postgres.server() as url:
                return _pytest(arguments[1:], url)
        if arguments:
            return _pytest(arguments, "")
        return _everything()
    except KeyboardInterrupt:
        return 130


def _everything() -> int:
    tools.say(f"Chromium: {tools.chromium()}")
    results: list[Result] = []
    started = time.monotonic()
    with postgres.server() as url:
        for first, *others in STEPS:
            results += _beside(first, others, url)
    tools.say("\n── summary")
    for name, code, seconds in results:
        tools.say(f"{'ok  ' if code == 0 else 'FAIL'}  {seconds:6.1f} s  {name}")
    tools.say(f"      {time.monotonic() - started:6.1f} s  in all")
    return max(result.code != 0 for result in results)


def _beside(first: Step, others: Sequence[Step], url: str) -> Iterator[Result]:
    """The first one is heard while it runs, the others when they are done."""
    if not others:
        yield _run(first, url)
        return
    one, *rest = others
    assert not one.again, f"{one.name} runs beside another step, where nothing is tried again."
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as said, _started(one.arguments, url if one.on_postgres else "", said) as child:
        yield from _beside(first, rest, url)
        code = child.wait()
        said.seek(0)
        tools.say(f"\n── {one.name}\n{said.read()}")
    yield Result(one.name, code, time.monotonic() - started)


def _run(step: Step, url: str) -> Result:
    tools.say(f"\n── {step.name}")
    started, name, url = time.monotonic(), step.name, url if step.on_postgres else ""
    code = _pytest(step.arguments, url)
    if code == _SOME_FAILED and step.again:
        tools.say("\n── once more, what failed")
        alone = [word for word in step.arguments if word not in _TWO]
        code = _pytest([*alone, "--last-failed", "--last-failed-no-failures", "none"], url)
        name = f"{name} (some only on the second try)" if code == 0 else name
    return Result(name, code, time.monotonic() - started)


def _pytest(arguments: Sequence[str], url: str) -> int:
    with _started(arguments, url) as child:
        return child.wait()


@contextmanager
def _started(arguments: Sequence[str], url: str, said: IO[str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """pytest on the database at `url`, "" for SQLite."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    child = subprocess.Popen(command, cwd=tools.ROOT, env=environment, stdout=said, stderr=said)
    try:
        yield child
    except BaseException:
        # Ctrl-C reached the child as well, SIGTERM did not: either way let it clean up before the server goes.
        child.terminate()
        child.wait()
        raise


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
