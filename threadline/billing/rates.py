"""What a text is expected to cost, in micro-USD, until the carrier has rated it: a table per workspace.

Rows of the workspace lie over the list prices. The longest prefix wins; of equal ones the workspace's own, then the one
for just this type of our numbers.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from threadline.billing.list_prices import LIST_PRICES
from threadline.billing.models import Rate as Row
from threadline.billing.number_types import LOCAL
from threadline.lib import money


class Rate(NamedTuple):
    """One line of the table: amounts in micro-USD, `own` when the workspace has said so."""

    prefix: str
    number_type: str
    sms: int  # per segment
    mms: int  # per text with media
    own: bool = False


_MOST_REMEMBERED: Final = 10_000


class Table:
    """Prices of one workspace, made for being asked a hundred thousand times."""

    def __init__(self, own: Sequence[Rate] = ()) -> None:
        said = {(line.prefix, line.number_type) for line in own}
        listed = [line for line in LIST if not said & {(line.prefix, line.number_type), (line.prefix, "")}]
        self.lines: Final = tuple(sorted((*listed, *own)))
        self._longest = max(len(line.prefix) for line in self.lines)
        self._by_key = {(line.prefix, line.number_type): line for line in self.lines}
        self._remembered: dict[tuple[str, str], Rate] = {}

    def of(self, to: str, number_type: str = "") -> Rate:
        """The line that a text to `to` (E.164) from a number of this type falls under; "" counts as a local one."""
        key = to[: self._longest], number_type
        found = self._remembered.get(key)
        if found is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[key] = self._look_up(key[0], number_type or LOCAL)
        return found

    def estimate(self, to: str, segments: int, num_media: int, number_type: str = "") -> int:
        """The expected cost of one text to the address `to`, in micro-USD."""
        rate = self.of(to, number_type)
        return rate.mms if num_media else rate.sms * segments

    def _look_up(self, beginning: str, number_type: str) -> Rate:
        for length in range(len(beginning), -1, -1):
            prefix = beginning[:length]
            if found := self._by_key.get((prefix, number_type)) or self._by_key.get((prefix, "")):
                return found
        raise LookupError("the list prices have no line for everywhere else")


def of(workspace_id: int) -> Table:
    """The workspace's table, as it is now: one query, and work only when it has changed."""
    own = Row.objects.filter(workspace_id=workspace_id).order_by("prefix", "number_type")
    return _table(tuple(own.values_list("prefix", "number_type", "sms", "mms")))


@lru_cache(maxsize=256)
def _table(own: tuple[tuple[str, str, int, int], ...]) -> Table:
    return Table([Rate(*row, own=True) for row in own])


def _list() -> tuple[Rate, ...]:
    return tuple(
        Rate(one.prefix, one.number_type, money.micros(one.sms) or 0, money.micros(one.mms) or 0) for one in LIST_PRICES
    )


LIST: Final = _list()
