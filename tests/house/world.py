"""A small world to render pages in: an owner, numbers, a conversation. Pages name its parts in braces."""

from typing import Any

from django.test import Client

from threadline.accounts.models import Member
from threadline.accounts.testing import make_member, sign_in
from threadline.numbers.testing import make_connection, make_number


def open_page(client: Client, page: str) -> Any:
    """What an owner sees. "?unconnected" means before Twilio is connected, "?empty" before anybody texted."""
    path, _, state = page.partition("?")
    owner = make_member()
    sign_in(client, owner)
    names = {} if state == "unconnected" else _furnish(owner, empty=state == "empty")
    return client.get(path.format(**names), follow=True)


def _furnish(owner: Member, empty: bool) -> dict[str, str]:
    """Connect Twilio with two numbers, and unless `empty`, hold a conversation; returns what pages may name."""
    connection = make_connection(owner.workspace)
    number = make_number(connection)
    make_number(connection)
    return {"connection": connection.public_id, "number": number.public_id}
