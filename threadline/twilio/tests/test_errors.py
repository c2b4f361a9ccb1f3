import re

import pytest

from threadline.twilio.error_codes import CODES
from threadline.twilio.errors import explain


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_says_what_happened_in_a_sentence(code: int) -> None:
    explanation = explain(code)
    assert re.fullmatch(r"[A-Z].{15,119}\.", explanation.sentence), explanation.sentence
    assert explanation.docs_url.endswith(str(code))


def test_an_unknown_code_is_shown_with_the_page_about_it() -> None:
    explanation = explain(99999)
    assert explanation.kind == "unknown"
    assert "99999" in explanation.sentence
    assert "https://www.twilio.com/docs/errors/99999" in explanation.sentence


@pytest.mark.parametrize("code", [None, 0])
def test_no_code_at_all_is_still_a_sentence(code: int | None) -> None:
    assert explain(code).sentence == "Twilio gave no reason."


def test_only_what_the_carrier_did_not_execute_is_tried_again_by_itself() -> None:
    assert {code for code, (kind, _) in CODES.items() if kind == "retry"} == {20429, 21611}


def test_a_stop_is_told_apart() -> None:
    assert {code for code, (kind, _) in CODES.items() if kind == "opted_out"} == {21610}
    assert explain(20003).kind == "credentials"
    assert explain(30034).kind == "number_not_ready"
