"""The approval of a second person: asked for, given or refused for exactly one state of a campaign."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit, permissions
from threadline.accounts.models import AuditEntry, Member
from threadline.campaigns.drafts import copying
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.events.publish import Happening, publish
from threadline.events.types import CAMPAIGN_CHANGED
from threadline.lib import deadlocks

LONGEST_NOTE: Final = 500
_DIGITS: Final = 40  # of the digest: what is approved is "<people>:<digest>"
_ENTRIES: Final = ("campaign.approval_asked", "campaign.approved", "campaign.sent_back")


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands. `what` is none, asked, approved, changed (since either) or sent_back; `people` as approved.

    `who` asked, approved or sent it back, `at` when; `asker` is who has to be another one. A program asks for whoever
    made its key.
    """

    what: Literal["none", "asked", "approved", "changed", "sent_back"]
    people: int = 0
    who: Member | None = None
    at: datetime | None = None
    note: str = ""
    asker: Member | None = None


def standing(campaign: Campaign) -> Standing:
    """Whether it is asked for or given, for the campaign as it is now."""
    entries = AuditEntry.objects.filter(workspace=campaign.workspace_id, subject=campaign.public_id)
    last = entries.filter(action__in=_ENTRIES).select_related("member__user").order_by("-id").first()
    if last is None:
        return Standing("none")
    if not campaign.approved_what:
        back = last.action == "campaign.sent_back"
        return Standing("sent_back", 0, last.member, last.at, last.facts.get("note", "")) if back else Standing("none")
    people, _colon, what = campaign.approved_what.partition(":")
    asked = entries.filter(action="campaign.approval_asked").select_related("member__user").order_by("-id").first()
    asker = asked.member if asked else None
    state: Literal["asked", "approved", "changed"] = "approved" if campaign.approved_at else "asked"
    if what != digest(campaign):
        state = "changed"
    return Standing(state, int(people), last.member, last.at, "", asker)


def digest(campaign: Campaign) -> str:
    """Of what is approved: the messages with their times and files, how it sends, the number, who is in it."""
    rules = campaign.audience_rules.order_by("id")
    columns = ("mode", "by", "list", "tag", "field_key", "field_value")
    what: dict[str, Any] = {
        "steps": [copying.plain(step) for step in copying.steps(campaign)],
        "settings": copying.plain(copying.settings(campaign)),
        "number": campaign.number_id,
        "list": campaign.list_id,
        "rules": [list(row) for row in rules.values_list(*columns)],
    }
    written = json.dumps(what, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:_DIGITS]


@deadlocks.retried
@transaction.atomic
def ask(campaign: Campaign, member: Member | None, people: int, now: datetime) -> Campaign:
    """Ask for the approval of the campaign as it is now, to so many people.

    Raises Refused when it is no draft, and when no member stands behind the program that asks: who is the other one?
    """
    locked = _draft(campaign)
    if member is None:
        raise Refused(
            "no_asker",
            _(
                "Another member has to approve it than the one who asks, and this API key was made on the server, by "
                "none of them. Ask on the campaign's page, or with a key that a member made under Settings, API keys."
            ),
        )
    locked.approval_asked_at, locked.approved_by, locked.approved_at = now, None, None
    locked.approved_what = f"{people}:{digest(locked)}"
    _save(locked)
    audit.record(locked.workspace, member, "campaign.approval_asked", locked.public_id, people=people)
    publish([Happening(locked.workspace_id, CAMPAIGN_CHANGED, locked.public_id)])
    return locked


@deadlocks.retried
@transaction.atomic
def approve(campaign: Campaign, member: Member, now: datetime) -> Campaign:
    """Say yes to exactly what was asked for. Raises Refused: to one's own request, or to what has changed since."""
    locked = _draft(campaign)
    stands = _asked(locked, member)
    locked.approved_by, locked.approved_at = member, now
    _save(locked)
    audit.record(locked.workspace, member, "campaign.approved", locked.public_id, people=stands.people)
    publish([Happening(locked.workspace_id, CAMPAIGN_CHANGED, locked.public_id)])
    return locked


@deadlocks.retried
@transaction.atomic
def send_back(campaign: Campaign, member: Member, note: str, now: datetime) -> Campaign:
    """Say no, with what has to change. Raises Refused as `approve` does, and without a note."""
    locked = _draft(campaign)
    _asked(locked, member)
    note = note.replace("\x00", "").strip()[:LONGEST_NOTE]
    if not note:
        raise Refused("no_note", _("Write what has to change, so that whoever asked knows."))
    locked.approval_asked_at, locked.approved_what = None, ""
    _save(locked)
    audit.record(locked.workspace, member, "campaign.sent_back", locked.public_id, note=note)
    publish([Happening(locked.workspace_id, CAMPAIGN_CHANGED, locked.public_id)])
    return locked


def may_decide(stands: Standing, member: Member) -> bool:
    """Whether the member can say yes or no to what is asked for."""
    return stands.what == "asked" and member.may("approve_campaigns") and stands.asker != member


def others(member: Member) -> list[Member]:
    """Who could approve what this member asks for."""
    return [one for one in permissions.who_may(member.workspace, "approve_campaigns") if one != member]


def _draft(campaign: Campaign) -> Campaign:
    locked = lock(campaign.pk)
    if locked.state != Campaign.State.DRAFT:
        raise Refused("not_possible", _("The campaign has been launched already."))
    return locked


def _asked(locked: Campaign, member: Member) -> Standing:
    stands = standing(locked)
    if stands.what == "changed":
        raise Refused(
            "changed", _("The campaign was changed since approval was asked for. It has to be asked for anew.")
        )
    if stands.what != "asked":
        raise Refused("not_asked", _("Nobody asks for an approval of this campaign now."))
    if stands.asker == member:
        raise Refused("own_request", _("Another owner or admin has to approve what you ask for."))
    return stands


def _save(locked: Campaign) -> None:
    locked.save(update_fields=["approval_asked_at", "approved_by", "approved_at", "approved_what"])
