"""Campaigns with many leads to measure with: `python -m bench.crowd COMMAND …`. Prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

BODY = "Hi {{ first_name }}, your appointment is tomorrow. Reply if you have any questions!"


def fill(campaigns: int, leads: int) -> dict[str, Any]:
    """So many armed campaigns, one to a workspace as the rule is, with their part of the leads, all of them new."""
    from django.db import connection as database

    from threadline.accounts.models import Workspace
    from threadline.campaigns.models import Campaign
    from threadline.campaigns.testing import make_campaign
    from threadline.numbers.models import Connection
    from threadline.numbers.testing import make_connection, make_number

    where = Connection.objects.latest("id").base_url
    for n in range(campaigns):
        workspace = Workspace.objects.create(name=f"Crowd {n}")
        number = make_number(connection=make_connection(workspace, base_url=where), phone=f"+1646{5_550_000 + n}")
        make_campaign(number, (BODY, "Still there?"), state="active", armed=True, batch_size=1_000_000_000)
    crowd = list(Campaign.objects.order_by("id").values_list("id", "workspace_id"))
    each = leads // campaigns
    for place, (campaign_id, workspace_id) in enumerate(crowd):
        with database.cursor() as cursor:
            cursor.execute(_CONTACTS[database.vendor], [each, f"con_{place}_", workspace_id, place * each])
            cursor.execute(_LEADS, [campaign_id, workspace_id])
    with database.cursor() as cursor:
        cursor.execute("ANALYZE")
    if database.vendor == "sqlite":
        from threadline.lib.sqlite.raw import checkpoint

        checkpoint(database.settings_dict["NAME"], truncate=True, patience=10)
    return {"leads": each * campaigns}


_MOMENT = "'2026-01-01 00:00:00'"
_SERIES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
_CONTACTS = {
    vendor: f"{_SERIES} INSERT INTO contacts_contact (public_id, workspace_id, phone, name, first_name, last_name, "
    f"company, email, fields, created_at, updated_at) SELECT %s || i, %s, {phone}, 'Person ' || i, 'Person', "
    f"'' || i, '', '', {empty}, {_MOMENT}, {_MOMENT} FROM n"
    for vendor, phone, empty in (
        ("sqlite", "'+1' || (2122000000 + %s + i)", "'{}'"),
        ("postgresql", "'+1' || (2122000000::bigint + %s + i)", "'{}'::jsonb"),
    )
}
_LEADS = (
    "INSERT INTO campaigns_recipient (campaign_id, workspace_id, contact_id, address, sort_name, status, how, reason, "
    f"step, added_at) SELECT %s, workspace_id, id, phone, lower(name), 'pending', '', '', 0, {_MOMENT} "
    "FROM contacts_contact WHERE workspace_id = %s ORDER BY id"
)


def plan(texts: int) -> dict[str, Any]:
    """Turn the engine until so many texts are in the queue; how many a second. The first turn warms up."""
    from threadline.campaigns import engine
    from threadline.campaigns.models import Recipient, Touch
    from threadline.messaging.models import OutboxEntry

    engine.step()
    before = OutboxEntry.objects.count()
    started, processor = time.perf_counter(), time.process_time()
    while engine.step():
        if OutboxEntry.objects.count() - before >= texts:
            break
    took, processor = time.perf_counter() - started, time.process_time() - processor
    queued = OutboxEntry.objects.count()
    people = OutboxEntry.objects.values("workspace", "address").distinct().count()
    touched = Recipient.objects.filter(status="in_progress", step=1).count()
    if queued - before < texts or not queued == people == touched == Touch.objects.count():
        raise SystemExit(f"{queued} texts in the queue, to {people} people, {touched} leads touched")
    return {"rate": (queued - before) / took, "processor_us": processor / (queued - before) * 1e6}


def rest() -> dict[str, Any]:
    """Nobody is due: every lead has the first step, and waits a day for the second."""
    from django.db import connection as database

    from threadline.campaigns.models import Campaign, Recipient, Touch
    from threadline.lib import clock
    from threadline.messaging.models import OutboxEntry

    now = clock.now()
    OutboxEntry.objects.all().delete()
    Touch.objects.all().delete()
    Recipient.objects.update(status="in_progress", step=1, sent_at=now, first_text_at=now, last_text_at=now)
    Campaign.objects.update(next_batch_at=now - timedelta(minutes=1))
    with database.cursor() as cursor:
        # Autovacuum has been here, as minutes later in life: else every look passes over a million dead entries.
        cursor.execute("VACUUM ANALYZE" if database.vendor == "postgresql" else "ANALYZE")
    return {"waiting": Recipient.objects.count()}


def tick(times: int) -> dict[str, Any]:
    """Turns of the engine with nothing due: seconds each."""
    from threadline.campaigns import engine

    engine.step()
    started = time.perf_counter()
    for _ in range(times):
        if engine.step():
            raise SystemExit("somebody was due")
    return {"seconds": (time.perf_counter() - started) / times}


def naive() -> dict[str, Any]:
    """The same question asked plainly: join everything, work out who is due, sort, take the first ten of each."""
    from django.db import connection as database

    from threadline.campaigns.models import Campaign

    started = time.perf_counter()
    for campaign_id in Campaign.objects.filter(armed=True).values_list("id", flat=True):
        with database.cursor() as cursor:
            cursor.execute(_NAIVE[database.vendor], [campaign_id])
            if cursor.fetchall():
                raise SystemExit("somebody was due")
    return {"seconds": time.perf_counter() - started}


def simulate(days: int) -> dict[str, Any]:
    """One campaign with one step to everybody in so many days, in a process like the worker's: seconds and memory."""
    import gc
    from resource import RUSAGE_SELF, getrusage

    from threadline.campaigns.models import Campaign, Step
    from threadline.campaigns.simulator.simulate import simulate
    from threadline.lib import clock
    from threadline.lib.workoff import GARBAGE

    campaign = Campaign.objects.get()
    Step.objects.filter(position__gt=1).delete()
    people = campaign.recipients.count()
    campaign.batch_minutes, campaign.batch_size = 10, -(-people // (days * 144))
    gc.set_threshold(*GARBAGE)
    before = getrusage(RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    found = simulate(campaign, clock.now())
    took = time.perf_counter() - started
    if (
        not found.texts == found.reached == people
        or not days - 1 <= len(found.timeline) * found.bar_seconds / 86_400 <= days + 1
    ):
        raise SystemExit(
            f"{found.texts} texts to {found.reached} of {people} people from {found.first} to {found.last}"
        )
    return {"seconds": took, "megabytes": (getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024, "people": people}


_NAIVE = {
    vendor: "SELECT lead.id, contact.name FROM campaigns_recipient AS lead "
    "JOIN contacts_contact AS contact ON contact.id = lead.contact_id "
    "JOIN campaigns_step AS step ON step.campaign_id = lead.campaign_id AND step.position = lead.step "
    "LEFT JOIN messaging_conversation AS conversation ON conversation.workspace_id = lead.workspace_id "
    "  AND conversation.channel = 'sms' AND conversation.address = lead.address "
    "LEFT JOIN compliance_optout AS opt_out ON opt_out.workspace_id = lead.workspace_id "
    "  AND opt_out.address = lead.address AND opt_out.lifted_at IS NULL "
    f"WHERE lead.campaign_id = %s AND opt_out.id IS NULL AND {due} <= {now} "
    f"ORDER BY {due}, lead.id LIMIT 10"
    for vendor, due, now in (
        ("sqlite", "datetime(lead.sent_at, '+' || step.wait_hours || ' hours')", "datetime('now')"),
        ("postgresql", "lead.sent_at + step.wait_hours * interval '1 hour'", "now()"),
    )
}

_COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "fill": lambda campaigns, leads: fill(int(campaigns), int(leads)),
    "plan": lambda texts: plan(int(texts)),
    "rest": rest,
    "tick": lambda times: tick(int(times)),
    "naive": naive,
    "simulate": lambda days: simulate(int(days)),
}

if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(_COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
