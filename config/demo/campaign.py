"""The demo's campaign: a draft with people on it and two texts written, one press of Start away from texting them."""

from threadline.accounts.models import Member
from threadline.campaigns import audience
from threadline.campaigns.drafts import creating
from threadline.campaigns.editing import saving
from threadline.campaigns.models import Campaign
from threadline.contacts import fields, lists, people
from threadline.lib import clock, phones
from threadline.numbers.models import Number

NAME = "Winter boiler check"
LIST = "Boiler customers"
STEPS = (
    'Hi {{ first_name | default: "there" }}, this is Harbor Plumbing. Your yearly boiler check is due before the cold. '
    "Shall we come by next week? Reply YES and we'll find a time.",
    'Hello {{ first_name | default: "again" }}, a few places are left for a boiler check this month. '
    "Reply YES to book one, or STOP for no more texts from us.",
)
CUSTOMERS = (
    "Aaron Whitfield", "Beatriz Santos", "Caleb Foster", "Danielle Brooks", "Elena Novak", "Farid Rahimi",
    "Gloria Mendez", "Henry Walsh", "Imani Carter", "Jonas Weber", "Katherine Doyle", "Liam Gallagher",
    "Mei Tanaka", "Nora Lindqvist", "Oscar Delgado", "Paula Reyes", "Quentin Moore", "Rosa Alvarez",
    "Sanjay Patel", "Tessa Hughes", "Umar Siddiqui", "Valerie Knox", "Wendell Price", "Yvonne Baker",
)  # fmt: skip


def make(owner: Member, number: Number) -> Campaign:
    """The list, its people and the campaign, unless the workspace has them; nothing of it texts anybody by itself."""
    workspace, now = owner.workspace, clock.now()
    found = Campaign.objects.filter(workspace=workspace, name=NAME).first()
    if found is not None:
        return found
    key = fields.ensure(workspace.pk, ["Last visit"])["Last visit"]
    customers = [
        people.Person(phones.E164(f"+1727{5_550_120 + n}"), name=name, fields={key: f"November {2 + n}"})
        for n, name in enumerate(CUSTOMERS)
    ]
    listed = lists.create(workspace, LIST, owner, now)
    details = creating.Details(NAME, number.public_id, listed.public_id, owner.public_id, acknowledged=True)
    campaign = creating.create(workspace, owner, details, now)
    steps = [saving.StepText(None, body, 24) for body in STEPS]
    settings = saving.Settings(steps, number.public_id, True, workspace.timezone)
    saving.save(campaign, owner, settings, now)
    audience.add(campaign, customers, now)
    return campaign
