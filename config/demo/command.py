"""`threadline seed`: what the first `threadline serve` does, without staying to serve."""

from config.house import House
from config.serve import parse


def main(arguments: list[str]) -> int:
    """Make the demo workspace of a data folder, unless it has one; returns the exit code."""
    place, lock = parse(arguments)
    house = House(place)
    try:
        house.prepare()
    finally:
        house.stop()
        lock.close()
    return 0
