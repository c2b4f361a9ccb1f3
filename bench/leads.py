"""CSV files of leads, the same every time: `python -m bench.leads MIX COUNT FILE`. Prints JSON.

`home`: 80 % from the United States and Canada, as people write them, the rest mostly from eight other countries.
`world`: two thirds from twenty common countries, a third from all countries there are. Both: 3 % bad, 3 % repeated.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumberType

_NAMES = ("Ana", "Ben", "Chloe", "Dana", "Eve", "Finn", "Gus", "Hal", "Ivy", "José", "Kim", "Lou")
_AREAS = (212, 303, 415, 416, 512, 604, 617, 702, 813, 905)
_COMMON = ("US", "CA", "GB", "DE", "FR", "AU", "IT", "ES", "NL", "IE", "NZ", "IN", "MX", "BR", "JP", "SE", "CH", "PL")
_BAD = ("", "n/a", "555-0100", "+1 555 555 0100", "4.15555E+09", "813555014", "ext. 12", "+999 1234567")


def rows(mix: str, count: int) -> Iterator[str]:
    """A header, then `count` rows."""
    dice = random.Random(mix)
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    examples = {region: _example(region) for region in regions}
    yield "Mobile,First name,Last name\n"
    earlier = ["+18135550142"]
    for n in range(count):
        luck = dice.random()
        if luck < 0.06:
            phone = dice.choice(_BAD) if luck < 0.03 else dice.choice(earlier)
        elif mix == "home":
            phone = _american(dice) if luck < 0.86 else _abroad(dice, examples[dice.choice(_COMMON[2:10])])
        else:
            phone = _abroad(dice, examples[dice.choice(_COMMON if luck < 0.68 else regions)])
        if not n % 100:
            earlier = [*earlier[-999:], phone]
        yield f"{phone},{dice.choice(_NAMES)},{dice.choice(_NAMES)}{n % 1000}\n"


def _example(region: str) -> str:
    """A mobile number of a region in E.164."""
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE) or phonenumbers.example_number(region)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""


def _abroad(dice: random.Random, example: str) -> str:
    return f"{example[:-5]}{dice.randrange(100_000):05d}"


def _american(dice: random.Random) -> str:
    area, line = dice.choice(_AREAS), dice.randrange(2_000_000, 10_000_000)
    exchange, rest = divmod(line, 10_000)
    shapes = (f"({area}) {exchange}-{rest:04d}", f"{area}-{exchange}-{rest:04d}", f"{area}{line}", f"+1{area}{line}")
    return dice.choice(shapes)


if __name__ == "__main__":
    with Path(sys.argv[3]).open("w", encoding="utf-8") as file:
        file.writelines(rows(sys.argv[1], int(sys.argv[2])))
    sys.stdout.write(json.dumps({"rows": int(sys.argv[2])}) + "\n")
