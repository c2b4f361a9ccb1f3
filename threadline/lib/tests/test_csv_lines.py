"""What people typed never runs in whoever's spreadsheet."""

import csv
import io

import pytest

from threadline.lib import csv_lines


@pytest.mark.parametrize("cell", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx"])
def test_a_formula_is_a_word(cell):
    assert next(csv.reader(io.StringIO(csv_lines.line([cell]), newline=""))) == [f"'{cell}"]


def test_what_is_no_formula_is_read_back_as_it_was():
    cells = ["Dana", "", "a,b", 'say "hi"', "two\nlines", " =1", "ü", "+18135550142", "-2.5"]
    assert next(csv.reader(io.StringIO(csv_lines.line(cells), newline=""))) == cells
