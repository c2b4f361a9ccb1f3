"""An import taken back, and what its consent column says."""

from typing import Any

import pytest
from django.db import OperationalError

from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_workspace
from threadline.compliance import consent
from threadline.compliance.models import Consent
from threadline.contacts import deleting, editing, importing, merging
from threadline.contacts.importing import consents, undoing
from threadline.contacts.importing import run as running
from threadline.contacts.importing.testing import begin, finish, run, upload
from threadline.contacts.models import Contact, Import, ImportChange
from threadline.contacts.testing import make_contact, make_list
from threadline.lib import clock

pytestmark = pytest.mark.django_db

DANA, EVE, FINN = "+18135550142", "+18135550143", "+18135550144"
FILE = f"Phone,First name,Pet name,City\n{DANA},Dana,Rex,\n{EVE},Eve,Bello,Tampa\n{FINN},Finn,,\n{DANA},,,Ocala\n"


def living(workspace: Workspace) -> list[str]:
    return list(Contact.objects.living().filter(workspace=workspace).order_by("phone").values_list("phone", flat=True))


def undone(import_: Import) -> Import:
    assert importing.undo(import_, None)
    return finish(import_)


@pytest.mark.requirement("000-27")
def test_whom_it_made_is_gone_and_whom_it_changed_is_as_before():
    workspace = make_workspace()
    make_contact(workspace, EVE, first_name="Eva", fields={"pet_name": "Cat"})
    people = make_list(workspace)
    done = undone(run(workspace, FILE, people))
    assert (done.state, done.undone_people, done.undone_changes) == ("undone", 2, 1)
    assert living(workspace) == [EVE]
    eve = Contact.objects.get(phone=EVE)
    assert (eve.first_name, eve.name, eve.fields) == ("Eva", "Eva", {"pet_name": "Cat"})
    people.refresh_from_db()
    assert (people.size, people.members.filter(contact=eve).count()) == (0, 0)
    assert not ImportChange.objects.exists()


def test_what_somebody_changed_since_stays():
    workspace = make_workspace()
    make_contact(workspace, EVE, first_name="Eva", fields={"pet_name": "Cat"})
    done = run(workspace, FILE)
    Contact.objects.filter(phone=EVE).update(first_name="Evelyn")
    undone(done)
    eve = Contact.objects.get(phone=EVE)
    assert (eve.first_name, eve.fields) == ("Evelyn", {"pet_name": "Cat"})


def test_who_was_on_the_list_before_stays_on_it():
    workspace = make_workspace()
    people = make_list(workspace, contacts=[make_contact(workspace, EVE)])
    undone(run(workspace, FILE, people))
    people.refresh_from_db()
    assert people.size == 1


def test_whom_somebody_deleted_since_is_not_taken_off_the_size_again():
    workspace = make_workspace()
    eve = make_contact(workspace, EVE)
    people = make_list(workspace)
    done = run(workspace, f"Phone\n{EVE}\n", people)
    deleting.hide(workspace, [eve.id], None, clock.now())
    assert undone(done).state == "undone"
    people.refresh_from_db()
    assert (people.size, people.members.count()) == (0, 0)


def test_whom_it_brought_back_is_deleted_again():
    workspace = make_workspace()
    eve = make_contact(workspace, EVE)
    deleting.hide(workspace, [eve.id], None, clock.now())
    people = make_list(workspace)
    done = undone(run(workspace, f"Phone,First name\n{EVE},Eve\n", people))
    people.refresh_from_db()
    assert (done.undone_people, living(workspace), people.size) == (1, [], 0)


def test_whom_somebody_added_again_by_hand_or_with_another_file_stays():
    workspace = make_workspace()
    done = run(workspace, FILE)
    deleting.hide(workspace, list(Contact.objects.values_list("id", flat=True)), None, clock.now())
    make_contact(workspace, EVE)
    run(workspace, f"Phone\n{FINN}\n")
    assert undone(done).undone_people == 0
    assert living(workspace) == [EVE, FINN]


def test_whom_somebody_made_while_it_ran_is_as_they_made_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "BATCH", 1)
    workspace = make_workspace()
    people = make_list(workspace)
    begin(import_ := upload(workspace, f"Phone,First name\n{DANA},Dana\n{EVE},Eve\n"), people)
    importing.step()
    make_contact(workspace, EVE, first_name="Evelyn")
    assert (done := undone(finish(import_))).undone_changes == 1
    people.refresh_from_db()
    assert (living(workspace), people.size, done.undone_people) == ([EVE], 0, 1)
    assert Contact.objects.get(phone=EVE).first_name == "Evelyn"


def test_whom_it_made_and_others_made_more_of_stays():
    workspace = make_workspace()
    others = [make_contact(workspace, phone, first_name="Old") for phone in ("+18135550145", "+18135550146")]
    done = run(workspace, FILE)
    dana, eve, finn = Contact.objects.filter(phone__in=[DANA, EVE, FINN]).order_by("phone")
    merging.merge(dana, others[0], [], None, clock.now())
    editing.change(eve, {"company": "Acme"})
    second = run(workspace, f"Phone,Company\n{FINN},Acme\n")
    undone(done)
    done.refresh_from_db()
    assert (done.undone_people, done.undone_kept) == (0, 3)
    assert living(workspace) == [DANA, EVE, FINN, others[1].phone]
    undone(second)
    assert Contact.objects.get(phone=FINN).company == ""


def test_whom_it_made_and_who_is_only_on_another_list_or_taken_apart_again_goes():
    workspace = make_workspace()
    other = make_contact(workspace, "+18135550145")
    done = run(workspace, FILE)
    dana, eve, finn = Contact.objects.filter(phone__in=[DANA, EVE, FINN]).order_by("phone")
    make_list(workspace, contacts=[eve])
    merging.undo(merging.merge(other, dana, [], None, clock.now()), None, clock.now())
    assert undone(done).undone_people == 3
    assert living(workspace) == [other.phone]


def test_an_undo_that_failed_still_knows_whom_somebody_changed_before():
    done = run(make_workspace(), FILE)
    editing.change(Contact.objects.get(phone=EVE), {"company": "Acme"})
    assert importing.undo(done, None)
    running.fail(done.pk, "The database was away.")
    done.refresh_from_db()
    assert (undone(done).undone_people, living(done.workspace)) == (2, [EVE])


@pytest.mark.parametrize(
    ("before", "since", "name"),
    [
        ({"first_name": "Eva", "last_name": "Old"}, {"last_name": "New"}, "Eva New"),
        ({"first_name": "Eva", "last_name": "Old"}, {"name": "Evi"}, "Evi"),
        ({"name": "The plumber"}, {"company": "Acme"}, "The plumber"),
    ],
)
def test_a_name_that_follows_first_and_last_name_goes_on_doing_so(before, since, name):
    workspace = make_workspace()
    make_contact(workspace, EVE, **before)
    done = run(workspace, f"Phone,First name\n{EVE},Eve\n")
    editing.change(Contact.objects.get(phone=EVE), since)
    undone(done)
    eve = Contact.objects.get(phone=EVE)
    assert (eve.name, eve.first_name) == (name, before.get("first_name", ""))


def test_its_progress_is_true_from_the_beginning_to_the_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(undoing, "BATCH", 1)
    workspace = make_workspace()
    make_contact(workspace, EVE, first_name="Eva")
    done = run(workspace, f"{FILE}+18135550145,Gus,,\n+18135550146,Hal,,\n")
    editing.change(Contact.objects.get(phone="+18135550145"), {"company": "Acme"})  # stays
    deleting.hide(workspace, [Contact.objects.get(phone="+18135550146").id], None, clock.now())  # gone already
    importing.undo(done, None)
    seen = []
    while undoing.step(done):
        done.refresh_from_db()
        seen.append(importing.progress(done))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    done.refresh_from_db()
    assert (done.state, done.undone_people, done.undone_kept, done.undone_changes) == ("undone", 2, 1, 1)


def test_a_name_that_the_file_gave_goes_with_it():
    workspace = make_workspace()
    make_contact(workspace, EVE, name="The plumber")
    undone(run(workspace, f"Phone,Name,First name,Last name\n{EVE},Eve Reyes,Eve,Reyes\n"))
    assert Contact.objects.get(phone=EVE).name == "The plumber"


def test_it_goes_on_where_a_kill_stopped_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(undoing, "BATCH", 1)
    workspace = make_workspace()
    make_contact(workspace, EVE, first_name="Eva")
    done = run(workspace, FILE)
    importing.undo(done, None)
    assert undoing.step(done)
    again = Import.objects.get(pk=done.pk)
    assert (again.undone_people, again.state) == (1, "undoing")
    assert finish(again).undone_people == 2
    assert living(workspace) == [EVE]


def test_only_what_has_ended_can_be_undone_and_only_once():
    done = run(make_workspace(), FILE)
    assert importing.undo(done, None) and not importing.undo(done, None)
    assert finish(done).state == "undone"
    assert not importing.undo(done, None)


def test_importing_the_same_file_again_brings_everybody_back():
    workspace = make_workspace()
    undone(run(workspace, FILE))
    again = run(workspace, FILE)
    assert (again.created, len(living(workspace))) == (3, 3)


def test_filling_in_what_is_missing_changes_nothing_else():
    workspace = make_workspace()
    make_contact(workspace, EVE, first_name="Eva", fields={"pet_name": "Cat"})
    done = run(workspace, FILE, known="merge")
    eve = Contact.objects.get(phone=EVE)
    assert (done.updated, eve.first_name, eve.fields) == (1, "Eva", {"pet_name": "Cat", "city": "Tampa"})


@pytest.mark.requirement("U23")
def test_the_consent_column_goes_into_the_ledger():
    workspace = make_workspace()
    done = run(workspace, f"Phone,Opt in\n{DANA},Web form 3 May\n{EVE},no\n{FINN},Yes\n+18135550145,\n")
    standing = {one.address: one for one in Consent.objects.filter(workspace=workspace)}
    assert set(standing) == {DANA, EVE, FINN}
    assert {address: one.given for address, one in standing.items()} == {DANA: True, EVE: False, FINN: True}
    assert (standing[DANA].source, standing[DANA].basis) == ("Web form 3 May", "imported")
    assert standing[FINN].source == "“Yes” in row 3 of “people.csv”"
    assert Contact.objects.get(phone=DANA).fields == {}
    undone(done)
    last = Consent.objects.filter(address=DANA).latest("id")
    assert (last.basis, last.source) == ("undone", "The import “people.csv” was undone.")
    assert consent.standing(workspace.pk, [DANA, EVE, FINN]) == {}


@pytest.mark.django_db(transaction=True)
def test_it_is_not_undone_as_long_as_the_consent_stands(monkeypatch: pytest.MonkeyPatch):
    done = run(make_workspace(), f"Phone,Opt in\n{DANA},yes\n")
    undo, failures = consents.undo, [OperationalError("the connection is lost")]

    def failing(*arguments: Any) -> None:
        if failures:
            raise failures.pop()
        undo(*arguments)

    monkeypatch.setattr(consents, "undo", failing)
    undone_import = undone(done)
    assert (failures, undone_import.state, undone_import.undone_people) == ([], "undone", 1)
    assert living(undone_import.workspace) == []
    assert consent.standing(undone_import.workspace_id, [DANA]) == {}
