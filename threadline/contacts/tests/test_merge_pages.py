"""Finding duplicates, comparing two people, merging them and undoing it on the page."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.contacts import duplicates
from threadline.contacts.models import Merge
from threadline.contacts.testing import make_contact

DANA, OTHER = "+18135550142", "+18135550143"


@pytest.fixture
def dana(maria):
    return make_contact(maria.workspace, DANA, name="Dana Reyes", email="dana@example.com", company="Roofing")


@pytest.fixture
def other(maria):
    return make_contact(maria.workspace, OTHER, name="dana reyes", email="Dana@example.com", company="Roofs")


def merge_of(one):
    return f"/people/{one.public_id}/merge/"


@pytest.mark.parametrize(
    ("one", "two"),
    [("+5215512345678", "+525512345678"), ("+5511987654321", "+551187654321"), ("+5491112345678", "+541112345678")],
)
def test_two_ways_to_write_one_number_are_suggested(maria, one, two):
    first, second = make_contact(maria.workspace, one), make_contact(maria.workspace, two)
    make_contact(maria.workspace, "+5215598765432")
    make_contact(make_workspace("Another firm"), one)
    (pair,) = duplicates.pairs(maria.workspace)
    assert (pair.kept, pair.gone, pair.why) == (first, second, duplicates.SAME_NUMBER)


def test_the_same_name_and_mail_are_suggested(client, maria, dana, other):
    make_contact(maria.workspace, "+18135550144", name="Dana Reyes")
    make_contact(maria.workspace, "+18135550145", email="dana@example.com")
    (pair,) = duplicates.pairs(maria.workspace)
    assert (pair.kept, pair.gone, pair.why) == (dana, other, duplicates.SAME_PERSON)
    assert f"{merge_of(dana)}?with={other.public_id}" in client.get("/people/duplicates/").content.decode()


def test_the_other_one_is_searched_for(client, dana, other):
    page = client.get(merge_of(dana), {"q": "0143"}).content.decode()
    assert f"?with={other.public_id}" in page and f"?with={dana.public_id}" not in page
    assert "Nobody found" in client.get(merge_of(dana), {"q": "nobody"}).content.decode()


def test_two_are_compared_merged_and_taken_apart(client, maria, dana, other):
    page = client.get(merge_of(dana), {"with": other.public_id}).content.decode()
    assert "Roofing" in page and "Roofs" in page and 'name="choose.company"' in page
    answer = client.post(merge_of(dana), {"with": other.public_id, "choose.company": "gone", "choose.name": "kept"})
    assert answer["Location"] == f"/people/{dana.public_id}/"
    dana.refresh_from_db()
    assert (dana.company, dana.name) == ("Roofs", "Dana Reyes")
    assert client.get(f"/people/{other.public_id}/")["Location"] == f"/people/{dana.public_id}/"
    page = client.get(f"/people/{dana.public_id}/").content.decode()
    assert "Merged people" in page and "(813) 555-0143" in page
    done = Merge.objects.get()
    client.post(f"/people/merges/{done.public_id}/undo/")
    dana.refresh_from_db()
    assert dana.company == "Roofing"
    assert client.get(f"/people/{other.public_id}/").status_code == 200
    again = client.post(f"/people/merges/{done.public_id}/undo/", follow=True)
    assert "This was undone already." in again.content.decode()


def test_both_numbers_find_the_person(client, dana, other):
    client.post(merge_of(dana), {"with": other.public_id})
    for digits in ("0142", "0143"):
        page = client.get("/people/", {"q": digits}).content.decode()
        assert page.count(f'value="{dana.public_id}"') == 1 and other.public_id not in page


def test_nobody_is_merged_with_themselves_or_a_stranger(client, viewer, dana, other):
    assert "Find the other entry" in client.get(merge_of(dana), {"with": dana.public_id}).content.decode()
    stranger = make_contact(make_workspace("Another firm"))
    assert client.post(merge_of(dana), {"with": stranger.public_id}).status_code == 404
    assert client.post("/people/merges/mrg_nothing/undo/").status_code == 404
    for answer in (viewer.get(merge_of(dana)), viewer.post(merge_of(dana)), viewer.get("/people/duplicates/")):
        assert answer.status_code == 403
