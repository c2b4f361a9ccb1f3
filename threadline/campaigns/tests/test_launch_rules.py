"""Settings → Campaigns: who may change the rules, what they may be, and the trace of it."""

import pytest

from threadline.accounts.models import AuditEntry, Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.launch import launch_rules
from threadline.campaigns.models import LaunchRules

pytestmark = pytest.mark.django_db
RULES = {"approval_from": "1,000", "typed_from": "500", "recall_seconds": "10", "one_at_a_time": "1"}


def test_until_somebody_changes_them_the_defaults_count() -> None:
    member = make_member()
    rules = launch_rules.of(member.workspace)
    assert (rules.approval_from, rules.typed_from, rules.recall_seconds, rules.one_at_a_time) == (None, None, 0, True)
    page = signed_in(member).get("/settings/campaigns/").content.decode()
    for label in ("Ask a second person from", "Type the number of people from", "Seconds to recall"):
        assert f">{label}</label>" in page
    assert "One campaign at a time per person" in page
    assert not LaunchRules.objects.exists()


def test_owners_change_them_and_leave_a_trace() -> None:
    member = make_member()
    assert signed_in(member).post("/settings/campaigns/", RULES)["Location"] == "/settings/campaigns/"
    rules = launch_rules.of(member.workspace)
    assert (rules.approval_from, rules.typed_from, rules.recall_seconds) == (1000, 500, 10)
    signed_in(member).post("/settings/campaigns/", RULES | {"typed_from": ""})
    facts = AuditEntry.objects.filter(action="launch_rules.changed").order_by("id").values_list("facts", flat=True)
    assert list(facts)[1] == {"before": {"typed_from": 500}, "after": {"typed_from": None}}
    signed_in(member).post("/settings/campaigns/", RULES | {"typed_from": ""})
    assert AuditEntry.objects.filter(action="launch_rules.changed").count() == 2


@pytest.mark.parametrize(
    ("field", "value"), [("approval_from", "0"), ("typed_from", "many"), ("recall_seconds", "301"), ("typed_from", "²")]
)
def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(field: str, value: str) -> None:
    member = make_member()
    answer = signed_in(member).post("/settings/campaigns/", RULES | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Give a whole number") == 1
    assert f'value="{value}"' in page
    assert not LaunchRules.objects.exists()


def test_others_see_them_and_cannot_change_them() -> None:
    member = make_member(role=Role.MEMBER)
    client = signed_in(member)
    page = client.get("/settings/campaigns/").content.decode()
    assert "Only owners and admins can change these rules." in page
    assert client.post("/settings/campaigns/", RULES).status_code == 403


def test_a_lone_owner_is_told_that_nobody_could_approve() -> None:
    owner = make_member()
    assert "Invite another" in signed_in(owner).get("/settings/campaigns/").content.decode()
    make_member(owner.workspace, Role.ADMIN)
    assert "Invite another" not in signed_in(owner).get("/settings/campaigns/").content.decode()
