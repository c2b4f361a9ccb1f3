"""Where the people of a batch may be: what was said of them, then their postal code, then their number."""

import json
from collections.abc import Collection, Mapping

from django.db import connection

from threadline.compliance import zones
from threadline.compliance.zones import Zones
from threadline.lib import sql

_SELECT = """
    SELECT contact.phone, contact.timezone, contact.fields FROM contacts_contact AS contact
    WHERE contact.workspace_id = %s AND {phone} AND contact.deleted_at IS NULL
    UNION ALL
    SELECT alias.phone, contact.timezone, contact.fields FROM contacts_alias AS alias
    JOIN contacts_contact AS contact ON contact.id = alias.contact_id AND contact.deleted_at IS NULL
    WHERE alias.workspace_id = %s AND {alias}
"""


def of(workspace_id: int, addresses: Collection[str], country: str, fallback: str) -> dict[str, Zones]:
    """The zones of every address. `country` and `fallback` (a zone) are the workspace's. One query."""
    said = _said(workspace_id, addresses)
    nothing = ("", "")
    return {address: zones.of(address, *said.get(address, nothing), country, fallback) for address in addresses}


def _said(workspace_id: int, addresses: Collection[str]) -> dict[str, tuple[str, str]]:
    """(time zone, postal code) of those who are contacts, and of whom something is known."""
    with connection.cursor() as cursor:
        statement = _SELECT.format(phone=sql.any_of("contact.phone"), alias=sql.any_of("alias.phone"))
        cursor.execute(statement, [workspace_id, sql.array(addresses)] * 2)
        found = cursor.fetchall()
    known = {phone: (zone, zones.postal_code(_read(fields))) for phone, zone, fields in found}
    return {phone: said for phone, said in known.items() if any(said)}


def _read(fields: str | Mapping[str, object]) -> Mapping[str, object]:
    if not isinstance(fields, str):
        return fields
    return {} if fields == "{}" else json.loads(fields)
