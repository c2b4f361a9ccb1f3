"""A campaign's people and messages as CSV, a piece at a time: however many there are, no statement is long."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.results.counting import COST
from threadline.campaigns.sequence.steps import Sequence as Steps
from threadline.campaigns.sequence.steps import sequence_of
from threadline.lib import csv_lines, money, rows
from threadline.messaging import states

VERB: Final = "manage_campaigns"  # who may take the list of people out of the house
PIECE: Final = 1_000  # rows of one statement

_PEOPLE: Final = f"""
    SELECT lead.id, contact.public_id, lead.address, contact.name, lead.status, lead.how, lead.reason, lead.step,
      lead.added_at, lead.first_text_at, lead.last_text_at, lead.replied_at, lead.ended_at, (
        SELECT sum({COST}) FROM campaigns_touch AS touch
        JOIN messaging_message AS message ON message.id = touch.message_id WHERE touch.recipient_id = lead.id
      )
    FROM campaigns_recipient AS lead JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    WHERE lead.campaign_id = %s AND lead.id > %s ORDER BY lead.id LIMIT %s
"""
_MESSAGES: Final = f"""
    SELECT lead.id, contact.public_id, lead.address, contact.name, step.position, touch.version, message.body,
      message.status, message.error_code, message.error, message.segments, {COST}, message.price IS NOT NULL,
      touch.at, message.sent_at, message.sid
    FROM (
      SELECT id, contact_id, address FROM campaigns_recipient WHERE campaign_id = %s AND id > %s ORDER BY id LIMIT %s
    ) AS lead
    JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    LEFT JOIN campaigns_touch AS touch ON touch.recipient_id = lead.id
    LEFT JOIN messaging_message AS message ON message.id = touch.message_id
    LEFT JOIN campaigns_step AS step ON step.id = touch.step_id
    ORDER BY lead.id, touch.at, touch.id
"""


def filename(campaign: Campaign, what: str) -> str:
    """ "march-follow-up-people-2026-11-22.csv"."""
    name = slugify(campaign.name)[:60] or campaign.public_id
    return f"{name}-{what}-{timezone.localdate():%Y-%m-%d}.csv"


def people(campaign: Campaign) -> Iterator[str]:
    """Lines of CSV: a header, then everybody who ever was a lead, in the order in which they were added."""
    yield csv_lines.line(
        [
            *(_("Person"), _("Phone"), _("Name"), _("Status"), _("How"), _("Reason"), _("Step reached")),
            *(_("Added"), _("First text"), _("Last text"), _("Replied"), _("Ended"), _("Cost (USD)")),
        ]
    )
    place = _places(sequence_of(campaign.pk))
    for _pk, public_id, phone, name, status, how, reason, step, *times, cost in _pieces(_PEOPLE, campaign):
        words = (_word(Recipient.Status, status), _word(Recipient.How, how), reason)
        moments = (_moment(at) for at in times)
        yield csv_lines.line([public_id, phone, name, *words, place(step), *moments, _dollars(cost)])


def messages(campaign: Campaign) -> Iterator[str]:
    """Lines of CSV: a header, then every text with its words as they were sent, person by person."""
    yield csv_lines.line(
        [
            *(
                _("Person"),
                _("Phone"),
                _("Name"),
                _("Step"),
                _("Version"),
                _("Text"),
                _("Status"),
                _("Code"),
                _("Reason"),
            ),
            *(_("Segments"), _("Cost (USD)"), _("Settled"), _("Asked for"), _("Sent"), _("Twilio SID")),
        ]
    )
    place = _places(sequence_of(campaign.pk))
    for _pk, public_id, phone, name, step, version, body, status, *found in _pieces(_MESSAGES, campaign):
        if version is None:
            continue  # somebody who has got none
        code, reason, segments, cost, settled, at, sent_at, sid = found
        yield csv_lines.line(
            [
                *(public_id, phone, name, place(step), str(version), body, str(states.of(status).word)),
                *(str(code or ""), reason, str(segments), _dollars(cost), _("yes") if settled else _("no")),
                *(_moment(at), _moment(sent_at), sid or ""),
            ]
        )


def _pieces(statement: str, campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """Its rows, whose first column is the id of a lead; each statement has the texts of a lead whole."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [campaign.pk, last, PIECE])
            found = cursor.fetchall()
        yield from found
        if not found:
            return
        last = found[-1][0]


def _places(sequence: Steps) -> Callable[[int], str]:
    """The place on the page of a step's position: "2", "" before the first, "removed" for one that is gone."""
    by_position = {stage.position: str(place) for place, stage in enumerate(sequence.alive, start=1)}
    return lambda position: by_position.get(position, _("removed")) if position else ""


def _word(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _moment(at: datetime | None) -> str:
    """By the clock that counts, which the caller has made the current one, with its offset."""
    if at is None:
        return ""
    return timezone.localtime(rows.moment(at)).isoformat(timespec="seconds")


def _dollars(micros: Any) -> str:
    """ "0.0166"; a database may give the sum as a decimal, or none."""
    return money.dollars(int(micros or 0)).removeprefix("$").replace(",", "")
