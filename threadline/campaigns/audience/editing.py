"""Changing whom a draft texts: lists, tags and fields that are added or taken away. Its leads follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import states
from threadline.campaigns.audience import leaving, ranking, sources
from threadline.campaigns.audience.sources import By
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.locking import lock
from threadline.campaigns.models import AudienceRule, Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import follow
from threadline.campaigns.states import Editable
from threadline.contacts.models import ContactList, CustomField
from threadline.events.publish import Happening
from threadline.lib import deadlocks, doorbell

Mode = AudienceRule.Mode
Status = Recipient.Status
MOST_RULES: Final = 30
LONGEST_VALUE: Final = 200
FIELDS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "company": gettext_lazy("Company"),
    "email": gettext_lazy("E-mail"),
    "timezone": gettext_lazy("Time zone"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: `what` is "list:lst_…", "tag:tag_…", "field:pet_name" or "field:contact.company"."""

    mode: str
    what: str
    value: str = ""  # of a field


def locked_because(campaign: Campaign) -> str:
    """Why its audience cannot be changed, in a sentence; "" when it can."""
    if campaign.state in states.ENDED:
        return states.ended_sentence(campaign)
    if campaign.state == Campaign.State.DRAFT and states.editable(campaign) == Editable.ALL:
        return ""
    if campaign.state == Campaign.State.DRAFT:
        return _("After a restart only the schedule can be changed. Whoever is put on the list still becomes a lead.")
    return _(
        "Its lists, tags and fields are locked once a campaign has been launched. Whoever is put on the list still "
        "becomes a lead; to text other people, duplicate the campaign."
    )


@deadlocks.retried
@transaction.atomic
def add(campaign: Campaign, member: Member | None, chosen: Chosen, now: datetime) -> AudienceRule:
    """Have one more list, tag or field put people in, or leave them out. Raises Refused, Invalid ("what", "value")."""
    locked = _locked(campaign)
    columns = _columns(locked, chosen)
    rules = locked.audience_rules.all()
    if rules.filter(**columns).exists():
        raise Invalid({"what": _("That is chosen already. Remove it where it stands to use it differently.")})
    if columns.get("list") == locked.list:
        raise Invalid({"what": _("That is the campaign's own contact list: its people belong to it.")})
    if rules.count() >= MOST_RULES:
        raise Invalid({"what": _("A campaign has at most %(most)s of these. Remove one first.") % {"most": MOST_RULES}})
    rule = AudienceRule.objects.create(campaign=locked, mode=chosen.mode, look_at=now, **columns)
    _changed(locked, member, "audience.added", rule, now)
    return rule


@deadlocks.retried
@transaction.atomic
def remove(campaign: Campaign, member: Member | None, rule_id: int, now: datetime) -> None:
    """Take a list, tag or field away again; a rule that is gone already is no matter. Raises Refused.

    Whom only it put in is no lead any more, whom only it left out becomes one when the engine catches up.
    """
    locked = _locked(campaign)
    rule = locked.audience_rules.filter(pk=rule_id).first()
    if rule is None:
        return
    rule.delete()
    _changed(locked, member, "audience.removed", rule, now, start_over(locked, now))


def no_list_because(campaign: Campaign, chosen: ContactList) -> str:
    """Why this cannot become the contact list of a draft, in a sentence; "" when it can."""
    if not campaign.audience_rules.filter(list=chosen).exists():
        return ""
    sentence = _("“%(name)s” is in this campaign’s audience already. Remove it there to make it its contact list.")
    return sentence % {"name": chosen.name}


def start_over(campaign: Campaign, now: datetime) -> list[Happening]:
    """Something else puts people in from now on, in the transaction that has a draft locked; what to publish.

    Whom nothing puts in any more is no lead, whoever was left out is asked again, the engine catches up with new ones.
    """
    campaign.list_version, campaign.list_cursor = -1, 0
    campaign.save(update_fields=["list_version", "list_cursor"])
    campaign.audience_rules.update(version=-1, cursor=0, look_at=now)
    left_out = campaign.recipients.filter(status=Status.REMOVED, how=Recipient.How.EXCLUDED)
    left_out.update(how=Recipient.How.AGAIN)
    reason = _("None of the campaign’s lists, tags and fields has them.")
    happenings = leaving.strangers(campaign, sources.of(campaign), reason, now)
    if campaign.priority == Campaign.Priority.LIST:
        ranking.rank(campaign)
    return happenings


def words(rule: AudienceRule, labels: dict[str, str]) -> str:
    """A rule as people read it; `labels` are the names of custom fields by key."""
    if rule.list is not None:
        return rule.list.name
    if rule.tag is not None:
        return rule.tag.name
    own = FIELDS.get(rule.field_key.removeprefix(sources.OURS))
    known = rule.field_key.startswith(sources.OURS) and own is not None
    label = str(own) if known else labels.get(rule.field_key, rule.field_key)
    return _("%(field)s is %(value)s") % {"field": label, "value": rule.field_value}


def _locked(campaign: Campaign) -> Campaign:
    locked = lock(campaign.pk)
    if sentence := locked_because(locked):
        raise Refused("locked", sentence)
    return locked


def _columns(campaign: Campaign, chosen: Chosen) -> dict[str, Any]:
    """Of the rule. Raises Invalid."""
    if chosen.mode not in Mode.values:
        raise Invalid({"what": _("Say whether these people are added or left out.")})
    by, _colon, which = chosen.what.replace("\0", "").partition(":")
    if by == By.FIELD:
        return {"by": by, "field_key": _field(campaign, which), "field_value": _value(chosen.value)}
    held: Any = {By.LIST: campaign.workspace.lists, By.TAG: campaign.workspace.tags}.get(By(by)) if by in By else None
    found = held.filter(public_id=which).first() if held is not None else None
    if found is None:
        raise Invalid({"what": _("Choose a list, a tag or a field.")})
    return {"by": by, by: found}


def _field(campaign: Campaign, key: str) -> str:
    own = key.removeprefix(sources.OURS)
    if own != key and own in FIELDS:
        return key
    if not CustomField.objects.filter(workspace=campaign.workspace, key=key).exists():
        raise Invalid({"what": _("Choose a list, a tag or a field.")})
    return key


def _value(given: str) -> str:
    value = " ".join(given.replace("\0", "").encode(errors="replace").decode().split())
    if not value:
        raise Invalid({"value": _("Write the value that the field has for these people.")})
    if len(value) > LONGEST_VALUE:
        raise Invalid({"value": _("A value has at most %(most)s characters.") % {"most": LONGEST_VALUE}})
    return value


def _changed(
    campaign: Campaign,
    member: Member | None,
    verb: str,
    rule: AudienceRule,
    now: datetime,
    happenings: Sequence[Happening] = (),
) -> None:
    facts = {"mode": rule.mode, "by": rule.by, "what": words(rule, {})}
    audit.record(campaign.workspace, member, f"campaign.{verb}", campaign.public_id, **facts)
    follow.tell([campaign.pk], now, happenings)
    doorbell.ring_on_commit("campaigns")
