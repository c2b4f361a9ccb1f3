"""Duplicate, and templates: what is taken along and what is not."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from threadline.accounts.models import AuditEntry, Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.drafts import duplicating
from threadline.campaigns.models import AudienceRule, Campaign, CampaignTemplate
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, owner_of
from threadline.contacts.testing import make_contacts, make_list
from threadline.lib import clock
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db
HOW: dict[str, Any] = {
    "batch_size": 25,
    "batch_minutes": 3,
    "priority": "alphabetical",
    "complete_on_reply": False,
    "opt_out_line": "Reply STOP to end",
    "window_start": time(9),
    "window_end": time(17),
    "window_days": 31,
    "most_failed": 5,
}


def make_rich(**fields: Any) -> Campaign:
    """A campaign with three steps of every timing, pictures and settings unlike the defaults."""
    campaign = make_campaign(steps=("Hi {{ first_name }}", "At noon", "Happy birthday"), **HOW | fields)
    one, two, three = campaign.steps.all()
    one.media, one.wait_hours = ["upl_1"], Decimal("1.5")
    two.timing, two.at_date, two.at_time, two.zone = "at", date(2031, 3, 5), time(12), "person"
    three.timing, three.field_key, three.offset_days, three.yearly, three.at_time = (
        "field",
        "birthday",
        -1,
        True,
        time(9),
    )
    for step in (one, two, three):
        step.save()
    return campaign


def texts(campaign: Campaign) -> list[tuple[Any, ...]]:
    columns = (
        "body",
        "wait_hours",
        "timing",
        "at_date",
        "at_time",
        "zone",
        "field_key",
        "offset_days",
        "yearly",
        "media",
    )
    return list(campaign.steps.filter(removed_at=None).values_list(*columns))


def how(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in HOW}


def test_a_copy_has_the_texts_settings_and_audience_and_nobodys_progress() -> None:
    campaign = make_rich(name="Spring", state="active", kind="drip")
    lead = make_leads(campaign)[0]
    lead.status, lead.step = "completed", 3
    lead.save()
    listed = make_list(campaign.workspace, "Others")
    AudienceRule.objects.create(campaign=campaign, mode="exclude", by="list", list=listed, version=7, cursor=9)
    campaign.steps.filter(position=1).update(position=5)  # positions only grow; the copy begins anew
    made = duplicating.duplicate(campaign, owner_of(campaign), clock.now())
    assert (made.name, made.state, made.list, made.number) == ("Spring (copy)", "draft", campaign.list, campaign.number)
    assert (made.armed, made.started_at, made.acknowledged_at, made.owner) == (False, None, None, owner_of(campaign))
    assert texts(made) == texts(campaign)
    assert how(made) == how(campaign)
    assert list(made.steps.values_list("position", flat=True)) == [1, 2, 3]
    assert set(made.recipients.values_list("status", "step")) == {("pending", 0)}
    assert made.recipients.count() == 3
    rule = made.audience_rules.get()
    assert (rule.mode, rule.list) == ("exclude", listed)
    assert AuditEntry.objects.get(action="campaign.duplicated").facts["of"] == campaign.public_id


def test_removed_steps_stay_behind_and_the_first_one_decides_the_kind() -> None:
    campaign = make_rich()
    campaign.steps.filter(position=1).update(removed_at=clock.now())
    made = duplicating.duplicate(campaign, None, clock.now())
    assert [body for body, *_ in texts(made)] == ["At noon", "Happy birthday"]
    assert made.kind == "scheduled"


def test_names_of_copies_are_unique_and_never_too_long() -> None:
    campaign = make_campaign(name="Spring")
    make_campaign(campaign.number, name="SPRING (COPY)")
    names = [duplicating.duplicate(campaign, None, clock.now()).name for _ in range(2)]
    assert names == ["Spring (copy 2)", "Spring (copy 3)"]
    long = make_campaign(campaign.number)
    long.name = "x" * 120
    assert duplicating.duplicate(long, None, clock.now()).name == "x" * 113 + " (copy)"


def test_duplicate_opens_the_copy_at_its_messages() -> None:
    campaign = make_campaign(name="Spring")
    answer = signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/duplicate/")
    made = Campaign.objects.get(name="Spring (copy)")
    assert answer["Location"] == f"/campaigns/{made.public_id}/messages/"
    viewer = make_member(campaign.workspace, Role.VIEWER)
    assert signed_in(viewer).post(f"/campaigns/{campaign.public_id}/duplicate/").status_code == 403


def test_an_ended_campaign_can_be_duplicated() -> None:
    campaign = make_campaign()
    lifecycle.start(campaign, None, clock.now())
    lifecycle.stop(campaign, None, clock.now())
    assert duplicating.duplicate(campaign, None, clock.now()).state == "draft"


def saved(campaign: Campaign, name: str = "Welcome") -> CampaignTemplate:
    answer = signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/template/", {"name": name})
    assert answer.status_code == 302
    return CampaignTemplate.objects.get(name=name)


def new(number: Number, template: str) -> dict[str, str]:
    filled = {"channel": "sms", "name": "From it", "list": "new", "number": number.public_id, "acknowledged": "1"}
    return filled | {"template": template}


def test_a_campaign_starts_from_a_template() -> None:
    campaign = make_rich()
    assert campaign.number
    template = saved(campaign)
    client = signed_in(owner_of(campaign))
    form = client.get(f"/campaigns/new/?template={template.public_id}").content.decode()
    assert "Start from a template" in form
    assert f'value="{template.public_id}" selected' in form
    client.post("/campaigns/new/", new(campaign.number, template.public_id))
    made = Campaign.objects.get(name="From it")
    assert texts(made) == texts(campaign)
    assert how(made) == how(campaign)
    assert made.list != campaign.list
    assert made.acknowledged_by == owner_of(campaign)


@pytest.mark.requirement("000-38")
def test_people_have_their_places_in_a_campaign_from_a_template_in_list_order() -> None:
    campaign = make_campaign(priority="list")
    template = saved(campaign)
    people = make_list(campaign.workspace, "Chosen", make_contacts(campaign.workspace, 3))
    assert campaign.number
    filled = new(campaign.number, template.public_id) | {"list": people.public_id}
    signed_in(owner_of(campaign)).post("/campaigns/new/", filled)
    leads = Campaign.objects.get(name="From it").recipients.order_by("rank")
    in_order = people.members.order_by("id").values_list("contact_id", flat=True)
    assert list(leads.filter(rank__gt=0).values_list("contact_id", flat=True)) == list(in_order)


def test_a_template_that_is_gone_creates_nothing_and_keeps_what_was_typed() -> None:
    number = make_number()
    member = make_member(number.workspace)
    answer = signed_in(member).post("/campaigns/new/", new(number, "tpl_gone"))
    assert answer.status_code == 422
    assert "was deleted meanwhile" in answer.content.decode()
    assert 'value="From it"' in answer.content.decode()
    assert not Campaign.objects.exists()


def test_templates_are_renamed_and_deleted() -> None:
    campaign = make_campaign()
    one, client = saved(campaign), signed_in(owner_of(campaign))
    saved(campaign, "Other")
    page = client.get("/campaigns/templates/").content.decode()
    assert page.index("Other") < page.index("Welcome")
    path = f"/campaigns/templates/{one.public_id}"
    wrong = client.post(f"{path}/rename/", {"name": "OTHER"})
    assert wrong.status_code == 422
    assert "There is a template called “OTHER” already" in wrong.content.decode()
    assert client.post(f"{path}/rename/", {"name": " "}).status_code == 422
    client.post(f"{path}/rename/", {"name": "  Warm   welcome "})
    one.refresh_from_db()
    assert one.name == "Warm welcome"
    client.post(f"{path}/delete/")
    assert list(CampaignTemplate.objects.values_list("name", flat=True)) == ["Other"]


def test_templates_of_others_are_not_there() -> None:
    template, stranger = saved(make_campaign()), make_member()
    number = make_number()
    client = signed_in(stranger)
    assert client.post(f"/campaigns/templates/{template.public_id}/delete/").status_code == 404
    assert "Welcome" not in client.get("/campaigns/templates/").content.decode()
    member = make_member(number.workspace)
    assert signed_in(member).post("/campaigns/new/", new(number, template.public_id)).status_code == 422


def test_both_are_offered_on_every_tab_of_the_campaign_to_whoever_may_change_it() -> None:
    campaign = make_campaign()
    here = f"/campaigns/{campaign.public_id}/"
    owner, viewer = signed_in(owner_of(campaign)), signed_in(make_member(campaign.workspace, Role.VIEWER))
    for tab in ("", "leads/", "messages/", "details/", "settings/", "preview/"):
        page = owner.get(f"{here}{tab}").content.decode()
        assert f'action="{here}duplicate/"' in page
        assert f'href="{here}template/"' in page
    page = viewer.get(here).content.decode()
    assert "act-duplicate" not in page
    assert "act-template" not in page
