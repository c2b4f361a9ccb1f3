"""Columns are recognised by name and by content, checked before an import begins, and given back with the rejects."""

import csv

import pytest

from threadline.accounts.testing import make_workspace
from threadline.contacts import importing
from threadline.contacts.importing import mapping
from threadline.contacts.importing.testing import begin, run, upload
from threadline.contacts.testing import make_list

TWO = [["+18135550142", "(813) 555-0143"]]


@pytest.mark.requirement("000-27")
@pytest.mark.parametrize(
    ("headers", "row", "suggested"),
    [
        (["Phone", "Name"], ["8135550142", "Dana"], ["phone", "name"]),
        (["Mobile Number", "FIRST NAME", "Surname"], ["8135550142", "D", "R"], ["phone", "first_name", "last_name"]),
        (["Contact", "Kontakt"], ["Dana", "813-555-0142"], ["name", "phone"]),
        (["Phone", "Cell"], ["n/a", "813-555-0142"], ["field:phone", "phone"]),
        (["Phone", "Fax"], ["8135550142", "8135550143"], ["phone", "field:fax"]),
        (["Order", "Mobile"], ["8135550142", "8135550143"], ["field:order", "phone"]),
        (["a", "b"], ["x@example.com", "8135550142"], ["email", "phone"]),
        (["Phone", "E-mail", "Company", "Pet name"], ["", "", "", ""], ["phone", "email", "company", "field:pet_name"]),
        (["Phone", "Phone (2)", "Phone 2"], ["8135550142", "x", "y"], ["phone", "field:phone_2", "field:phone_2_2"]),
        (["Phone", "Column 2"], ["8135550142", "x"], ["phone", ""]),
        (["Phone", "Column 2"], ["8135550142", "x@example.com"], ["phone", "email"]),
        (["Column 1", "Column 2", "Column 3"], ["8135550142", "x", ""], ["phone", "field:column_2", ""]),
        (["Vorname", "Firma", "Handy"], ["Jörg", "Bau AG", "8135550142"], ["first_name", "company", "phone"]),
        (
            ["Phone", f"{'x' * 35} yes", f"{'x' * 35} yes"],
            [TWO[0][0], "", ""],
            ["phone", f"field:{'x' * 35}_yes", f"field:{'x' * 35}_2"],
        ),
        (["Notes", "City"], ["x", "y"], ["field:notes", "field:city"]),
    ],
)
def test_columns_are_recognised(headers: list[str], row: list[str], suggested: list[str]):
    assert mapping.suggest(headers, [row], "US") == suggested


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (["name", "company"], "no_phone"),
        (["phone", "phone"], "twice"),
        (["phone", "field:a", "field:a"], "twice"),
        (["phone", "workspace_id"], "unknown"),
        (["phone", "field:"], "unknown"),
        (["phone", "field:Pet name"], "unknown"),
        (["phone", "", "", ""], "too_many"),
    ],
)
def test_columns_that_cannot_be_taken_this_way(chosen: list[str], code: str):
    import_ = upload(make_workspace(), "a,b,c\n1,2,3\n")
    with pytest.raises(importing.BadMapping) as bad:
        importing.begin(import_, chosen, None)
    assert bad.value.code == code and bad.value.sentence.endswith(".")
    import_.refresh_from_db()
    assert import_.state == "uploaded"


@pytest.mark.django_db
def test_an_import_begins_once_and_into_a_list_of_its_own_workspace():
    workspace = make_workspace()
    import_ = upload(workspace, "phone,name,x\n+18135550142,Dana,\n")
    with pytest.raises(importing.BadMapping):
        importing.begin(import_, ["phone"], make_list(make_workspace("Another firm")))
    with pytest.raises(importing.BadMapping):
        importing.begin(import_, ["phone"], None, "whatever")
    importing.begin(import_, ["phone", "name"], make_list(workspace), "skip")
    assert (import_.state, import_.mapping, import_.known) == ("queued", ["phone", "name", ""], "skip")
    with pytest.raises(importing.BadMapping) as bad:
        importing.begin(import_, ["phone"], None)
    assert bad.value.code == "begun"


@pytest.mark.django_db
def test_rejects_are_a_table_that_a_spreadsheet_opens_safely():
    done = run(make_workspace(), 'phone,name\n+18135550142,Dana\n555,"=1+1"\n+18135550142,@SUM(A1)\n')
    lines = list(importing.rejects(done))
    assert list(csv.reader(lines)) == [
        ["Row", "Result", "Reason", "phone", "name"],
        ["2", "Invalid", done.rows.get(number=2).reason, "555", "'=1+1"],
        ["3", "Merged", done.rows.get(number=3).reason, "+18135550142", "'@SUM(A1)"],
    ]
    assert len(list(importing.rejects(done, ["invalid"]))) == 2


@pytest.mark.django_db
def test_rejects_can_be_imported_again():
    workspace = make_workspace()
    done = run(workspace, 'phone,company\n+18135550142,Acme, Inc\n+18135550143,"x"\n')
    mended = "".join(importing.rejects(done)).replace("Acme, Inc", '"Acme, Inc"').replace("Acme, Inc", "Acme Inc")
    again = upload(workspace, mended)
    begin(again)
    assert "phone" in again.mapping
