"""A second person approves exactly what was asked for; whatever changes that voids it."""

from datetime import time
from typing import Any

import pytest

from threadline.accounts.models import AuditEntry, Member, Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns import audience
from threadline.campaigns.launch import approval, launching
from threadline.campaigns.models import AudienceRule, Campaign, LaunchRules
from threadline.campaigns.refusals import Refused
from threadline.campaigns.testing import make_campaign, make_leads, owner_of
from threadline.contacts.testing import make_list
from threadline.lib import clock
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """A draft to three people, in a workspace that asks a second person from two on."""
    made = make_campaign()
    make_leads(made)
    audience.refresh(made, clock.now())
    LaunchRules.objects.create(workspace=made.workspace, approval_from=2)
    made.refresh_from_db()
    return made


@pytest.fixture
def admin(campaign: Campaign) -> Member:
    return make_member(campaign.workspace, Role.ADMIN)


def press(campaign: Campaign, path: str, member: Member, **typed: str) -> str:
    """What the page says after a button was pressed there."""
    answer = signed_in(member).post(f"/campaigns/{campaign.public_id}/{path}/", typed, follow=True)
    campaign.refresh_from_db()
    return str(answer.content.decode())


def see(campaign: Campaign, member: Member, path: str = "") -> str:
    return str(signed_in(member).get(f"/campaigns/{campaign.public_id}/{path}").content.decode())


def launch(campaign: Campaign) -> str:
    """The refusal's code, or the state."""
    try:
        return launching.launch(campaign, owner_of(campaign), clock.now()).state
    except Refused as refused:
        return refused.code


def test_it_is_asked_for_given_and_then_launched(campaign: Campaign, admin: Member) -> None:
    owner = owner_of(campaign)
    assert launch(campaign) == "approval"
    assert "Ask for approval" in see(campaign, owner, "launch/")
    assert "Approval is asked for" in press(campaign, "approval/ask", owner)
    assert "It waits for the approval" in see(campaign, owner)
    assert ">Approve</button>" not in see(campaign, owner)
    page = see(campaign, admin)
    assert f"{owner} asks for your approval, to text 3 people." in page
    assert ">Approve</button>" in page
    assert launch(campaign) == "approval"
    press(campaign, "approval/approve", admin)
    assert campaign.approved_by == admin
    assert f"{admin} approved it for 3 people." in see(campaign, owner, "launch/")
    assert launch(campaign) == "active"
    asked = AuditEntry.objects.filter(action__in=("campaign.approval_asked", "campaign.approved"))
    assert [entry.member for entry in asked.order_by("id")] == [owner, admin]


def test_nobody_approves_their_own_request(campaign: Campaign) -> None:
    owner = owner_of(campaign)
    press(campaign, "approval/ask", owner)
    assert "Another owner or admin has to approve" in press(campaign, "approval/approve", owner)
    assert launch(campaign) == "approval"


def test_without_somebody_who_asks_there_is_no_other_one(campaign: Campaign) -> None:
    with pytest.raises(Refused, match="this API key was made on the server") as refused:
        approval.ask(campaign, None, 3, clock.now())
    assert (refused.value.code, approval.standing(campaign).what) == ("no_asker", "none")


def test_members_ask_and_only_owners_and_admins_approve(campaign: Campaign) -> None:
    member, other = (make_member(campaign.workspace, Role.MEMBER) for _ in range(2))
    press(campaign, "approval/ask", member)
    path = f"/campaigns/{campaign.public_id}/approval/approve/"
    assert signed_in(other).post(path).status_code == 403
    press(campaign, "approval/approve", owner_of(campaign))
    assert launch(campaign) == "active"


def test_it_is_sent_back_with_a_note(campaign: Campaign, admin: Member) -> None:
    owner = owner_of(campaign)
    press(campaign, "approval/ask", owner)
    assert "Write what has to change" in press(campaign, "approval/send-back", admin, note=" ")
    press(campaign, "approval/send-back", admin, note="Say <who> we are.")
    for path in ("", "launch/"):
        assert "Say &lt;who&gt; we are." in see(campaign, owner, path)
    assert launch(campaign) == "approval"
    press(campaign, "approval/ask", owner)
    assert approval.standing(campaign).what == "asked"


CHANGES: dict[str, Any] = {
    "words": lambda campaign: campaign.steps.update(body="Bye"),
    "media": lambda campaign: campaign.steps.update(media=["upl_1"]),
    "time": lambda campaign: campaign.steps.update(wait_hours=1),
    "number": lambda campaign: Campaign.objects.update(number=make_number(campaign.number.connection)),
    "opt-out line": lambda campaign: Campaign.objects.update(opt_out_line="Reply STOP"),
    "hours": lambda campaign: Campaign.objects.update(window_start=time(1), window_end=time(23)),
    "days": lambda campaign: Campaign.objects.update(window_days=31),
    "whose hours": lambda campaign: Campaign.objects.update(window_zone="person"),
    "batch size": lambda campaign: Campaign.objects.update(batch_size=10_000),
    "batch minutes": lambda campaign: Campaign.objects.update(batch_minutes=1),
    "replies": lambda campaign: Campaign.objects.update(complete_on_reply=False),
    "trial": lambda campaign: Campaign.objects.update(canary_size=7),
    "failures": lambda campaign: Campaign.objects.update(most_failed=0),
    "opt-outs": lambda campaign: Campaign.objects.update(most_opt_outs=0),
    "priority": lambda campaign: Campaign.objects.update(priority="random"),
    "audience": lambda campaign: AudienceRule.objects.create(
        campaign=campaign, mode="include", by="list", list=make_list(campaign.workspace, "More")
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_voids_it_and_says_so(campaign: Campaign, admin: Member, change: Any) -> None:
    press(campaign, "approval/ask", owner_of(campaign))
    press(campaign, "approval/approve", admin)
    change(campaign)
    campaign.refresh_from_db()
    assert approval.standing(campaign).what == "changed"
    assert launch(campaign) == "approval"
    assert "was changed since approval was asked for" in see(campaign, owner_of(campaign))


def test_what_was_changed_since_it_was_asked_for_cannot_be_approved(campaign: Campaign, admin: Member) -> None:
    press(campaign, "approval/ask", owner_of(campaign))
    campaign.steps.update(body="Bye")
    assert ">Approve</button>" not in see(campaign, admin)
    assert "It has to be asked for anew" in press(campaign, "approval/approve", admin)
    assert campaign.approved_at is None


def test_more_people_than_were_approved_need_a_new_one_fewer_do_not(campaign: Campaign, admin: Member) -> None:
    press(campaign, "approval/ask", owner_of(campaign))
    press(campaign, "approval/approve", admin)
    make_leads(campaign, ("+18135550188",))
    audience.refresh(campaign, clock.now())
    campaign.refresh_from_db()
    assert launch(campaign) == "approval"
    assert "3 people were approved, and there are 4 now" in see(campaign, owner_of(campaign), "launch/")
    campaign.recipients.filter(id__in=campaign.recipients.values("id")[:2]).update(status="removed")
    assert launch(campaign) == "active"


def test_alone_one_is_told_what_to_do(campaign: Campaign) -> None:
    page = see(campaign, owner_of(campaign), "launch/")
    assert "There is no other owner or admin who could approve it." in page
    assert "/settings/campaigns/" in page
