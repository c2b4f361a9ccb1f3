"""The whole suite, as `bin/test` runs it: every step on its database, one summary with durations at the end."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import NoReturn

from tests import postgres, tools

_TWO = ("-n", "2", "--dist", "worksteal")
_SOME_FAILED = 1  # pytest's exit code


@dataclass(frozen=True)
class Step:
    """One call of pytest: a name for the summary, its arguments, and the database it runs on.

    A journey shares two cores with a whole installation and a browser. `again` runs those that failed once more, one
    by one: what fails twice is broken, what passes then is named in the summary.
    """

    name: str
    arguments: tuple[str, ...]
    on_postgres: bool = False
    again: bool = False


STEPS = (
    Step("house rules", ("tests/house", *_TWO)),
    Step("unit tests on SQLite", ("threadline", "sandbox", "config", "-m", "not browser", *_TWO)),
    Step("unit tests on PostgreSQL", ("threadline", "config", "-m", "not browser", *_TWO), on_postgres=True),
    Step("elements and pages in Chromium", ("threadline", "sandbox", "-m", "browser", *_TWO)),
    Step("Twilio's contract", ("tests/contract",)),
    Step("journeys on SQLite", ("tests/journeys", *_TWO), again=True),
    Step("journeys on PostgreSQL", ("tests/journeys", "-m", "postgres_journey", *_TWO), on_postgres=True, again=True),
    Step("chaos on SQLite", ("tests/chaos",)),
    Step("chaos on PostgreSQL", ("tests/chaos",), on_postgres=True),
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
    results = []
    with postgres.server() as url:
        for step in STEPS:
            tools.say(f"\n── {step.name}")
            started = time.monotonic()
            code, name = _run(step, url if step.on_postgres else "")
            results.append((name, code, time.monotonic() - started))
    tools.say("\n── summary")
    for name, code, seconds in results:
        tools.say(f"{'ok  ' if code == 0 else 'FAIL'}  {seconds:6.1f} s  {name}")
    tools.say(f"      {sum(seconds for *_, seconds in results):6.1f} s  in all")
    return max(code != 0 for _, code, _ in results)


def _run(step: Step, url: str) -> tuple[int, str]:
    """The exit code, and the name for the summary."""
    code = _pytest(list(step.arguments), url)
    if code != _SOME_FAILED or not step.again:
        return code, step.name
    tools.say("\n── once more, what failed")
    alone = [word for word in step.arguments if word not in _TWO]
    code = _pytest([*alone, "--last-failed", "--last-failed-no-failures", "none"], url)
    return code, f"{step.name} (some only on the second try)" if code == 0 else step.name


def _pytest(arguments: list[str], url: str) -> int:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    child = subprocess.Popen([sys.executable, "-m", "pytest", "-q", *arguments], cwd=tools.ROOT, env=environment)
    try:
        return child.wait()
    except BaseException:
        # Ctrl-C reached the child as well, SIGTERM did not: either way let it clean up before the server goes.
        child.terminate()
        child.wait()
        raise


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
