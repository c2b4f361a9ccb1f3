"""One batch of one campaign: who is due, what they get, and what the gate says, all in one transaction."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from threadline.campaigns.engine import closing, picking, writing
from threadline.campaigns.locking import lock_if_free
from threadline.campaigns.models import Campaign
from threadline.campaigns.steps import sequence_of
from threadline.events.publish import Happening, publish
from threadline.lib.failpoints import hit
from threadline.messaging.facts import lines_of
from threadline.messaging.send import ask
from threadline.numbers.chores import is_doubtful

MOST = 500  # texts of one transaction: a pause and everybody else wait for no more than that
WAITING_MOST = 5_000  # texts of one campaign in the outbox: more of them would not leave sooner


def run(campaign_id: int, now: datetime) -> bool:
    """Ask for the next texts of a campaign, at most MOST; True when it may have more that is due."""
    with transaction.atomic():
        campaign = lock_if_free(campaign_id)
        if campaign is None or not _may_send(campaign, now):
            return False
        fresh = campaign.next_batch_at is None or now >= campaign.next_batch_at
        left = campaign.batch_size if fresh else campaign.batch_left
        limit = min(left, MOST, WAITING_MOST - _waiting(campaign))
        sequence = sequence_of(campaign.pk)
        due = picking.pick(campaign, sequence, limit, now)
        if not due:
            return False
        until = closing.not_after(campaign, now)
        texts = [writing.text_for(campaign, one, until) for one in due]
        outcomes, happenings = ask(campaign.workspace, texts, now)
        asked = writing.keep(due, outcomes, now)
        hit("campaigns.before_commit")
        if asked:
            campaign.batch_left = left - asked
            if fresh:
                campaign.next_batch_at = now + timedelta(minutes=campaign.batch_minutes)
            campaign.save(update_fields=["batch_left", "next_batch_at"])
        publish([*happenings, Happening(campaign.workspace_id, "campaign.changed", campaign.public_id)])
    hit("campaigns.after_commit")
    # New leads are not picked together with later steps.
    return left > asked and (len(due) == limit or due[0].stage != sequence.after(0))


def _may_send(campaign: Campaign, now: datetime) -> bool:
    """Active, armed, in its hours, with a From that can text: looked at under the lock that a pause takes."""
    if campaign.state != Campaign.State.ACTIVE or not campaign.armed or campaign.number_id is None:
        return False
    line = lines_of([campaign.workspace_id]).get(campaign.number_id)
    return line is not None and line.ready and not is_doubtful(line.id) and closing.is_open(campaign, now)


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
