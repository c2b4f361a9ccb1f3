"""The table of numbers that a file has shown is as good as a dictionary, and small."""

from hypothesis import given
from hypothesis import strategies as st

from threadline.contacts.importing.seen import Seen


@given(st.lists(st.integers(1, 300)))
def test_the_first_row_of_every_number_is_remembered(numbers: list[int]):
    seen = Seen()
    first: dict[str, int] = {}
    for row, number in enumerate(numbers, 1):
        phone = f"+1813{5_550_000 + number}"
        assert seen.first(phone, row) == first.setdefault(phone, row)


def test_it_grows_with_the_numbers():
    seen = Seen()
    assert all(seen.first(f"+{10_000_000_000 + n}", n + 1) == n + 1 for n in range(50_000))
    assert all(seen.first(f"+{10_000_000_000 + n}", 1) == n + 1 for n in range(50_000))
    assert seen.first("+999999999999999", 7) == 7
