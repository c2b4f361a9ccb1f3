"""Which numbers a file has shown already, and in which row: a million of them in 25 MB."""

from array import array

_FULL = 0.6
_SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: numbers in a row do not land in a row
_MASK = (1 << 64) - 1


class Seen:
    """A table of slots, each with a number and the row it first stood in; twice as many slots when it fills up."""

    def __init__(self) -> None:
        self._make(1 << 12)

    def first(self, phone: str, row: int) -> int:
        """The row in which this E.164 number stood first; `row` itself (1 or more) when it is new."""
        number = int(phone)  # int() takes the plus sign
        slots, last = self._numbers, self._last
        place = (number * _SPREAD & _MASK) >> self._shift
        while (there := slots[place]) != number:
            if not there:
                slots[place] = number
                self._rows[place] = row
                self._count += 1
                if self._count > self._most:
                    self._grow()
                return row
            place = (place + 1) & last
        return self._rows[place]

    def _make(self, slots: int) -> None:
        self._numbers = array("Q", bytes(8 * slots))
        self._rows = array("I", bytes(4 * slots))
        self._last = slots - 1
        self._shift = 65 - slots.bit_length()
        self._most = int(slots * _FULL)
        self._count = 0

    def _grow(self) -> None:
        numbers, rows, count = self._numbers, self._rows, self._count
        self._make(2 * len(numbers))
        self._count = count
        for number, row in zip(numbers, rows, strict=True):
            if number:
                place = (number * _SPREAD & _MASK) >> self._shift
                while self._numbers[place]:
                    place = (place + 1) & self._last
                self._numbers[place], self._rows[place] = number, row
