import pytest

from threadline.accounts.testing import make_workspace
from threadline.contacts import directory
from threadline.contacts.directory import Wanted
from threadline.contacts.testing import make_contact, make_contacts, make_list

pytestmark = pytest.mark.django_db


def walk(wanted):
    """Everybody, page after page, and how many pages it took."""
    page = directory.page(wanted)
    found, pages = [*page.people], 1
    while page.after:
        page = directory.page(wanted, page.after)
        found, pages = [*found, *page.people], pages + 1
    return found, pages


@pytest.mark.parametrize("order", directory.ORDERS)
@pytest.mark.parametrize("count", [0, 1, 50, 51, 120])
def test_everybody_stands_on_exactly_one_page(order, count):
    workspace = make_workspace()
    make_contacts(workspace, count)
    make_contact(make_workspace("Another firm"))
    found, pages = walk(Wanted(workspace, order=order))
    assert len(found) == len({person.id for person in found}) == count
    assert pages == max(1, -(-count // directory.PAGE))


def test_the_newest_come_first():
    workspace = make_workspace()
    contacts = make_contacts(workspace, 3)
    assert list(directory.page(Wanted(workspace)).people) == contacts[::-1]


def test_by_name_those_without_one_come_last(monkeypatch):
    monkeypatch.setattr(directory, "PAGE", 2)
    workspace = make_workspace()
    for place, name in enumerate(["", "Luis", "", "Dana", "Ben", "Dana"]):
        make_contact(workspace, f"+1813555000{place}", name=name)
    found, pages = walk(Wanted(workspace, order="name"))
    assert [person.name for person in found] == ["Ben", "Dana", "Dana", "Luis", "", ""]
    assert pages == 3
    found, pages = walk(Wanted(workspace, order="name_down"))
    assert [person.name for person in found] == ["Luis", "Dana", "Dana", "Ben", "", ""]
    assert pages == 3


@pytest.fixture
def find():
    workspace = make_workspace()
    make_contact(workspace, "+18135550142", name="Dana Whitfield", company="Whitfield Roofing")
    make_contact(workspace, "+18135550199", name="Luis Ortega", email="luis@ortega.example", company="911 Restoration")
    make_contact(workspace, "+442079460018")

    def search(words):
        return {person.name for person in walk(Wanted(workspace, words=words))[0]}

    return search


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("dana", {"Dana Whitfield"}),
        ("field", {"Dana Whitfield"}),
        ("dana roofing", {"Dana Whitfield"}),
        ("dana ortega", set()),
        ("ortega.example", {"Luis Ortega"}),
        ("(813) 555-0142", {"Dana Whitfield"}),
        ("+1 813 555 01", {"Dana Whitfield", "Luis Ortega"}),
        ("020 7946 0018", {""}),
        ("0199", {"Luis Ortega"}),
        ("911", {"Luis Ortega"}),
        ("%", set()),
        ("nobody", set()),
    ],
)
def test_somebody_is_found_by_a_part_of_name_company_mail_or_number(find, words, names):
    assert find(words) == names


def test_a_list_holds_only_its_own():
    workspace = make_workspace()
    contacts = make_contacts(workspace, 60)
    some = make_list(workspace, contacts=contacts[5:58])
    found, _pages = walk(Wanted(workspace, list=some))
    assert found == contacts[5:58][::-1]
    assert directory.count(Wanted(workspace, list=some)) == 53


def test_an_unknown_place_means_the_first_page():
    workspace = make_workspace()
    contacts = make_contacts(workspace, 3)
    for after in ("con_nobody", "\0", make_contact(make_workspace("Another firm")).public_id):
        assert list(directory.page(Wanted(workspace), after).people) == contacts[::-1]


def test_a_page_costs_the_same_however_deep(django_assert_num_queries):
    workspace = make_workspace()
    make_contacts(workspace, 120)
    first = directory.page(Wanted(workspace))
    with django_assert_num_queries(4):  # where it goes on, the people, their lists, their tags
        directory.page(Wanted(workspace), first.after)
