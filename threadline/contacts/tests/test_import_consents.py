"""What an import says about consent, in the ledger and to the gate."""

from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction

from threadline.accounts.testing import make_member, make_workspace
from threadline.compliance import consent, optouts, policy, recording
from threadline.compliance.consent import Basis, NewConsent
from threadline.compliance.models import Consent, OptOut
from threadline.compliance.optouts import NewOptOut
from threadline.contacts import importing, merging
from threadline.contacts.importing import run as running
from threadline.contacts.importing.testing import begin, finish, run, upload
from threadline.contacts.models import Contact, Import
from threadline.contacts.testing import make_contact
from threadline.lib import clock
from threadline.lib.testing import meanwhile
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.rehearse import rehearse
from threadline.messaging.testing import arrive, make_line
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db

DANA, EVE, FINN = "+18135550142", "+18135550143", "+18135550144"


@pytest.fixture
def line() -> Number:
    return make_line()


def said(line: Number, cell: str) -> Import:
    return run(line.workspace, f"Phone,Opt in\n{DANA},{cell}\n")


def undone(import_: Import) -> Import:
    assert importing.undo(import_, None)
    done = finish(import_)
    assert done.state == "undone"
    return done


def may_go(line: Number, automatic: bool = True) -> bool:
    text = Outgoing(to=DANA, body="Hi", number_id=line.pk, automatic=automatic, source="campaign:1")
    (found,) = rehearse(line.workspace, [text])
    return getattr(found.verdict, "code", "") != "opted_out"


def agreed(line: Number) -> bool:
    entries = consent.standing(line.workspace_id, [DANA]).get(DANA, {})
    return consent.evidence(entries, line.phone) is not None


def write_down(line: Number, basis: Basis, at: datetime | None = None) -> None:
    with transaction.atomic():
        consent.record([NewConsent(line.workspace_id, DANA, line.phone, basis, at or clock.now(), reference="SM1")])


@pytest.mark.parametrize("batch", [1, 3_000])
@pytest.mark.parametrize(
    ("cells", "given", "source"),
    [
        (["yes", "no"], False, "“no” in row 2 of “people.csv”"),
        (["no", "yes"], False, "“no” in row 1 of “people.csv”"),
        (["Web form 3 May", "yes"], True, "Web form 3 May"),
        (["n/a", "Web form 3 May", "yes"], True, "Web form 3 May"),
        (["", "opted_out", "stop"], False, "“opted_out” in row 2 of “people.csv”"),
    ],
)
def test_of_several_rows_of_a_number_a_no_counts_and_else_the_first(monkeypatch, batch, cells, given, source):
    monkeypatch.setattr(running, "BATCH", batch)
    rows = "".join(f"{DANA},{cell}\n" for cell in cells)
    run(make_workspace(), f"Phone,Opt in\n{rows}")
    last = Consent.objects.latest("id")
    assert (last.given, last.source) == (given, source)


def test_what_nobody_knows_is_no_consent():
    run(make_workspace(), f"Phone,Opt in\n{DANA},N/A\n{EVE},pending\n{FINN},-\n")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("cell", ["STOP", "no", "opted_out", "Do not text", "revoked 3 May"])
def test_a_no_stops_what_is_automatic_and_nothing_that_somebody_types(line, cell):
    import_ = said(line, cell)
    assert not may_go(line) and may_go(line, automatic=False)
    stop = OptOut.objects.get()
    assert (stop.line, stop.evidence, stop.reference) == ("", "import", import_.public_id)
    (shown,) = consent.per_line(line.workspace_id, DANA, [(line.phone, "Main")])
    assert (str(shown.state), shown.evidence) == ("Opted out", f"Imported: “{cell}” in row 1 of “people.csv”")


def test_it_counts_for_lines_to_come_and_where_a_stop_counts_for_its_own(line):
    said(line, "no")
    policy.change(line.workspace, None, narrow_stop=True)
    assert not may_go(make_number(line.connection, "+15005550007"))


def test_a_yes_or_a_source_stops_nothing(line):
    said(line, "yes")
    said(line, "Web form")
    assert may_go(line) and not OptOut.objects.exists()


def test_a_start_after_it_lifts_it_and_one_before_does_not(line):
    arrive(line, "START", DANA, clock.now() - timedelta(days=1))
    said(line, "no")
    arrive(line, "Hello", DANA)
    assert not may_go(line)
    arrive(line, "START", DANA)
    assert may_go(line)


def test_a_yes_in_a_later_file_or_to_a_member_lifts_it(line):
    maria = make_member(line.workspace)
    said(line, "no")
    said(line, "Form signed 3 May")
    assert may_go(line)
    said(line, "no")
    assert not may_go(line)
    recording.opt_in(line.workspace, maria, DANA, [line.phone], "Signed the form", clock.now())
    assert may_go(line)


def test_a_yes_lifts_no_stop(line):
    optouts.record([NewOptOut(line.workspace_id, line.phone, DANA, clock.now(), "STOP")])
    undone(said(line, "no"))
    said(line, "yes")
    assert not may_go(line)


def test_undone_it_stops_nobody_any_more(line):
    undone(said(line, "no"))
    assert may_go(line) and OptOut.objects.get().lifted_at


def test_the_no_of_one_import_stands_when_another_is_undone(line):
    first, second, third = said(line, "no"), said(line, "stop"), said(line, "yes")
    assert may_go(line)
    undone(third)
    assert not may_go(line)
    undone(second)
    assert not may_go(line)
    undone(first)
    assert may_go(line)
    assert set(OptOut.objects.values_list("lifted_at", flat=True)).isdisjoint([None])


def test_a_start_between_counts_when_the_later_import_is_undone(line):
    said(line, "no")
    arrive(line, "START", DANA)
    undone(said(line, "no"))
    assert may_go(line)


@pytest.mark.parametrize("basis", [Basis.WROTE, Basis.STARTED])
def test_undoing_leaves_the_consent_that_others_gave(line, basis):
    make_contact(line.workspace, DANA)
    write_down(line, basis, clock.now() - timedelta(days=3))
    undone(run(line.workspace, f"Phone,First name,Opt in\n{DANA},Dana,yes\n"))
    assert agreed(line)
    done = said(line, "no")
    assert not agreed(line)
    undone(done)
    assert agreed(line)
    done = said(line, "yes")
    write_down(line, basis)
    undone(done)
    assert agreed(line)


def test_undoing_takes_back_the_consent_of_whom_nothing_else_is_new(line):
    make_contact(line.workspace, DANA)
    done = said(line, "yes")
    assert agreed(line)
    undone(done)
    assert not agreed(line)


def test_undoing_takes_back_the_consent_of_another_number_of_somebody(line):
    dana, eve = make_contact(line.workspace, DANA), make_contact(line.workspace, EVE)
    merging.merge(eve, dana, [], None, clock.now())
    undone(run(line.workspace, f"Phone,First name,Opt in\n{DANA},Eve,yes\n"))
    assert not agreed(line) and Contact.objects.get(phone=EVE).first_name == ""


def test_what_imports_said_before_any_of_this(line):
    """A "no" was an entry of the ledger alone, and an import that was undone took back whatever there was."""
    agrees, refuses = NewConsent(line.workspace_id, DANA, line.phone, Basis.WROTE, clock.now()), said(line, "no")
    gone = undone(said(line, "yes"))
    Consent.objects.filter(basis=Basis.UNDONE).delete()
    OptOut.objects.all().delete()
    took_back = NewConsent(line.workspace_id, EVE, "", Basis.IMPORTED, clock.now(), False, reference=gone.public_id)
    with transaction.atomic():
        consent.record([replace(agrees, address=EVE), took_back])
    migration = import_module("threadline.contacts.migrations.0007_consents_of_imports")
    migration.forget(apps, None)
    migration.refuse(apps, None)
    assert list(OptOut.objects.values_list("address", "reference")) == [(DANA, refuses.public_id)]
    assert not may_go(line)
    assert consent.evidence(consent.standing(line.workspace_id, [EVE])[EVE], line.phone)
    write_down(line, Basis.STARTED)
    OptOut.objects.all().delete()
    migration.refuse(apps, None)
    assert may_go(line)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_waits_with_nothing_in_hand_for_a_claim():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    import_ = upload(make_workspace(), f"Phone,Opt in\n{DANA},no\n")
    begin(import_)
    claim = {import_.workspace_id}
    with meanwhile(lambda: finish(import_), lambda: optouts.try_lock_shared(claim)):
        Import.objects.select_for_update(nowait=True).get()
    assert list(OptOut.objects.values_list("address", "lifted_at")) == [(DANA, None)]
    assert Import.objects.get().state == "done"
