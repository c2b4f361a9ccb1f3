from datetime import UTC, datetime

import pytest

from threadline.inbox.cursors import Cursor, parse, word


def test_a_cursor_survives_being_written_and_read():
    cursor = Cursor(datetime(2026, 11, 22, 15, 30, 0, 123456, tzinfo=UTC), 42)
    assert parse(str(cursor)) == cursor


def test_words_sort_as_their_rows_do():
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert word(early, 99) < word(late, 1) < word(late, 20)


@pytest.mark.parametrize("text", ["", "x", "1", "1.", ".1", "1.x", "-1.2", "9" * 40 + ".1", "1." + "9" * 40, "١.٢"])
def test_anything_else_is_no_cursor(text):
    assert parse(text) is None
