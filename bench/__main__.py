"""`python -m bench [perf1|perf2|perf4|perf5|chaos] [--sqlite|--postgres] [--quick] [--growth]`: measure and compare."""

import argparse
import os
import subprocess
import sys

from bench import perf1, perf2, perf4, perf5
from bench.place import ROOT, cores
from bench.table import Line, say, show

WHAT = ("perf1", "perf2", "perf4", "perf5", "chaos")


def main(arguments: list[str]) -> int:
    """Measure what was named (every perf when nothing was); 0 even where a goal is not reached."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Our hot paths beside a reference in the same run.")
    parser.add_argument("what", nargs="*", metavar="|".join(WHAT), help="every perf when nothing is named")
    parser.add_argument("--sqlite", action="store_true", help="only on SQLite")
    parser.add_argument("--postgres", action="store_true", help="only on PostgreSQL")
    parser.add_argument("--quick", action="store_true", help="smaller and less exact")
    parser.add_argument("--growth", action="store_true", help="perf1 also with a million messages in the database")
    options = parser.parse_args(arguments)
    if unknown := set(options.what) - set(WHAT):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(WHAT)}")
    both = options.sqlite == options.postgres
    kinds = [kind for kind, wanted in (("sqlite", options.sqlite), ("postgresql", options.postgres)) if wanted or both]
    what = options.what or [name for name in WHAT if name.startswith("perf")]
    application, others = cores()
    say(f"application on core {application}, carrier, load and PostgreSQL on core {others}")
    lines: list[Line] = []
    if "perf1" in what:
        lines += perf1.measure(kinds, perf1.QUICK if options.quick else perf1.Size(), options.growth)
    if "perf2" in what:
        lines += perf2.measure(kinds, perf2.QUICK if options.quick else perf2.Size())
    if "perf4" in what:
        lines += perf4.measure(kinds, perf4.QUICK if options.quick else perf4.Size())
    if "perf5" in what:
        lines += perf5.measure(kinds, perf5.QUICK if options.quick else perf5.Size())
    if lines:
        show(lines)
    return chaos(kinds) if "chaos" in what else 0


def chaos(kinds: list[str]) -> int:
    """The kill test at full size on each database; its exit code."""
    code = 0
    for kind in kinds:
        command = [sys.executable, "-m", "tests.run", *(["--postgres"] if kind == "postgresql" else []), "tests/chaos"]
        code = code or subprocess.run(command, cwd=ROOT, env={**os.environ, "THREADLINE_CHAOS": "full"}).returncode
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
