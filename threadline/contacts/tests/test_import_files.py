"""Files come in every shape: encodings, delimiters, broken quotes, huge cells. Nothing is swallowed, nothing lost."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from threadline.accounts.testing import make_member, make_workspace
from threadline.contacts import importing
from threadline.contacts.importing import records, spreadsheets, store
from threadline.contacts.importing.testing import finish, run, stored, upload, xlsx
from threadline.contacts.models import Contact, Import
from threadline.lib import clock

DANA, EVE, FINN = "+18135550142", "+18135550143", "+18135550144"
TABLE = f"Phone,First name\r\n{DANA},José\r\n{EVE},Zoë\r\n"


def read(text: str, delimiter: str = ",", piece: int = 65_536) -> list[records.Record]:
    stream = io.StringIO(text, newline="")
    return list(records.read(lambda _most: stream.read(piece), delimiter))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("cp1252"), "cp1252"),
        (TABLE.encode("latin-1") + b"+18135550145,\x81\r\n", "latin-1"),
        (TABLE.replace("\r\n", "\n").encode(), "utf-8"),
        (TABLE.replace("\r\n", "\r").encode(), "utf-8"),
        (TABLE.replace(",", ";").encode(), "utf-8"),
        (TABLE.replace(",", "\t").encode("utf-16"), "utf-16"),
        (TABLE.replace(",", "|").encode(), "utf-8"),
        (("sep=;\r\n" + TABLE.replace(",", ";")).encode(), "utf-8"),
        (TABLE.rstrip().encode(), "utf-8"),
        (TABLE.replace("o", "o\0").encode(), "utf-8"),
        (("\r\n,\r\n" + TABLE).encode(), "utf-8"),
    ],
)
def test_a_file_is_read_whatever_wrote_it(data: bytes, encoding: str):
    done = run(make_workspace(), data)
    assert (done.encoding, done.headers) == (encoding, ["Phone", "First name"])
    assert set(Contact.objects.values_list("phone", "first_name")) >= {(DANA, "José"), (EVE, "Zoë")}
    assert done.created == done.rows_done


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\r\n\r\n , \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"phone,name\r\n", "no_rows"),
        (b"phone,name", "no_rows"),
        (b"PK\x03\x04 a zip", "broken"),
        (xlsx([]), "empty"),
        (xlsx([["Phone", "Name"]]), "no_rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (bytes(range(256)) * 4, "binary"),
        (b'"phone,name\n+18135550142,Dana\n', "header"),
        (b"a," * 600 + b"\n" + b"+18135550142\n", "too_many_columns"),
    ],
)
def test_what_is_no_table_says_why_and_leaves_nothing(data: bytes, code: str):
    before = stored()
    with pytest.raises(importing.BadFile) as bad:
        upload(make_workspace(), data)
    assert bad.value.code == code and bad.value.sentence.endswith(".")
    assert not Import.objects.exists() and stored() == before


@pytest.mark.django_db
def test_a_file_over_the_limit_says_so(settings):
    settings.THREADLINE_IMPORT_MEGABYTES = 0
    with pytest.raises(importing.BadFile) as bad:
        upload(make_workspace(), TABLE)
    assert (bad.value.code, "0 MB" in bad.value.sentence) == ("too_large", True)


@pytest.mark.django_db
def test_columns_are_told_apart():
    import_ = upload(make_workspace(), f"Phone,,Notes,notes ,,Notes\n{DANA},a,b,c,d,e\n")
    assert import_.headers == ["Phone", "Column 2", "Notes", "notes (2)", "Column 5", "Notes (3)"]


@pytest.mark.django_db
def test_a_file_without_a_header_loses_no_row():
    done = run(make_workspace(), f"{DANA},Dana\n{EVE},Eve\n")
    assert (done.headers, done.created) == (["Column 1", "Column 2"], 2)


@pytest.mark.django_db
@pytest.mark.parametrize(("uploaded", "begun", "rows"), [("US", "GB", 2), ("GB", "US", 1)])
def test_another_country_does_not_make_a_row_a_header(uploaded: str, begun: str, rows: int):
    import_ = upload(make_workspace(), "813 555 0142,Dana\n+18135550143,Eve\n", uploaded)
    import_.country = begun
    import_.save(update_fields=["country"])
    importing.begin(import_, ["phone", "name"], None)
    assert finish(import_).rows_done == rows == len(store.samples(import_))


@pytest.mark.django_db
def test_a_quote_that_never_closes_spoils_its_own_line_alone():
    done = run(make_workspace(), f'phone,name\n{DANA},"Dana\n{EVE},"Eve"\n{FINN},Finn\n+18135550145,"Gus\n')
    assert (done.created, done.invalid, done.rows_done) == (2, 2, 4)
    first, second = done.rows.order_by("number")
    assert (first.number, first.code, first.cells) == (1, "unclosed_quote", [f'{DANA},"Dana'])
    assert (second.number, second.cells) == (4, ['+18135550145,"Gus'])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,"b\nc",d\ne', [["a", "b\nc", "d"], ["e"]]),
        ('a,"b ""c""",d', [["a", 'b "c"', "d"]]),
        ('5" pipe,x\ny', [['5" pipe', "x"], ["y"]]),
        ('"abc"def,x\ny', [["abcdef", "x"], ["y"]]),
        ("a\n\nb\n", [["a"], [], ["b"]]),
        ("a\rb\r\nc\n", [["a"], ["b"], ["c"]]),
        ('a\x0bb\x1cc\u2028d,"e\x85f"\n', [["a\x0bb\x1cc\u2028d", "e\x85f"]]),
    ],
)
def test_records_are_read_as_spreadsheets_write_them(text: str, expected: list[list[str]]):
    for piece in (65_536, 7, 1):
        assert [cells for cells, _problem in read(text, piece=piece)] == expected
        assert {problem for _cells, problem in read(text, piece=piece)} == {""}


def test_a_quote_that_opens_before_thousands_of_lines_costs_one_line():
    text = '"open\n' + "x,y\n" * 60_000
    found = read(text)
    assert found[0] == (['"open'], "unclosed_quote")
    assert len(found) == 60_001 and all(problem == "" for _cells, problem in found[1:])


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_without_end_is_one_invalid_row(end: str):
    for before in ("", '"q",', '"'):
        text = f"a,b{end}{before}" + "x" * 250_000 + f"{end}c,d{end}"
        found = read(text)
        assert [problem for _cells, problem in found] == ["", "line_too_long", ""]
        assert len(found[1][0][0]) < 1_100 and found[2][0] == ["c", "d"]


def test_a_huge_cell_within_the_limit_is_a_cell():
    text = "a," + "x" * 99_000 + '\n"b",' + "y" * 99_000 + "\n"
    assert [(len(cells[1]), problem) for cells, problem in read(text)] == [(99_000, ""), (99_000, "")]


@given(st.text('ab,"\n\r', max_size=60), st.integers(1, 9))
def test_no_line_is_swallowed_however_quotes_stand(text: str, piece: int):
    found = read(text, piece=piece)
    assert found == read(text)
    kept = sorted(letter for cells, _problem in found for cell in cells for letter in cell if letter in "ab")
    assert kept == sorted(letter for letter in text if letter in "ab")


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2)))
def test_what_csv_writes_is_what_is_read(table: list[list[str]]):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    assert [cells for cells, _problem in read(out.getvalue())] == table


@pytest.mark.django_db
def test_files_are_deleted_when_they_are_thirty_days_old():
    old, young = upload(make_workspace(), TABLE), upload(make_workspace("Another firm"), TABLE)
    Import.objects.filter(id=old.id).update(created_at=clock.now() - store.KEPT)
    assert store.prune() == 1 and store.prune() == 0
    assert not default_storage.exists(old.file) and default_storage.exists(young.file)
    old.refresh_from_db()
    assert old.file == ""


@pytest.mark.django_db
def test_a_file_that_a_kill_left_without_an_import_is_deleted_after_a_day(settings: Any, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    assert store.prune() == 0
    kept = upload(make_workspace(), TABLE)
    left = store.receive(make_workspace("Another firm"), None, "leads.csv", io.BytesIO(TABLE.encode()))
    assert store.prune() == 0 and default_storage.exists(left.file)
    assert store.prune(clock.now() + store.LOST) == 1
    assert default_storage.exists(kept.file) and not default_storage.exists(left.file)


@pytest.mark.django_db
def test_the_name_of_a_file_is_its_owners():
    import_ = store.open(make_workspace(), make_member(), "../up/leads.csv", io.BytesIO(TABLE.encode()), "US")
    assert (import_.filename, import_.size) == ("leads.csv", len(TABLE.encode()))
    assert import_.file.startswith("imports/") and "leads" not in import_.file
    assert store.samples(import_) == [[DANA, "José"], [EVE, "Zoë"]]


@pytest.mark.django_db
@pytest.mark.requirement("000-27")
def test_a_spreadsheet_is_read_as_it_looks():
    workspace = make_workspace()
    rows: list[list[Any]] = [
        ["Phone", "Name", "Balance", "Member"],
        [8135550142.0, "Dana", 12.5, True],
        ["(813) 555-0143", "Łukasz, “the Great”", 3, False],
        ["", "", "", ""],
    ]
    done = run(workspace, xlsx(rows, hidden_first=True))
    assert (done.state, done.created, done.skipped, done.rows_done) == ("done", 2, 1, 3)
    dana, lukasz = Contact.objects.filter(workspace=workspace).order_by("phone")
    assert (dana.phone, dana.name, dana.fields) == ("+18135550142", "Dana", {"balance": "12.5", "member": "TRUE"})
    assert (lukasz.name, lukasz.fields["balance"]) == ("Łukasz, “the Great”", "3")


@pytest.mark.django_db
@override_settings(THREADLINE_IMPORT_MEGABYTES=0)
def test_a_spreadsheet_that_is_too_large_is_not_even_read():
    with pytest.raises(importing.BadFile, match="larger than 0 MB"):
        upload(make_workspace(), xlsx([["Phone"], ["+18135550142"]]))


def test_what_the_program_dies_of_is_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "sheet").write_bytes(xlsx([["Phone"], ["+18135550142"]]))
    program = tmp_path / "dies.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")  # as for too much memory
    monkeypatch.setattr(spreadsheets, "_PROGRAM", program)
    with pytest.raises(importing.BadFile, match="cannot be read"):
        spreadsheets._convert(tmp_path / "sheet", tmp_path / "out")
