"""A small world to walk through: Maria's firm with one of everything and its four roles."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from threadline.accounts import invitations
from threadline.accounts.models import Member, Role
from threadline.accounts.testing import make_member, make_workspace, sign_in
from threadline.api import keys
from threadline.ingest.models import RawRequest
from threadline.lib import clock
from threadline.messaging.models import Media
from threadline.messaging.testing import arrive, conversation_with, last_message
from threadline.numbers.testing import TOKEN, make_connection, make_number

SECRET = "the boiler code is 4711"  # noqa: S105 - what no stranger may read
PERSON = "+18135550142"


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
    parked = RawRequest.objects.create(
        workspace=workspace,
        connection=connection,
        kind=RawRequest.Kind.INBOUND,
        key=f"inbound:{workspace.pk}:parked",
        body=SECRET,
        received_at=clock.now(),
        problem="It cannot be read.",
    )
    key, _secret = keys.create(workspace, "a program")
    invitation, token = invitations.create(members[Role.OWNER], Role.MEMBER)
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
        "key": key.public_id,
        "parked": str(parked.pk),
    }
    return World(ids, members)


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
