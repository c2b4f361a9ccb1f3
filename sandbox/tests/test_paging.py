"""Pages of a list: links, tokens, nonsense."""

import pytest

from sandbox.errors import TwilioError
from sandbox.form import Form
from sandbox.paging import cut, envelope, read

PATH = "/2010-04-01/Accounts/AC1/Things.json"


def page(query: str, count: int = 5) -> dict[str, object]:
    """The page of a list of `count` things."""
    form, things = Form(query), [{"sid": f"TH{number}"} for number in range(count)]
    cursor = read(form)
    rows, more = cut(things, cursor, lambda thing: str(thing["sid"]))
    return envelope(PATH, form, cursor, "things", rows, more, lambda thing: thing["sid"])


def test_the_first_page_links_to_the_next() -> None:
    first = page("To=%2B1&PageSize=2")
    assert first["things"] == ["TH0", "TH1"]
    assert first["next_page_uri"] == f"{PATH}?To=%2B1&PageSize=2&Page=1&PageToken=PATH1"
    assert first["previous_page_uri"] is None
    assert (first["start"], first["end"], first["page"], first["page_size"]) == (0, 1, 0, 2)


def test_the_last_page_links_back() -> None:
    last = page("PageSize=2&Page=2&PageToken=PATH3")
    assert last["things"] == ["TH4"] and last["next_page_uri"] is None
    assert page("PageSize=2&Page=1&PageToken=PBTH4")["things"] == ["TH2", "TH3"]


@pytest.mark.parametrize(
    ("query", "code"), [("PageSize=0", 20001), ("Page=x", 20001), ("Page=1", 21481), ("PageToken=XX1", 21481)]
)
def test_nonsense_is_refused(query: str, code: int) -> None:
    with pytest.raises(TwilioError) as caught:
        page(query)
    assert caught.value.code == code


def test_a_page_has_at_most_a_thousand() -> None:
    assert read(Form("PageSize=5000")).size == 1000
