"""The console: threadline import."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from threadline.accounts.testing import make_workspace
from threadline.contacts import importing
from threadline.contacts.importing.testing import stored, xlsx
from threadline.contacts.models import Contact, ContactList, Import
from threadline.contacts.testing import make_contact

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text("Mobile,Name,Pet,Office\n8135550142,Dana,Rex,8135550199\n12,Eve,,\n8135550142,,,\n")
    return path


@pytest.mark.requirement("000-27")
def test_a_file_is_imported_with_its_counts_and_rejects(leads: Path, capsys: pytest.CaptureFixture[str]):
    workspace = make_workspace()
    call_command("import", str(leads), "--list", "Spring customers")
    out = capsys.readouterr().out
    assert "3 rows: 1 created, 0 updated, 1 merged, 0 skipped, 1 invalid" in out
    rejects = leads.with_name("leads-rejects.csv")
    assert str(rejects) in out
    assert [row[0] for row in csv.reader(rejects.open(encoding="utf-8-sig"))] == ["Row", "2", "3"]
    dana = Contact.objects.get(workspace=workspace)
    assert (dana.name, dana.fields) == ("Dana", {"pet": "Rex", "office": "8135550199"})
    assert ContactList.objects.get(name="Spring customers").size == 1


def test_columns_list_country_and_policy_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    workspace = make_workspace()
    path = tmp_path / "leads.csv"
    path.write_text("A;B;C\n0151 12345678;030 123456;x\n")
    wishes = ["--map", "B=phone", "--map", "A=Second phone", "--map", "C=-"]
    call_command("import", str(path), "--country", "de", "--known", "skip", "--workspace", workspace.name, *wishes)
    contact = Contact.objects.get()
    assert (contact.phone, contact.fields) == ("+4930123456", {"second_phone": "0151 12345678"})
    assert "1 created" in capsys.readouterr().out
    assert not (tmp_path / "leads-rejects.csv").exists()
    assert (Import.objects.get().known, Import.objects.get().country) == ("skip", "DE")


def test_a_list_that_is_there_is_used(leads: Path):
    make_workspace()
    for _again in range(2):
        call_command("import", str(leads), "--list", "spring customers", "--rejects", str(leads.with_name("no.csv")))
    assert ContactList.objects.get().size == 1
    assert leads.with_name("no.csv").exists()


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, (), "No such file"),
        ("", (), "empty"),
        ("phone\n", (), "no rows"),
        ("a,b\nx,y\n", (), "phone numbers"),
        ("phone\n1\n", ("--map", "Fax=phone"), "the columns are phone"),
        ("phone\n1\n", ("--map", "phone"), "the columns are phone"),
        ("phone\n1\n", ("--workspace", "ws_none"), "--workspace"),
        ("phone\n1\n", ("--list", "Spring", "--map", "phone=-"), "which column holds"),
        ("phone\n1\n", ("--list", "x" * 121), "--list: A name has at most 120"),
        ("phone\n1\n", ("--country", "Germany"), "--country Germany: .* two letters"),
    ],
)
def test_what_cannot_be_imported_says_why(tmp_path: Path, content: str | None, arguments: tuple[str, ...], said: str):
    make_workspace()
    path = tmp_path / "leads.csv"
    if content is not None:
        path.write_text(content)
    before = stored()
    with pytest.raises(CommandError, match=said):
        call_command("import", str(path), *arguments)
    assert not Import.objects.exists() and not ContactList.objects.exists()
    assert stored() == before


def test_an_import_is_undone_by_the_id_that_it_said(leads: Path, capsys: pytest.CaptureFixture[str]):
    make_contact(make_workspace(), "+18135550143", first_name="Eva")
    leads.write_text("Mobile,First name\n8135550142,Dana\n8135550143,Eve\n")
    call_command("import", str(leads))
    imported = Import.objects.get()
    assert f"threadline import --undo {imported.public_id}" in capsys.readouterr().out
    call_command("import", "--undo", imported.public_id)
    out = capsys.readouterr().out
    assert "Undone. Deleted again: 1, kept because merged or changed since: 0, as before: 1" in out
    assert [one.first_name for one in Contact.objects.living()] == ["Eva"]
    with pytest.raises(CommandError, match="it is undone already"):
        call_command("import", "--undo", imported.public_id)


def test_an_undo_that_was_interrupted_goes_on(leads: Path):
    make_workspace()
    call_command("import", str(leads))
    imported = Import.objects.get()
    importing.undo(imported, None)
    call_command("import", "--undo", imported.public_id, "--workspace", imported.workspace.name)
    assert not Contact.objects.living().exists()


@pytest.mark.parametrize(
    ("state", "rows", "why"),
    [
        ("uploaded", 0, "it has not begun"),
        ("queued", 0, "it has not begun"),
        ("running", 3, "it is running; cancel it first"),
        ("cancelled", 0, "nobody came in with it"),
    ],
)
def test_what_cannot_be_undone_says_why(state: str, rows: int, why: str):
    imported = Import.objects.create(workspace=make_workspace(), filename="x.csv", state=state, rows_done=rows)
    with pytest.raises(CommandError, match=f"--undo {imported.public_id}: {why}"):
        call_command("import", "--undo", imported.public_id)
    imported.refresh_from_db()
    assert imported.state == state


def test_only_an_import_of_the_workspace_named_is_undone(leads: Path):
    make_workspace("One")
    call_command("import", str(leads))
    make_workspace("Two")
    imported = Import.objects.get()
    with pytest.raises(CommandError, match="belongs to the workspace One"):
        call_command("import", "--undo", imported.public_id, "--workspace", "Two")
    with pytest.raises(CommandError, match="imp_none: there is no such import"):
        call_command("import", "--undo", "imp_none")
    with pytest.raises(CommandError, match="and no file"):
        call_command("import", str(leads), "--undo", imported.public_id)
    with pytest.raises(CommandError, match="Name the file to import, or --undo"):
        call_command("import")
    imported.refresh_from_db()
    assert imported.state == "done"


def test_a_spreadsheet_is_imported_too(tmp_path: Path):
    make_workspace()
    path = tmp_path / "leads.xlsx"
    path.write_bytes(xlsx([["Phone", "Name"], ["8135550142", "Dana"]]))
    call_command("import", str(path))
    assert Contact.objects.get().name == "Dana"


def test_one_of_several_workspaces_must_be_named(leads: Path):
    make_workspace("One")
    make_workspace("Two")
    with pytest.raises(CommandError, match="several"):
        call_command("import", str(leads))
