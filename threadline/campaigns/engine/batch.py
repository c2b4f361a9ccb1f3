"""One batch of one campaign: who is due, what they get, and what the gate says, all in one transaction."""

from datetime import datetime

from django.db import connection, transaction

from threadline.campaigns.engine import arbiter, breaker, canary, hours, picking, sleeping, writing
from threadline.campaigns.engine.pace import Pace
from threadline.campaigns.locking import lock_if_free
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.sequence import clocks
from threadline.campaigns.sequence.steps import sequence_of
from threadline.events.publish import Happening, publish
from threadline.lib.deadlocks import retried
from threadline.lib.failpoints import hit
from threadline.messaging import asking
from threadline.messaging.facts import lines_of
from threadline.messaging.send import ask
from threadline.numbers.chores import is_doubtful

MOST = 500  # texts of one transaction: a pause and everybody else wait for no more than that
MONEY = frozenset({"over_budget", "no_funds"})  # what stops the campaign, not this person
WAITING_MOST = 5_000  # texts of one campaign in the outbox: more of them would not leave sooner


@retried
def run(campaign_id: int, now: datetime) -> bool:
    """Ask for the next texts of a campaign, at most MOST; True when it may have more that is due."""
    with transaction.atomic():
        campaign = lock_if_free(campaign_id)
        if campaign is None or not _may_send(campaign, now):
            return False
        asking.take_turn(campaign.workspace_id)
        pace, sequence = Pace.of(campaign), sequence_of(campaign.pk)
        untried = canary.room(campaign, sequence, now)
        limit = min(pace.room(now), MOST, WAITING_MOST - _waiting(campaign), untried)
        if limit <= 0:
            # Receipts that never come tell nobody anything: a trial that ends by its time is judged here.
            if not untried and (why := canary.because(campaign, sequence, now)):
                breaker.trip(campaign, why, now)
            return False
        # Some of those who are looked at turn out not to be due by their own clock.
        looked_at = MOST if clocks.by_person(campaign, sequence) else limit
        picked = picking.pick(campaign, sequence, looked_at, now)
        happenings: list[Happening] = []
        due, asleep, asked = picked.due, picked.asleep, 0
        due = arbiter.free(campaign, due, asleep, now)
        media = writing.media_of(campaign, sequence)
        while due and not asked:  # until the gate lets somebody through: whom it defers takes no place in the batch
            part, due = due[:limit], due[limit:]
            outcomes, happenings = ask(
                campaign.workspace, [writing.text_for(campaign, one, media) for one in part], now
            )
            asked = writing.keep(part, outcomes, asleep, now)
        broke = next((one.reason for one in asleep if one.code in MONEY), "")
        sleeping.put([one for one in asleep if one.code not in MONEY], now)
        writing.end(picked.over, now)
        if not (asked or asleep or picked.over or picked.due):
            return False
        hit("campaigns.before_commit")
        _save(campaign, pace.after(asked, now))
        publish([*happenings, Happening(campaign.workspace_id, "campaign.changed", campaign.public_id)])
    hit("campaigns.after_commit")
    if broke:
        lifecycle.run_dry(campaign, now, broke)
        return False
    # New leads are not picked together with later steps.
    full = len(picked.due) >= limit or any(not one.first for one in picked.due)
    return bool(asleep or picked.over) or (full and pace.room(now) > asked)


def _may_send(campaign: Campaign, now: datetime) -> bool:
    """Active, armed, in its hours, with a From that can text: looked at under the lock that a pause takes."""
    if not campaign.sends_by_itself or campaign.number_id is None:
        return False
    line = lines_of([campaign.workspace_id]).get(campaign.number_id)
    ready = line is not None and line.ready and not is_doubtful(line.id)
    return ready and hours.is_open(hours.of_campaign(campaign), now)


def _save(campaign: Campaign, pace: Pace) -> None:
    if campaign.kind == Campaign.Kind.DRIP:
        campaign.batch_left, campaign.next_batch_at = pace.left, pace.next_at
        campaign.save(update_fields=["batch_left", "next_batch_at"])


def _waiting(campaign: Campaign) -> int:
    """How many of its texts have not left yet, WAITING_MOST at most."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 AS one FROM messaging_outboxentry "
            "WHERE workspace_id = %s AND source = %s LIMIT %s) AS waiting",
            [campaign.workspace_id, campaign.source, WAITING_MOST],
        )
        (count,) = cursor.fetchone()
    return int(count)
