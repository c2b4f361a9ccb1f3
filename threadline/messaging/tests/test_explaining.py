"""A receipt in sentences: what each rule saw."""

from datetime import UTC, datetime

import pytest

from threadline.accounts.testing import make_member
from threadline.messaging import acknowledged
from threadline.messaging.explaining import sentences
from threadline.messaging.models import Receipt

NOON = "2026-11-22T12:00:00+00:00"


def said(**facts: object) -> list[str]:
    return sentences(Receipt(facts=facts), UTC)


def test_an_ordinary_text_says_on_what_basis_it_went() -> None:
    assert said(line="+18335550001", automatic=False, basis="wrote") == ["They have written to you before."]
    assert said(basis="acknowledged by Maria at noon") == ["On whose word: acknowledged by Maria at noon."]
    proof = {"basis": "imported", "at": NOON, "source": "Web form"}
    assert said(basis="imported", consent=proof) == ["On record: imported: Web form, 22 November 2026, 12:00."]


@pytest.mark.django_db
def test_whoever_confirmed_that_they_agreed_has_a_name_and_a_time() -> None:
    member, noon = make_member(), datetime.fromisoformat(NOON)
    agreed = " confirmed the campaign's Opt-In Acknowledgment on 22 November 2026, 12:00."
    assert said(basis=acknowledged.kept(member.public_id, noon)) == [f"{member}{agreed}"]
    assert said(basis=acknowledged.kept("", noon)) == [f"A program{agreed}"]


def test_what_spoke_against_it_is_said_with_its_day() -> None:
    stop = {"line": "+18335550001", "at": NOON}
    assert said(opt_outs=[stop]) == ["They opted out of texts from (833) 555-0001 on 22 November 2026, 12:00."]
    assert said(line="+18335550001", ready=False) == ["(833) 555-0001 could not text."]
    assert said(line=None) == ["There was no number to send from."]


def test_the_hour_is_said_with_its_zone_and_where_that_is_known_from() -> None:
    seen = {"zones_by": "area code 701", "wall": "22:14", "zone": "America/Chicago", "quiet": ["21:00", "08:00"]}
    assert said(**seen, zones=["America/Chicago"]) == [
        "It was 22:14 in Chicago (area code 701). Quiet hours are from 21:00 to 08:00."
    ]
    several = said(**seen, zones=["America/Chicago", "America/Denver"], wrote_at=NOON, answer=True)
    assert several == [
        "They may be in any of 2 time zones (area code 701): it was 22:14 in Chicago. "
        "Quiet hours are from 21:00 to 08:00.",
        "They wrote on 22 November 2026, 12:00: an answer within 24 hours goes at any hour.",
    ]


def test_caps_and_money_are_said_with_their_limits() -> None:
    assert said(cap={"texts": 1, "most": 3, "days": 7}, day={"texts": 12, "most": 200}) == [
        "1 automatic text in the last 7 days; at most 3.",
        "The number had sent 12 texts that day; at most 200.",
    ]
    assert said(money={"cost": 8_300, "left": 5_000_000}) == ["It costs about $0.0083; the wallet held $5.00."]
    assert said(money={"cost": 8_300, "spent": 0, "budget": 9_000_000}) == [
        "It costs about $0.0083; $0.00 of this month's $9.00 was spent."
    ]
