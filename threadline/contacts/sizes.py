"""How many living people are on each list, kept true when people are deleted and come back."""

from collections.abc import Collection

from django.db import connection

from threadline.lib import sql


def change(contact_ids: Collection[int], by: int) -> None:
    """The lists that these people are on have so many more of each (`by` is 1 or -1), in the caller's transaction."""
    listed = (
        f"SELECT list_id, COUNT(*) AS many FROM contacts_listmember WHERE {sql.any_of('contact_id')} GROUP BY list_id"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # in one order, so that nobody waits in a circle
            lists = f"SELECT 1 FROM contacts_contactlist WHERE id IN (SELECT list_id FROM ({listed}) AS listed)"
            cursor.execute(f"{lists} ORDER BY id FOR NO KEY UPDATE", [sql.array(contact_ids)])
        cursor.execute(
            f"UPDATE contacts_contactlist SET size = size + %s * listed.many FROM ({listed}) AS listed "
            "WHERE contacts_contactlist.id = listed.list_id",
            [by, sql.array(contact_ids)],
        )
