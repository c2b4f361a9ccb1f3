"""A check says what the import then does, and writes nothing."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_workspace
from threadline.contacts import deleting, importing, merging
from threadline.contacts.importing import checking, mapping, store
from threadline.contacts.importing import run as running
from threadline.contacts.importing.checking import BadRow
from threadline.contacts.importing.testing import finish, upload
from threadline.contacts.models import Contact, CustomField, Import, ImportRow
from threadline.contacts.testing import make_contact, make_list
from threadline.lib import clock

pytestmark = pytest.mark.django_db

DANA, EVE, FINN, GUS = "+18135550142", "+18135550143", "+18135550144", "+18135550145"
ODD = (
    "Phone,First name,City,Plan\n"
    f"{DANA},Dana,Tampa,\n"  # new
    f"{EVE},Eve,,\n"  # known, has another name
    f"{FINN},Finn,,\n"  # known, the same
    f"{DANA},Daniela,,gold\n"
    f"{EVE},,Ocala,\n"
    "555-01,Hal,,\n"
    ",,,\n\n"
    f'{GUS},"Gus,,\n'  # a quote that never closes
    f"{GUS},{'x' * 81},,\n"
    f"{GUS},Gus,Tampa,gold,and,more\n"
    "+18135550146,Ivy,,\n"  # deleted, comes back
    "+18135550147,Jo,Tampa,\n"  # an alias of Finn's
    f"{'y' * 100_001}\n"
    f"{DANA},,,silver\n"
)


def world(workspace: Workspace) -> None:
    make_contact(workspace, EVE, first_name="Eva")
    finn = make_contact(workspace, FINN, first_name="Finn")
    ivy = make_contact(workspace, "+18135550146", first_name="Ivy")
    deleting.hide(workspace, [ivy.id], None, clock.now())
    jo = make_contact(workspace, "+18135550147")
    merging.merge(finn, jo, (), None, clock.now())


def chosen(workspace: Workspace, content: str | bytes, known: str = "update") -> Import:
    import_ = upload(workspace, content)
    suggested = mapping.suggest(import_.headers, store.samples(import_), import_.country)
    importing.choose(import_, suggested, "US", known)
    return import_


def counts(of: Any) -> dict[str, int]:
    return {name: getattr(of, name) for name in ("created", "updated", "merged", "skipped", "invalid")}


@pytest.mark.requirement("000-27", "000-28")
@pytest.mark.parametrize("known", ["update", "merge", "skip"])
@pytest.mark.parametrize("batch", [1, 2, 3_000])
def test_it_says_what_the_import_then_does(monkeypatch: pytest.MonkeyPatch, known: str, batch: int):
    monkeypatch.setattr(running, "BATCH", batch)
    workspace = make_workspace()
    world(workspace)
    import_ = chosen(workspace, ODD, known)
    said = importing.check(import_)
    importing.begin(import_, import_.mapping, None, known)
    done = finish(import_)
    assert said.whole and said.rows == done.rows_done
    assert counts(said) == counts(done)
    assert said.created >= 2 and said.invalid >= 4
    invalid = done.rows.filter(verdict="invalid").order_by("number")
    assert said.bad == [BadRow(row.number, row.reason, row.cells) for row in invalid]


def test_addresses_that_look_wrong_are_counted_and_the_first_are_named():
    workspace = make_workspace()
    make_contact(workspace, EVE, email="eve@example.com")
    rows = ["Phone,E-mail", f"{DANA},bob@example", f"{DANA},bob@", f"{EVE},eve", f"{FINN},finn@example.com", f"{GUS},"]
    rows += [f"+1813555020{n},at@home" for n in range(3)] + ["555-01,nobody"]
    text = "\n".join(rows)
    said = importing.check(chosen(workspace, text))
    assert said.odd_emails == 5
    assert [(one.number, one.email) for one in said.odd] == [(1, "bob@example"), (3, "eve"), (6, "at@home")]
    assert importing.check(chosen(workspace, text, "merge")).odd_emails == 4  # Eve keeps the one she has
    assert importing.check(chosen(workspace, "Phone,E-mail\n+18135550209,a@example.com\n")).odd == []


def test_it_writes_nothing():
    workspace = make_workspace()
    world(workspace)
    import_ = chosen(workspace, ODD)
    before = list(Contact.objects.order_by("id").values())
    importing.check(import_)
    assert list(Contact.objects.order_by("id").values()) == before
    assert not ImportRow.objects.exists() and not CustomField.objects.exists()
    import_.refresh_from_db()
    assert (import_.state, import_.rows_done) == ("uploaded", 0)


def test_people_of_other_workspaces_are_not_known():
    make_contact(make_workspace("Another firm"), DANA)
    assert importing.check(chosen(make_workspace(), f"Phone\n{DANA}\n")).created == 1


@pytest.mark.parametrize(("bound", "value", "rows"), [("ROWS", 3, 3), ("SECONDS", -1.0, 1), ("BYTES", 1, 1)])
def test_of_a_long_file_it_looks_at_the_first_rows(
    monkeypatch: pytest.MonkeyPatch, bound: str, value: float, rows: int
):
    monkeypatch.setattr(checking, bound, value)
    import_ = chosen(make_workspace(), "Phone\n" + "".join(f"{phone}\n" for phone in (DANA, EVE, FINN, GUS)))
    said = importing.check(import_)
    assert (said.rows, said.whole, said.created) == (rows, False, rows)


def test_a_file_of_exactly_as_many_rows_is_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "ROWS", 2)
    assert importing.check(chosen(make_workspace(), f"Phone\n{DANA}\n{EVE}\n")).whole


def test_of_many_bad_rows_it_shows_the_first():
    said = importing.check(chosen(make_workspace(), f"Phone\n{DANA}\n" + "12\n" * 30))
    assert (said.invalid, [row.number for row in said.bad]) == (30, list(range(2, 12)))


def test_it_asks_the_database_once(django_assert_num_queries: Any):
    import_ = chosen(make_workspace(), "Phone\n" + "".join(f"+1813{5_550_000 + n}\n" for n in range(4_000)))
    with django_assert_num_queries(1):
        assert importing.check(import_).created == 4_000


def test_a_file_that_went_missing_is_told_apart():
    import_ = chosen(make_workspace(), f"Phone\n{DANA}\n")
    default_storage.delete(import_.file)
    with pytest.raises(FileNotFoundError):
        importing.check(import_)


def test_what_has_begun_is_chosen_no_more():
    workspace = make_workspace()
    import_ = chosen(workspace, f"Phone\n{DANA}\n")
    importing.begin(import_, import_.mapping, make_list(workspace))
    with pytest.raises(importing.BadMapping) as bad:
        importing.choose(import_, import_.mapping, "DE", "skip")
    assert bad.value.code == "begun"
    import_.refresh_from_db()
    assert import_.country == "US"
