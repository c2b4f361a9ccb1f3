"""Test texts: what goes to one's own phone reads as a lead reads it, and nothing of the campaign moves."""

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.models import Campaign
from threadline.campaigns.testing import make_campaign, make_leads, owner_of
from threadline.compliance.models import OptOut
from threadline.messaging.models import Message

pytestmark = pytest.mark.django_db
MINE = "+18135550199"


def post(campaign: Campaign, **typed: str) -> tuple[int, str]:
    """What the owner gets who sends a test text."""
    path = f"/campaigns/{campaign.public_id}/test/"
    answer = signed_in(owner_of(campaign)).post(path, {"step": "1", "phone": "(813) 555-0199"} | typed)
    return answer.status_code, answer.get("Location", answer.content.decode())


def test_it_reads_as_the_chosen_lead_reads_it_and_leaves_the_leads_alone() -> None:
    campaign = make_campaign(steps=("Hi {{ first_name }}", "Still there, {{ first_name }}?"), opt_out_line="Reply STOP")
    leads = make_leads(campaign)
    status, where = post(campaign, **{"as": leads[1].contact.public_id})
    sent = Message.objects.get()
    assert (status, sent.body, sent.address, sent.source) == (302, "Hi Lead1\nReply STOP", MINE, "test")
    assert sent.number == campaign.number
    assert set(campaign.recipients.values_list("status", "step")) == {("pending", 0)}
    post(campaign, step="2", **{"as": leads[0].contact.public_id})
    assert Message.objects.latest("id").body == "Still there, Lead0?"
    page = signed_in(owner_of(campaign)).get(where).content.decode()
    assert "To (813) 555-0199: Queued" in page


def test_ones_phone_is_remembered_on_the_profile() -> None:
    campaign = make_campaign()
    post(campaign)
    owner_of(campaign).user.refresh_from_db()
    assert owner_of(campaign).user.phone == MINE
    page = signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/test/").content.decode()
    assert 'value="(813) 555-0199"' in page


def test_the_same_words_can_be_tried_twice() -> None:
    campaign = make_campaign()
    for _ in range(2):
        assert post(campaign)[0] == 302
    assert Message.objects.count() == 2


def test_it_goes_through_the_gate_and_says_why_not() -> None:
    campaign = make_campaign()
    assert campaign.number
    OptOut.objects.create(workspace=campaign.workspace, line=campaign.number.phone, address=MINE, evidence="inbound")
    status, page = post(campaign)
    assert status == 422
    assert "This person opted out" in page
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"), [({"phone": "555"}, "This number is too short"), ({"step": "9"}, "Choose the message")]
)
def test_what_is_wrong_stands_beside_its_field(typed: dict[str, str], sentence: str) -> None:
    status, page = post(make_campaign(), **typed)
    assert status == 422
    assert sentence in page
    assert not Message.objects.exists()


def test_without_messages_or_rights_nothing_can_be_sent() -> None:
    campaign = make_campaign(steps=())
    assert "No messages yet" in post(campaign)[1]
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    assert viewer.post(f"/campaigns/{campaign.public_id}/test/", {"phone": MINE}).status_code == 403
