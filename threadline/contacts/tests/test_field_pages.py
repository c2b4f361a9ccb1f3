"""Custom fields and tags: added, renamed and deleted by hand."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.campaigns.models import AudienceRule, Campaign
from threadline.contacts import fields
from threadline.contacts.models import Contact, CustomField, Tag
from threadline.contacts.testing import make_contact, make_list, make_tag

PAGE = "/people/fields/"


def test_a_field_is_added_with_its_placeholder(client):
    assert client.post(PAGE, {"name": " Pet  name "})["Location"] == PAGE
    assert CustomField.objects.get().key == "pet_name"
    assert "{{ pet_name }}" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Give the field a name"), ("PET NAME", "already"), ("x" * 81, "at most 80"), ("***", "Give")],
)
def test_a_bad_name_is_told_at_the_field(client, maria, name, words):
    fields.ensure(maria.workspace.id, ["Pet name"])
    answer = client.post(PAGE, {"name": name})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert CustomField.objects.count() == 1


def test_renaming_a_field_leaves_its_placeholder(client, maria):
    fields.ensure(maria.workspace.id, ["Pet name"])
    client.post(f"{PAGE}pet_name/rename/", {"name": "The dog"})
    field = CustomField.objects.get()
    assert (field.key, field.label) == ("pet_name", "The dog")
    client.post(f"{PAGE}pet_name/rename/", {"name": ""})
    assert "Give the field a name" in client.get(PAGE).content.decode()


def test_values_of_a_deleted_field_are_kept_for_a_new_one(client, maria):
    fields.ensure(maria.workspace.id, ["Pet name"])
    dana = make_contact(maria.workspace, name="Dana", fields={"pet_name": "Rex"})
    client.post(f"{PAGE}pet_name/delete/")
    assert not CustomField.objects.exists() and Contact.objects.get().fields == {"pet_name": "Rex"}
    page = f"/people/{dana.public_id}/"
    assert "Rex" not in client.get(page).content.decode() and "Rex" not in client.get(f"{page}edit/").content.decode()
    client.post(PAGE, {"name": "Pet name"})
    assert "Rex" in client.get(page).content.decode()


def test_tags_are_renamed_and_deleted(client, maria):
    dana = make_contact(maria.workspace)
    vip, roofer = make_tag(maria.workspace, "VIP", [dana]), make_tag(maria.workspace, "Roofer")
    assert "1 person" in client.get(PAGE).content.decode()
    client.post(f"/people/tags/{roofer.public_id}/rename/", {"name": "vip"})
    assert "Another tag has this name." in client.get(PAGE).content.decode()
    client.post(f"/people/tags/{roofer.public_id}/rename/", {"name": "Roofers"})
    client.post(f"/people/tags/{vip.public_id}/delete/")
    assert Tag.objects.get().name == "Roofers" and Contact.objects.count() == 1


def test_a_tag_that_a_campaign_leaves_out_stays(client, maria):
    vip, own = make_tag(maria.workspace, "VIP"), make_list(maria.workspace)
    campaign = Campaign.objects.create(workspace=maria.workspace, name="March follow-up", list=own, timezone="UTC")
    AudienceRule.objects.create(campaign=campaign, mode="exclude", by="tag", tag=vip)
    answer = client.post(f"/people/tags/{vip.public_id}/delete/", follow=True).content.decode()
    assert "The campaign March follow-up uses this tag, so it cannot be deleted." in answer
    assert Tag.objects.filter(pk=vip.pk).exists()


def test_foreign_fields_and_tags_are_not_there_and_viewers_read(client, viewer, maria):
    stranger = make_tag(make_workspace("Another firm"), "Theirs")
    for verb in ("rename", "delete"):
        assert client.post(f"/people/tags/{stranger.public_id}/{verb}/").status_code == 404
        assert client.post(f"{PAGE}nothing/{verb}/").status_code == 404
        assert viewer.post(f"{PAGE}nothing/{verb}/").status_code == 403
    assert viewer.get(PAGE).status_code == 200 and viewer.post(PAGE, {"name": "x"}).status_code == 403
