"""Counting a campaign from its rows: plain numbers, which a snapshot keeps as they are and a page reads."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from threadline.campaigns.models import Campaign, Recipient
from threadline.lib import rows, sql

Counted = dict[str, Any]

# What a text has come to, by its status. One that was delivered was sent as well, and is counted once, as delivered.
OUTCOMES: Final = ("delivered", "sent", "waiting", "failed", "cancelled")
_OUTCOMES: Final = {
    "delivered": "delivered",
    "read": "delivered",
    "partially_delivered": "delivered",
    "sent": "sent",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "cancelled",
}
NOT_WAITING: Final = frozenset(_OUTCOMES)
FINE, COARSE = 600, 3600  # seconds of a piece of the time line …
FINE_ENOUGH: Final = 12 * 3600  # … fine while all of it is no longer than this

_BUCKETS: Final = {
    "postgresql": "floor(extract(epoch FROM {column}) / 600)::bigint",
    "sqlite": "substr({column}, 1, 15)",  # "2026-11-22 21:5": ten minutes
}
_TEXTS: Final = """
    SELECT touch.step_id, touch.version, {bucket} AS bucket, message.status, message.error_code,
      CASE WHEN message.status IN ('failed', 'undelivered') THEN message.error ELSE '' END AS reason,
      count(*), sum(message.price), min(touch.at), max(touch.at)
    FROM campaigns_touch AS touch JOIN messaging_message AS message ON message.id = touch.message_id
    WHERE {which}
    GROUP BY touch.step_id, touch.version, bucket, message.status, message.error_code, reason
"""
# What is set aside for texts that the carrier has not rated yet; nothing, once it was given back.
_EXPECTED: Final = """
    SELECT touch.step_id, -sum(entry.amount)
    FROM campaigns_touch AS touch
    JOIN messaging_message AS message ON message.id = touch.message_id
    JOIN billing_ledgerentry AS entry ON entry.workspace_id = %s
      AND entry.source IN ('reserve:' || message.id, 'release:' || message.id)
    WHERE {which} AND message.price IS NULL
    GROUP BY touch.step_id
"""
# What one text costs: as the carrier has rated it, else what is set aside for it.
COST: Final = """COALESCE(message.price, -(
    SELECT sum(entry.amount) FROM billing_ledgerentry AS entry WHERE entry.workspace_id = message.workspace_id
      AND entry.source IN ('reserve:' || message.id, 'release:' || message.id)
    ), 0)"""
# Each answer belongs to the last text before it. A STOP is no answer: it is counted as what it is.
_ANSWERS: Final = """
    SELECT found.step_id, {bucket} AS bucket, count(*) FROM (
      SELECT lead.{moment} AS at, COALESCE((
        SELECT touch.step_id FROM campaigns_touch AS touch
        WHERE touch.recipient_id = lead.id AND touch.at <= lead.{moment} ORDER BY touch.at DESC, touch.id DESC LIMIT 1
      ), 0) AS step_id
      FROM campaigns_recipient AS lead
      WHERE lead.campaign_id = %s AND lead.{moment} IS NOT NULL AND {which}
    ) AS found GROUP BY found.step_id, bucket
"""
# Why people got no further, in the words that stand at each of them.
_REASONS: Final = """
    SELECT status, reason, count(*) FROM campaigns_recipient
    WHERE campaign_id = %s AND status IN ('failed', 'skipped', 'held') AND reason <> ''
    GROUP BY status, reason ORDER BY count(*) DESC, reason LIMIT 60
"""
_PEOPLE: Final = """
    SELECT status, how, count(*) FROM campaigns_recipient WHERE campaign_id = %s GROUP BY status, how
"""


def outcome_of(status: str) -> str:
    """What a text's status counts as; whatever is not an end and has not left waits."""
    return _OUTCOMES.get(status, "waiting")


def statuses_of(outcome: str) -> list[str]:
    """The statuses that count as an outcome. Those of "waiting" are all others: an empty list."""
    return [status for status, found in _OUTCOMES.items() if found == outcome]


def count(campaign: Campaign) -> Counted:
    """Everything about one campaign, as JSON can hold it.

    people {status: leads}, how {how: completed leads}, replied (leads); reasons [status, sentence, leads],
    the most frequent first; texts [step id, version, status, code, reason,
    texts, micro-USD rated]; expected [step id, micro-USD]; went [step id, first, last]; answers [step id, replies,
    opt-outs]; grain (seconds) and series [epoch seconds, texts by OUTCOMES …, replies, opt-outs], oldest first.
    """
    step_ids = list(campaign.steps.values_list("id", flat=True))
    texts = _texts(step_ids)
    replies = _answers(campaign.pk, "replied_at", "lead.status <> 'opted_out'")
    opt_outs = _answers(campaign.pk, "ended_at", "lead.status = 'opted_out'")
    people, how = people_and_how(campaign.pk)
    grain, series = _series(texts, replies, opt_outs)
    return {
        "people": people,
        "how": how,
        "replied": sum(one[-1] for one in replies),
        "reasons": reasons(campaign.pk),
        "texts": _by_kind(texts),
        "expected": [[step_id, int(amount)] for step_id, amount in _expected(campaign.workspace_id, step_ids)],
        "went": _went(texts),
        "answers": _by_step(replies, opt_outs),
        "grain": grain,
        "series": series,
    }


def people_and_how(campaign_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Leads by status, every status there, so that the sum is the audience; and the completed ones by how."""
    people = dict.fromkeys(Recipient.Status.values, 0)
    completed = dict.fromkeys(Recipient.How.values, 0)
    for status, how, found in _ask(_PEOPLE, [campaign_id]):
        people[status] += found
        if status == Recipient.Status.COMPLETED and how:
            completed[how] += found
    return people, completed


def reasons(campaign_id: int) -> list[list[Any]]:
    """Status, reason and how many failed, skipped and held leads have both; the most frequent first."""
    return [list(row) for row in _ask(_REASONS, [campaign_id])]


def _texts(step_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """step, version, bucket, status, code, reason, texts, micro-USD, first, last."""
    statement = _TEXTS.format(bucket=_bucket("touch.at"), which=sql.any_of("touch.step_id"))
    found = _ask(statement, [sql.array(step_ids)])
    return [(*row[:2], _epoch(row[2]), *row[3:7], int(row[7] or 0), _moment(row[8]), _moment(row[9])) for row in found]


def _expected(workspace_id: int, step_ids: Collection[int]) -> list[tuple[Any, ...]]:
    return _ask(_EXPECTED.format(which=sql.any_of("touch.step_id")), [workspace_id, sql.array(step_ids)])


def _answers(campaign_id: int, moment: str, which: str) -> list[tuple[int, int, int]]:
    """step (0: before any text), bucket, people."""
    found = _ask(_ANSWERS.format(bucket=_bucket("found.at"), moment=moment, which=which), [campaign_id])
    return [(step_id, _epoch(bucket), people) for step_id, bucket, people in found]


def _by_kind(texts: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for step_id, version, _bucket, status, code, reason, texts_, price, *_ in texts:
        sums = found[(step_id, version, status, code, reason)]
        sums[0] += texts_
        sums[1] += price
    return [[*kind, *sums] for kind, sums in found.items()]


def _went(texts: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    first: dict[int, datetime] = {}
    last: dict[int, datetime] = {}
    for step_id, *_, began, ended in texts:
        first[step_id] = min(first.get(step_id, began), began)
        last[step_id] = max(last.get(step_id, ended), ended)
    return [[step_id, at.isoformat(), last[step_id].isoformat()] for step_id, at in first.items()]


def _by_step(replies: Sequence[tuple[int, int, int]], opt_outs: Sequence[tuple[int, int, int]]) -> list[list[int]]:
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for place, answers in enumerate((replies, opt_outs)):
        for step_id, _bucket, people in answers:
            found[step_id][place] += people
    return [[step_id, *sums] for step_id, sums in found.items()]


def _series(
    texts: Sequence[tuple[Any, ...]], replies: Sequence[tuple[int, int, int]], opt_outs: Sequence[tuple[int, int, int]]
) -> tuple[int, list[list[int]]]:
    """A text stands where it was asked for, as what it has come to; an answer where it came."""
    moments = [row[2] for row in texts] + [bucket for _step, bucket, _people in replies]
    grain = FINE if not moments or max(moments) - min(moments) <= FINE_ENOUGH else COARSE
    found: dict[int, list[int]] = defaultdict(lambda: [0] * (len(OUTCOMES) + 2))
    for row in texts:
        found[row[2] - row[2] % grain][OUTCOMES.index(outcome_of(row[3]))] += row[6]
    for place, answers in enumerate((replies, opt_outs), start=len(OUTCOMES)):
        for step_id, bucket, people in answers:
            if step_id:  # who had opted out before any text did not do so because of it
                found[bucket - bucket % grain][place] += people
    return grain, [[at, *numbers] for at, numbers in sorted(found.items())]


def _bucket(column: str) -> str:
    return _BUCKETS[connection.vendor].format(column=column)


def _epoch(bucket: Any) -> int:
    """The beginning of the ten minutes that a statement named, in epoch seconds."""
    if connection.vendor == "postgresql":
        return int(bucket) * FINE
    return int(datetime.fromisoformat(f"{bucket}0:00").replace(tzinfo=UTC).timestamp())


def _moment(value: Any) -> datetime:
    """SQLite gives the least of a column of times as the text that it stores."""
    return rows.moment(datetime.fromisoformat(value) if isinstance(value, str) else value)


def _ask(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
