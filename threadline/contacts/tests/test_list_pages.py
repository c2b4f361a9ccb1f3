"""Lists: made, renamed, deleted, filled and emptied by hand."""

import pytest

from threadline.campaigns.models import AudienceRule, Campaign
from threadline.contacts.models import Contact, ContactList
from threadline.contacts.testing import make_contacts, make_list

LISTS = "/people/lists/"


@pytest.fixture
def vips(maria):
    return make_list(maria.workspace, "VIPs", make_contacts(maria.workspace, 3))


def page_of(one, verb=""):
    return f"{LISTS}{one.public_id}/{verb}"


def test_the_page_without_lists_says_what_they_are_for(client):
    assert "A list is who a campaign texts" in client.get(LISTS).content.decode()


def test_a_list_is_made_and_opened(client, maria):
    answer = client.post(LISTS, {"name": "  Spring   customers "})
    made = ContactList.objects.get()
    assert (made.name, made.created_by) == ("Spring customers", maria)
    assert answer["Location"] == page_of(made)
    assert "Nobody is on this list yet" in client.get(page_of(made)).content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Give the list a name"), ("vips", "Another list has this name"), ("x" * 121, "at most 120")],
)
def test_a_bad_name_is_told_at_the_field(client, vips, name, words):
    answer = client.post(LISTS, {"name": name})
    assert (
        answer.status_code == 422 and words in answer.content.decode() and f'value="{name}"' in answer.content.decode()
    )
    other = ContactList.objects.create(workspace=vips.workspace, name="Other")
    renamed = client.post(page_of(other, "rename/"), {"name": name})
    assert renamed.status_code == 422 and words in renamed.content.decode()
    other.refresh_from_db()
    assert other.name == "Other"


def test_a_list_is_renamed_also_only_in_its_capitals(client, vips):
    client.post(page_of(vips, "rename/"), {"name": "vips"})
    vips.refresh_from_db()
    assert vips.name == "vips"


def test_deleting_a_list_leaves_its_people(client, vips):
    assert client.post(page_of(vips, "delete/"))["Location"] == LISTS
    assert not ContactList.objects.exists() and Contact.objects.count() == 3
    assert "Its people are still here" in client.get(LISTS).content.decode()


@pytest.mark.parametrize("how", ["its own", "leaves out"])
def test_a_list_that_a_campaign_uses_says_which_and_stays(client, vips, how):
    own = vips if how == "its own" else make_list(vips.workspace, "Another")
    campaign = Campaign.objects.create(workspace=vips.workspace, name="March follow-up", list=own, timezone="UTC")
    if how == "leaves out":
        AudienceRule.objects.create(campaign=campaign, mode="exclude", by="list", list=vips)
    for page in (client.get(page_of(vips)).content.decode(), client.get(LISTS).content.decode()):
        assert f'<a href="/campaigns/{campaign.public_id}/">March follow-up</a>' in page
        assert ("(leaves them out)" in page) == (how == "leaves out")
    assert "A campaign uses this list, so it cannot be deleted" in client.get(page_of(vips)).content.decode()
    assert client.post(page_of(vips, "delete/"))["Location"] == page_of(vips)
    assert ContactList.objects.filter(pk=vips.pk).exists()
    assert "A campaign uses this list" in client.get(page_of(vips)).content.decode()


def test_pasted_numbers_become_people_on_the_list(client, vips):
    known = Contact.objects.earliest("id")
    pasted = f"(813) 555-0142\n813-555-0143, +44 20 7946 0018;\t{known.phone}\n\n(813) 555-0142"
    assert client.post(page_of(vips, "add/"), {"numbers": pasted})["Location"] == page_of(vips)
    vips.refresh_from_db()
    assert vips.size == 6 and Contact.objects.count() == 6
    assert "3 people are now on VIPs" in client.get(page_of(vips)).content.decode()


def test_numbers_that_are_none_stay_in_the_box_with_their_reasons(client, vips):
    answer = client.post(page_of(vips, "add/"), {"numbers": "813 555 0142\n555-014\nDana"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ">555-014\nDana</textarea>" in page
    assert "<bdi>555-014</bdi></strong> This number is too short" in page
    vips.refresh_from_db()
    assert vips.size == 4  # the good one went in


def test_pasting_nothing_or_too_much_is_told(client, vips):
    assert "Paste at least one" in client.post(page_of(vips, "add/"), {"numbers": " \n,"}).content.decode()
    many = "\n".join(f"+1813{5_560_000 + n}" for n in range(1_002))
    answer = client.post(page_of(vips, "add/"), {"numbers": many})
    assert "At most 1000 numbers at once" in answer.content.decode()
    assert ">+18135561000\n+18135561001</textarea>" in answer.content.decode()
    vips.refresh_from_db()
    assert vips.size == 1_003


def test_ticked_people_are_taken_off(client, vips):
    first, second, third = Contact.objects.order_by("id")
    ticked = {"do": "take_off_list", "page": vips.public_id, "list": vips.public_id}
    answer = client.post("/people/bulk/?q=Person", ticked | {"person": [first.public_id, second.public_id]})
    assert answer["Location"] == page_of(vips) + "?q=Person"
    vips.refresh_from_db()
    assert vips.size == 1 and vips.members.get().contact == third
    client.post("/people/bulk/", ticked)
    assert "Tick people first" in client.get(page_of(vips)).content.decode()


def test_a_viewer_reads_lists_and_changes_nothing(viewer, vips):
    assert "Person 1" in viewer.get(page_of(vips)).content.decode()
    assert "<textarea" not in viewer.get(page_of(vips)).content.decode()
    assert viewer.post(LISTS, {"name": "x"}).status_code == 403
    for verb in ("rename/", "delete/", "add/"):
        assert viewer.post(page_of(vips, verb), {"name": "x", "numbers": "+18135550142"}).status_code == 403
    assert ContactList.objects.get().size == 3
