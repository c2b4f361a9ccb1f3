"""Every row of a file is accounted for: created, updated, merged, skipped or invalid, with its reason."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.contacts import importing
from threadline.contacts.importing import batch
from threadline.contacts.importing import run as running
from threadline.contacts.importing.testing import begin, finish, run, upload
from threadline.contacts.models import Contact, CustomField, Import
from threadline.contacts.testing import make_contact, make_list
from threadline.events.models import Event

pytestmark = pytest.mark.django_db

DANA, EVE, FINN = "+18135550142", "+18135550143", "+18135550144"


def counts(import_: Import) -> tuple[int, int, int, int, int]:
    assert import_.rows_done == (import_.created + import_.updated + import_.merged + import_.skipped + import_.invalid)
    assert import_.rows.count() == import_.merged + import_.skipped + import_.invalid
    return import_.created, import_.updated, import_.merged, import_.skipped, import_.invalid


def notes(import_: Import) -> list[tuple[int, str, str]]:
    return list(import_.rows.order_by("number").values_list("number", "verdict", "code"))


@pytest.mark.requirement("000-27", "000-28")
def test_every_row_is_accounted_for():
    workspace = make_workspace()
    make_contact(workspace, EVE, first_name="Eva")
    make_contact(workspace, FINN, first_name="Finn")
    people = make_list(workspace)
    done = run(
        workspace,
        "Mobile,First name,Pet name\n"
        "(813) 555-0142,Dana,Rex\n"  # 1 created
        "813 555 0143,Eve,\n"  # 2 updated
        "8135550144,Finn,\n"  # 3 nothing new
        "+1 813 555 0142,Daniela,Bello\n"  # 4 the first one again
        "555-0142,Gus,\n"  # 5 too short
        ",,\n"  # 6 blank
        ",Hal,\n"  # 7 no number
        "(555) 555-0100,Ivy,\n",  # 8 not in use
        people,
    )
    assert done.state == "done" and done.finished_at and done.started_at
    assert counts(done) == (1, 1, 1, 2, 3)
    assert notes(done) == [
        (3, "skipped", "same"),
        (4, "merged", "repeated"),
        (5, "invalid", "too_short"),
        (6, "skipped", "blank"),
        (7, "invalid", "empty"),
        (8, "invalid", "not_in_use"),
    ]
    merged = done.rows.get(number=4)
    assert "row 1" in merged.reason and merged.cells == ["+1 813 555 0142", "Daniela", "Bello"]
    assert all(row.reason for row in done.rows.all())
    assert list(Contact.objects.order_by("phone").values_list("first_name", "fields")) == [
        ("Dana", {"pet_name": "Rex"}),
        ("Eve", {}),
        ("Finn", {}),
    ]
    people.refresh_from_db()
    assert people.size == people.members.count() == 3
    assert CustomField.objects.get().label == "Pet name"
    assert Event.objects.filter(type="import.changed", subject=done.public_id).count() == 2


def test_a_repeated_number_fills_in_what_was_missing():
    workspace = make_workspace()
    done = run(
        workspace,
        f"phone,first name,last name,company,plan\n{DANA},Dana,,,gold\n{DANA},Daniela,Reyes,,silver\n{DANA},,,Acme,\n",
    )
    assert counts(done) == (1, 0, 2, 0, 0)
    dana = Contact.objects.get()
    assert (dana.name, dana.first_name, dana.company, dana.fields) == ("Dana Reyes", "Dana", "Acme", {"plan": "gold"})


def test_known_people_can_be_left_as_they_are_and_go_on_the_list_all_the_same():
    workspace = make_workspace()
    make_contact(workspace, DANA, first_name="Dana")
    people = make_list(workspace)
    done = run(
        workspace,
        f"phone,first name,city\n{DANA},Daniela,\n{EVE},Eve,\n{DANA},,Tampa\n{EVE},Eva,Tampa\n",
        people,
        known="skip",
    )
    assert counts(done) == (1, 0, 1, 2, 0)
    assert notes(done) == [(1, "skipped", "known"), (3, "skipped", "known"), (4, "merged", "repeated")]
    dana, eve = Contact.objects.order_by("phone")
    assert (dana.first_name, dana.fields) == ("Dana", {})
    assert (eve.first_name, eve.fields) == ("Eve", {"city": "Tampa"})
    people.refresh_from_db()
    assert people.size == 2


def test_a_column_called_like_ours_stays_apart_from_ours():
    workspace = make_workspace()
    done = run(workspace, f"id,Phone,status,workspace_id,phone\n7,{DANA},vip,9,home\n")
    assert counts(done) == (1, 0, 0, 0, 0)
    dana = Contact.objects.get()
    assert (dana.phone, dana.workspace) == (DANA, workspace)
    assert dana.fields == {"id": "7", "status": "vip", "workspace_id": "9", "phone_2": "home"}


def test_rows_with_more_or_fewer_cells():
    done = run(make_workspace(), f'phone,company\n{DANA}\n{EVE},Acme,,\n{FINN},Acme, Inc\n"{FINN}","Acme, Inc"\n')
    assert counts(done) == (3, 0, 0, 0, 1)
    assert notes(done) == [(3, "invalid", "too_many_cells")]
    assert Contact.objects.get(phone=FINN).company == "Acme, Inc"


def test_cells_that_do_not_fit_are_not_cut_behind_our_back():
    done = run(make_workspace(), f"phone,first name,note\n{DANA},{'x' * 81},\n{EVE},,{'y' * 1001}\n{FINN},,z\n")
    assert counts(done) == (1, 0, 0, 0, 2)
    assert {row.code for row in done.rows.all()} == {"cell_too_long"}


def test_a_number_that_is_too_long_and_two_in_one_cell_are_called_so():
    done = run(make_workspace(), f"phone\n81355501421\n8135550142 / 8135550143\n{'1' * 100_001}\n")
    assert [row.reason for row in done.rows.order_by("number")] == [
        "This number has too many digits.",
        "There is more than one phone number here. Leave one.",
        "This row is too long to be one.",
    ]


def test_numbers_without_country_code_belong_to_the_country_of_the_import():
    run(make_workspace(), "Handy;Vorname\n0151 12345678;Jörg\n+1 813 555 0142;Dana\n", country="DE")
    assert set(Contact.objects.values_list("phone", "first_name")) == {("+4915112345678", "Jörg"), (DANA, "Dana")}


def test_an_import_goes_on_where_another_process_stopped(monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    workspace = make_workspace()
    rows = [DANA, EVE, "12", DANA, FINN, EVE, "", "+18135550145"]
    import_ = upload(workspace, "phone,first name\n" + "".join(f"{phone},Row {n}\n" for n, phone in enumerate(rows, 1)))
    begin(import_)
    while running.Runner().step():  # a new process for every batch
        import_.refresh_from_db()
        assert counts(import_) and import_.rows_done <= 8
        if import_.state == "done":
            break
    assert counts(import_) == (4, 0, 2, 0, 2)
    assert notes(import_) == [
        (3, "invalid", "too_short"),
        (4, "merged", "repeated"),
        (6, "merged", "repeated"),
        (7, "invalid", "empty"),
    ]
    assert import_.position == import_.size
    assert importing.progress(import_) == (import_.size, import_.size)


def test_a_cancelled_import_stops_and_keeps_what_went_in(monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    import_ = upload(make_workspace(), f"phone\n{DANA}\n{EVE}\n{FINN}\n")
    begin(import_)
    assert importing.step()
    assert importing.cancel(import_)
    done = finish(import_)
    assert (done.state, done.created, done.rows_done) == ("cancelled", 1, 1)
    assert not importing.cancel(import_)
    assert not importing.waiting()


def test_an_import_without_its_file_says_so():
    import_ = upload(make_workspace(), f"phone\n{DANA}\n")
    begin(import_)
    Import.objects.filter(id=import_.id).update(file="imports/gone.csv")
    done = finish(import_)
    assert (done.state, "no longer there" in done.problem) == ("failed", True)


def test_an_import_that_fails_again_and_again_ends_and_the_next_one_runs(monkeypatch):
    workspace = make_workspace()
    broken, fine = upload(workspace, f"phone\n{DANA}\n"), upload(workspace, f"phone\n{EVE}\n")
    begin(broken)
    begin(fine)
    Import.objects.filter(id=broken.id).update(mapping=[])
    assert finish(broken).state == "failed" and broken.problem
    assert finish(fine).state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_list_deleted_meanwhile_costs_nobody():
    workspace = make_workspace()
    import_ = upload(workspace, f"phone\n{DANA}\n")
    people = make_list(workspace)
    begin(import_, people)
    people.delete()
    assert counts(finish(import_)) == (1, 0, 0, 0, 0)


def test_failures_far_apart_do_not_add_up(monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    monkeypatch.setattr(running, "MOST_FAILURES", 2)
    import_ = upload(make_workspace(), f"phone\n{DANA}\n{EVE}\n{FINN}\n")
    begin(import_)
    stored = batch.store
    calls: list[int] = []

    def sometimes(*given):
        calls.append(1)
        if len(calls) % 2:
            raise ValueError("the database was away")
        return stored(*given)

    monkeypatch.setattr(batch, "store", sometimes)
    assert counts(finish(import_)) == (3, 0, 0, 0, 0)
    assert import_.state == "done"
