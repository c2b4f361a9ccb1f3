"""Campaigns for tests, made as the product makes them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from threadline.accounts.models import Member
from threadline.accounts.testing import make_member
from threadline.campaigns import audience, engine
from threadline.campaigns.models import Campaign, Recipient, Step
from threadline.campaigns.running import arming, follow, lifecycle
from threadline.contacts.people import Person
from threadline.contacts.testing import make_list
from threadline.events.publish import publish
from threadline.lib import clock
from threadline.messaging import status
from threadline.messaging.models import Message
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number
from threadline.twilio.payloads import StatusUpdate

PEOPLE = ("+18135550101", "+18135550102", "+18135550103")


def make_campaign(
    number: Number | None = None, steps: Sequence[str] = ("Hi {{ first_name }}",), wait_hours: float = 24, **fields: Any
) -> Campaign:
    """A draft with these steps and nobody in it; batches are large and follow one another at once."""
    number = number or make_number()
    workspace = number.workspace
    owner = workspace.members.first() or make_member(workspace)
    fields.setdefault("name", f"Campaign {Campaign.objects.count() + 1}")
    fields.setdefault("timezone", workspace.timezone)
    fields.setdefault("batch_size", 1000)
    fields.setdefault("batch_minutes", 0)
    fields.setdefault("list", make_list(workspace, f"List of {fields['name']}"))
    made = Campaign.objects.create(
        workspace=workspace,
        number=number,
        owner=owner,
        created_by=owner,
        acknowledged_by=owner,
        acknowledged_at=clock.now(),
        **fields,
    )
    for position, body in enumerate(steps, start=1):
        Step.objects.create(campaign=made, position=position, body=body, wait_hours=Decimal(wait_hours))
    return made


def make_leads(campaign: Campaign, phones: Sequence[str] = PEOPLE) -> list[Recipient]:
    """People with first names Lead0, Lead1 … as leads of the campaign, in this order."""
    audience.add(campaign, [Person(phone, first_name=f"Lead{n}") for n, phone in enumerate(phones)], clock.now())
    return list(campaign.recipients.order_by("id"))


def make_sending(number: Number | None = None, phones: Sequence[str] = PEOPLE, **fields: Any) -> Campaign:
    """A campaign with leads that is active and armed."""
    campaign = make_campaign(number, **fields)
    make_leads(campaign, phones)
    return start_and_arm(campaign)


def start_and_arm(campaign: Campaign) -> Campaign:
    """Press Start, and turn Auto SMS on."""
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    return arming.arm(campaign, owner_of(campaign), clock.now())


def owner_of(campaign: Campaign) -> Member:
    assert campaign.owner is not None
    return campaign.owner


def run_engine() -> None:
    """Until nothing more is due at once, and every lead knows what has happened; as if it had never stood still."""
    catch_up()
    while engine.advance(clock.now()):
        pass
    catch_up()


def catch_up() -> None:
    """Bring the leads up to date with what has happened."""
    while follow.step():
        pass


def statuses(campaign: Campaign) -> list[str]:
    """Of the leads in the order in which they were added; a completed one says how."""
    found = campaign.recipients.order_by("id").values_list("status", "how")
    return [f"{status} {how}".strip() for status, how in found]


def come_to(message: Message, word: str, code: int | None = None) -> None:
    """The carrier reports this status of a text that it has."""
    update = StatusUpdate(account_sid="", sid=message.sid or "", status=word, error_code=code)
    with transaction.atomic():
        _orphans, happenings = status.apply([status.Update("", update, clock.now())])
        publish(happenings)
