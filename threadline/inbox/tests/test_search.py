import pytest

from threadline.inbox import conversations
from threadline.inbox.conversations import Wanted
from threadline.inbox.testing import make_conversation
from threadline.numbers.testing import make_number

PEOPLE = {
    "Dana Whitfield": "+18135550142",
    "Luis Ortega": "+18135550199",
    "Élodie": "+33612345678",
    "Nines": "+19995550199",
    "": "32665",
}


@pytest.fixture
def find(maria, line):
    for name, phone in PEOPLE.items():
        make_conversation(line.workspace, phone, name)
    make_conversation(make_number().workspace, "+18135550142", "Dana Stranger")

    def search(words):
        found, _more = conversations.page(Wanted(line.workspace, maria, words=words))
        return {row.name or row.address for row in found}

    return search


@pytest.mark.requirement("000-19", "001-6")
@pytest.mark.parametrize(
    "words", ["+1 813 555 0142", "8135550142", "(813) 555-0142", "0142", "+1813555014", "813 555 014"]
)
def test_a_number_is_found_by_its_first_or_last_digits(find, words):
    assert find(words) == {"Dana Whitfield"}


def test_digits_that_end_in_nine_find_only_their_own(find):
    assert find("0199") == {"Luis Ortega", "Nines"}
    assert find("1999") == {"Nines"}
    assert find("99") == {"Luis Ortega", "Nines"}


@pytest.mark.requirement("000-19", "001-6")
@pytest.mark.parametrize(
    ("words", "name"), [("dana", "Dana Whitfield"), ("whit", "Dana Whitfield"), ("ORTEGA", "Luis Ortega")]
)
def test_a_person_is_found_by_any_part_of_the_name(find, words, name):
    assert find(words) == {name}


def test_short_codes_are_found_too(find):
    assert find("32665") == {"32665"}


@pytest.mark.parametrize("words", ["nobody", "00000", "%", "'; DROP"])
def test_nothing_found_is_no_error(find, words):
    assert find(words) == set()
