"""A small world to walk through: Maria's firm with one of everything and its four roles."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from django.test import Client

from threadline.accounts import invitations
from threadline.accounts.models import Member, Role, Workspace
from threadline.accounts.testing import make_member, make_workspace, sign_in
from threadline.api import keys
from threadline.campaigns import audience
from threadline.campaigns.drafts import campaign_templates
from threadline.campaigns.drafts.creating import Details, create
from threadline.campaigns.editing.saving import Settings, StepText, save
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.running import lifecycle
from threadline.campaigns.sequence.steps import keep_kind
from threadline.contacts import fields, merging
from threadline.contacts.models import Contact, ContactList, Import, Merge
from threadline.contacts.testing import make_contact, make_contacts, make_list, make_tag
from threadline.inbox.many import sending
from threadline.inbox.many.recipients import Recipient as Somebody
from threadline.ingest.models import RawRequest
from threadline.lib import clock
from threadline.messaging import uploads
from threadline.messaging.models import Media
from threadline.messaging.testing import arrive, conversation_with, last_message, picture
from threadline.numbers.models import Number
from threadline.numbers.testing import TOKEN, make_connection, make_number

SECRET = "the boiler code is 4711"  # noqa: S105 - what no stranger may read
PERSON = "+18135550142"
LEAD = "+18135550143"


@dataclass(frozen=True)
class World:
    """One firm's ids by kind, and its people by role."""

    ids: dict[str, str]
    members: dict[str, Member] = field(default_factory=dict)


def make_world() -> World:
    workspace = make_workspace()
    members = {role: make_member(workspace, role) for role in Role.values}
    connection = make_connection(workspace)
    number = make_number(connection)
    make_number(connection)
    arrive(number, SECRET, PERSON)
    message = last_message(workspace)
    media = Media.objects.create(message=message, content_type="image/png")
    upload = uploads.store(workspace, members[Role.OWNER], picture("leak.png"), clock.now())
    parked = RawRequest.objects.create(
        workspace=workspace,
        connection=connection,
        kind=RawRequest.Kind.INBOUND,
        key=f"inbound:{workspace.pk}:parked",
        body=SECRET,
        received_at=clock.now(),
        problem="It cannot be read.",
    )
    lead = make_contact(workspace, LEAD, first_name="Dana", last_name="Reyes", company=SECRET)
    people = make_list(workspace, "Spring customers", [lead])
    imported = Import.objects.create(workspace=workspace, into=people, filename=SECRET, headers=["Phone"])
    key, _secret = keys.create(workspace, "a program")
    invitation, token = invitations.create(members[Role.OWNER], Role.MEMBER)
    campaign = _campaign(members[Role.OWNER], number, people)
    template = campaign_templates.keep(campaign, members[Role.OWNER], SECRET, clock.now())
    ids = {
        "workspace": workspace.public_id,
        "member": members[Role.VIEWER].public_id,
        "invitation": invitation.public_id,
        "token": token,
        "connection": connection.public_id,
        "number": number.public_id,
        "conversation": conversation_with(workspace, PERSON).public_id,
        "message": message.public_id,
        "media": media.public_id,
        "upload": upload.public_id,
        "signature": "20000.not-ours",
        "filename": "leak.png",
        "key": key.public_id,
        "parked": str(parked.pk),
        "bulk": _bulk(members[Role.OWNER]),
        "contact": lead.public_id,
        "list": people.public_id,
        "field": fields.create(workspace, "Pet name").key,
        "tag": make_tag(workspace, "VIP", [lead]).public_id,
        "merge": _merge(workspace).public_id,
        "import": imported.public_id,
        "campaign": campaign.public_id,
        "template": template.public_id,
        "step": "1",
        "rule": "1",
        "running": _running(members[Role.OWNER], number, lead).public_id,
        "paused": _paused(members[Role.OWNER], number, people).public_id,
        "draft": _dated(members[Role.OWNER], number, people, "Draft").public_id,
        "scheduled": _scheduled(members[Role.OWNER], number, people, "Scheduled one").public_id,
        "stopped": _stopped(members[Role.OWNER], number, people).public_id,
    }
    return World(ids, members)


def _campaign(owner: Member, number: Number, people: ContactList, name: str = "March follow-up texts") -> Campaign:
    """A draft with two steps and one lead."""
    details = Details(name, number.public_id, people.public_id, acknowledged=True)
    campaign = create(owner.workspace, owner, details, clock.now())
    steps = [StepText(None, "Hi {{ first_name }}"), StepText(None, "Is it still leaking?")]
    save(campaign, owner, Settings(steps, number.public_id, True, "America/New_York"), clock.now())
    audience.refresh(campaign, clock.now())
    return campaign


def _running(owner: Member, number: Number, first: Contact) -> Campaign:
    """An active one with a lead of every status; the first is pending."""
    people = [first, *make_contacts(owner.workspace, len(Recipient.Status.values) - 1, first=100)]
    campaign = _campaign(owner, number, make_list(owner.workspace, "Everybody", people), "Running")
    for lead, status in zip(campaign.recipients.order_by("id"), Recipient.Status.values, strict=True):
        lead.status = status
        lead.save(update_fields=["status"])
    return lifecycle.start(campaign, owner, clock.now())


def _merge(workspace: Workspace) -> Merge:
    kept, gone = make_contacts(workspace, 2, first=200)
    return merging.merge(kept, gone, (), None, clock.now())


def _bulk(owner: Member) -> str:
    """One text to two people."""
    key = sending.key_of("token", SECRET, None)
    sending.send_all(owner, sending.texts(owner, [Somebody(PERSON), Somebody(LEAD, "Dana")], sending.Text(SECRET), key))
    return key


def _paused(owner: Member, number: Number, people: ContactList) -> Campaign:
    campaign = lifecycle.start(_campaign(owner, number, people, "Paused"), owner, clock.now())
    return lifecycle.pause(campaign, owner, clock.now())


def _dated(owner: Member, number: Number, people: ContactList, name: str) -> Campaign:
    """A draft whose first message goes at a date."""
    campaign = _campaign(owner, number, people, name)
    first = campaign.steps.get(position=1)
    first.timing, first.at_date, first.at_time = first.Timing.AT, clock.now().date() + timedelta(days=3), time(10)
    first.save()
    keep_kind(campaign)
    return campaign


def _scheduled(owner: Member, number: Number, people: ContactList, name: str) -> Campaign:
    return lifecycle.schedule(_dated(owner, number, people, name), owner, clock.now())


def _stopped(owner: Member, number: Number, people: ContactList) -> Campaign:
    """One that was scheduled and stopped."""
    return lifecycle.stop(_scheduled(owner, number, people, "Stopped"), owner, clock.now())


def open_page(client: Client, page: str) -> Any:
    """What an owner sees. "?unconnected" means before Twilio is connected, "?empty" before anybody texted."""
    path, _, state = page.partition("?")
    if state in ("unconnected", "empty"):
        owner, ids = make_member(), {}
        if state == "empty":
            make_number(make_connection(owner.workspace))
    else:
        world = make_world()
        owner, ids = world.members[Role.OWNER], world.ids
        path = page
    sign_in(client, owner)
    return client.get(path.format(**ids), follow=True)


SECRETS = (SECRET, TOKEN)
