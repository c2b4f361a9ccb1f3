"""PERF-4's reference, a loop that only calls the phonenumbers library: `python -m bench.library FILE VERDICTS`.

Writes what it says of each row into VERDICTS: the number in E.164, or nothing. Prints JSON.
"""

import csv
import json
import sys
import time
from pathlib import Path

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


def verdict(text: str) -> str:
    """The number in E.164, "" when the library does not call it valid."""
    try:
        number = phonenumbers.parse(text, "US")
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def main(file: str, verdicts: str) -> dict[str, float]:
    """Time the loop alone: reading and writing come before and after it."""
    with Path(file).open(encoding="utf-8", newline="") as stream:
        numbers = [row[0] for row in csv.reader(stream)][1:]
    started = time.perf_counter()
    said = [verdict(number) for number in numbers]
    took = time.perf_counter() - started
    Path(verdicts).write_text("".join(f"{one}\n" for one in said))
    return {"rate": len(numbers) / took}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
