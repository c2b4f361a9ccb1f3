"""Texts that nobody types for one person are asked for batch by batch: each sees what the batches before it got."""

from typing import Final

from django.db import connection

_ASKING: Final = 0x61736B << 40  # "ask"; the workspace's id is added


def take_turn(workspace_id: int) -> None:
    """Wait until no other transaction asks for such texts of this workspace; nobody else does until the caller's ends.

    What a person or a number has been given decides what they may get. Taken before leads and conversations are locked:
    whoever has the turn waits for those. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ASKING + workspace_id])
