"""The consent ledger, and what a member records by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from threadline.accounts.models import AuditEntry, Member
from threadline.accounts.testing import make_member
from threadline.compliance import consent, optouts, recording
from threadline.compliance.consent import ANY_LINE, Basis, NewConsent
from threadline.compliance.models import Consent, OptOut

pytestmark = pytest.mark.django_db
DANA, MAIN, OTHER = "+18135550142", "+18335550001", "+18335550002"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINES = [(MAIN, "Main Intake"), (OTHER, "Sales")]


@pytest.fixture
def maria() -> Member:
    return make_member()


def given(member: Member, line: str, basis: Basis, days: int = 0, agreed: bool = True) -> NewConsent:
    return NewConsent(member.workspace_id, DANA, line, basis, NOW + timedelta(days=days), agreed, reference="SM1")


def states(member: Member) -> list[str]:
    return [str(one.state) for one in consent.per_line(member.workspace_id, DANA, LINES)]


@pytest.mark.requirement("003-16")
def test_nobody_is_anything_until_something_is_on_record(maria: Member) -> None:
    found = consent.per_line(maria.workspace_id, DANA, LINES)
    assert [(one.label, str(one.state), one.when, one.evidence) for one in found] == [
        ("Main Intake", "Not Defined", None, ""),
        ("Sales", "Not Defined", None, ""),
    ]


@pytest.mark.requirement("003-16")
def test_it_is_kept_by_line(maria: Member) -> None:
    consent.record([given(maria, MAIN, Basis.WROTE)])
    optouts.record([optouts.NewOptOut(maria.workspace_id, OTHER, DANA, NOW, "QUIT")])
    main, other = consent.per_line(maria.workspace_id, DANA, LINES)
    assert (str(main.state), main.when, main.evidence) == ("Opted in", NOW, "They wrote to this number")
    assert (str(other.state), other.when, other.evidence) == ("Opted out", NOW, "They texted QUIT")


@pytest.mark.requirement("U11")
def test_a_line_that_shares_the_block_is_opted_out_and_names_the_one_that_was_told(maria: Member) -> None:
    consent.record([given(maria, MAIN, Basis.WROTE), given(maria, OTHER, Basis.WROTE)])
    shared = {MAIN: [OTHER], OTHER: [MAIN]}

    def told(evidence: str) -> list[str]:
        OptOut.objects.all().delete()
        optouts.record([optouts.NewOptOut(maria.workspace_id, OTHER, DANA, NOW, "QUIT", evidence)])
        found = consent.per_line(maria.workspace_id, DANA, LINES, shared)
        assert [(str(one.state), one.when) for one in found] == [("Opted out", NOW), ("Opted out", NOW)]
        return [one.evidence for one in found]

    shares = "which shares opt-outs with this number"
    assert told("inbound") == [f"They texted QUIT to Sales, {shares}", "They texted QUIT"]
    assert told("member") == [f"A member recorded it for Sales, {shares}", "A member recorded it"]
    assert told("carrier")[0] == f"Twilio refused a text from Sales, {shares}"
    assert states(maria) == ["Opted in", "Opted out"]  # where they share nothing


def test_an_entry_for_all_lines_counts_for_each(maria: Member) -> None:
    consent.record([given(maria, ANY_LINE, Basis.IMPORTED)])
    assert states(maria) == ["Opted in", "Opted in"]


def test_the_later_of_two_entries_counts(maria: Member) -> None:
    consent.record([given(maria, ANY_LINE, Basis.IMPORTED), given(maria, MAIN, Basis.RECORDED, 1, agreed=False)])
    assert states(maria) == ["Not Defined", "Opted in"]
    consent.record([given(maria, ANY_LINE, Basis.RECORDED, 2)])
    assert states(maria) == ["Opted in", "Opted in"]


def test_only_the_first_text_to_a_line_is_written_down(maria: Member) -> None:
    consent.wrote_first([given(maria, MAIN, Basis.WROTE), given(maria, MAIN, Basis.WROTE, 1)])
    consent.wrote_first([given(maria, MAIN, Basis.WROTE, 2), given(maria, OTHER, Basis.WROTE, 2)])
    assert sorted(Consent.objects.values_list("line", "at")) == [(MAIN, NOW), (OTHER, NOW + timedelta(days=2))]


def test_the_standing_of_an_earlier_day_can_be_asked_for(maria: Member) -> None:
    consent.record([given(maria, MAIN, Basis.WROTE), given(maria, MAIN, Basis.RECORDED, 5, agreed=False)])
    then = consent.standing(maria.workspace_id, [DANA], NOW + timedelta(days=1))
    now = consent.standing(maria.workspace_id, [DANA])
    assert then[DANA][MAIN].given and not now[DANA][MAIN].given


def test_another_workspace_knows_nothing_of_it(maria: Member) -> None:
    consent.record([given(maria, MAIN, Basis.WROTE)])
    assert consent.standing(make_member().workspace_id, [DANA]) == {}


def test_a_member_records_an_opt_out_with_a_reason(maria: Member) -> None:
    recording.opt_out(maria.workspace, maria, DANA, [MAIN, OTHER], "Asked on the phone", NOW)
    assert states(maria) == ["Opted out", "Opted out"]
    assert {(one.evidence, one.reference) for one in OptOut.objects.all()} == {("member", maria.public_id)}
    assert AuditEntry.objects.get(action="consent.opted_out").facts["reason"] == "Asked on the phone"


def test_opting_in_again_takes_evidence_and_lifts_only_these_lines(maria: Member) -> None:
    optouts.record([optouts.NewOptOut(maria.workspace_id, line, DANA, NOW, "STOP") for line in (MAIN, OTHER)])
    for typed in ("", "   ", "ok", "x" * 201):
        with pytest.raises(recording.InvalidReasonError):
            recording.opt_in(maria.workspace, maria, DANA, [MAIN], typed, NOW)
    assert states(maria) == ["Opted out", "Opted out"]
    later = NOW + timedelta(days=1)
    recording.opt_in(maria.workspace, maria, DANA, [MAIN], "Signed the form at the counter", later)
    assert states(maria) == ["Opted in", "Opted out"]
    entry = AuditEntry.objects.get(action="consent.opted_in")
    assert (entry.member, entry.facts["reason"]) == (maria, "Signed the form at the counter")
    assert OptOut.objects.get(line=MAIN).lifted_by == maria.public_id
