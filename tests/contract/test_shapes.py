"""The table of shapes is the one that Twilio's OpenAPI files make; and the judge notices what is wrong."""

from typing import Any

import pytest

from tests.contract import judge, shapes

SM = "SM" + "0" * 32
PATH = f"/2010-04-01/Accounts/AC{'0' * 32}/Messages/{SM}.json"


@pytest.mark.skipif(not shapes.SOURCE.exists(), reason="Twilio's OpenAPI files are not beside this repository")
def test_the_table_is_up_to_date() -> None:
    assert shapes.load() == shapes.build(shapes.SOURCE)


def message(**changes: Any) -> dict[str, Any]:
    """A message with nothing in it."""
    fields = judge.SHAPES["resources"]["api.v2010.account.message"]
    plain: dict[str, Any] = dict.fromkeys(fields)
    return plain | {"sid": SM, "status": "queued", "direction": "inbound"} | changes


def test_a_plain_message_passes() -> None:
    assert judge.answer_faults("GET", PATH, 200, message()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"num_segments": 1},
        {"error_code": "30003"},
        {"status": "lost"},
        {"sid": "SM1"},
        {"date_created": "2026-01-01"},
        {"surprise": True},
        {"status": None},
    ],
)
def test_a_wrong_message_does_not(changes: dict[str, Any]) -> None:
    assert judge.answer_faults("GET", PATH, 200, message(**changes))


def test_a_wrong_status_or_error_body_does_not_pass() -> None:
    assert judge.answer_faults("GET", PATH, 201, message())
    assert judge.answer_faults("GET", PATH, 404, {"detail": "no"})


def test_requests_are_held_against_the_parameters() -> None:
    path = f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    assert judge.request_faults("POST", path, [], [["To", "+1"], ["Body", "x"]]) == []
    assert judge.request_faults("POST", path, [], [["Body", "x"]]) == ["form: To is missing"]
    assert judge.request_faults("POST", path, [], [["To", "+1"], ["body", "x"]]) == ["form: body is unknown"]
    assert judge.request_faults("GET", path, [["DateSent>", "2026-01-01"], ["PageSize", "x"]], []) != []
    assert judge.request_faults("GET", "/2010-04-01/Nothing.json", [], []) != []
