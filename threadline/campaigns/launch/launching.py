"""Launching: what keeps a campaign from it, what is asked for before, and the launch itself, for pages and programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.campaigns import audience
from threadline.campaigns.drafts.creating import ACKNOWLEDGEMENT
from threadline.campaigns.launch import approval, launch_rules, repeated, scheduling
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, lifecycle
from threadline.campaigns.sequence import placeholders
from threadline.contacts.models import CustomField
from threadline.lib import deadlocks

State = Campaign.State


@dataclass(frozen=True, slots=True)
class Problem:
    """`kind`: it is in the way until it is put right, the launcher has to answer it, or it is only worth knowing.

    The rest as in Refused.
    """

    code: str
    sentence: str
    kind: Literal["blocks", "asks", "warns"] = "blocks"
    link: str = ""
    link_text: str = ""
    subject: str = ""

    @property
    def refused(self) -> Refused:
        return Refused(self.code, self.sentence, self.link, self.link_text, self.subject)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the launcher says: the number of people as typed, that a repeat is meant, that everybody has opted in."""

    typed: str = ""
    confirmed: bool = False
    acknowledged: bool = False


Check = Callable[[Campaign, LaunchRules, datetime], Problem | None]


def verb_of(campaign: Campaign) -> Literal["start", "schedule"]:
    """How it is launched: a drip starts, one whose first message has a date is scheduled."""
    return "start" if campaign.kind == Campaign.Kind.DRIP else "schedule"


def people(campaign: Campaign) -> int:
    """How many would be texted: everybody who still waits."""
    return campaign.recipients.filter(status__in=WAITING).count()


def checks(campaign: Campaign, now: datetime) -> list[Problem]:
    """Everything between a draft and its launch, in the order in which it is best put right."""
    rules = launch_rules.of(campaign.workspace)
    return [found for check in _CHECKS if (found := check(campaign, rules, now))]


def launch(
    campaign: Campaign,
    member: Member | None,
    now: datetime,
    typed: str = "",
    confirmed: bool = False,
    acknowledged: bool = False,
) -> Campaign:
    """Start or schedule it; launched already, it stays as it is. `member` is None for a program.

    Raises Refused for the first problem that is in the way or not answered: `typed` is the number of people,
    `confirmed` that a repeat is meant, `acknowledged` the opt-in where nobody has given it yet.
    """
    if campaign.state == State.DRAFT and audience.size(campaign).found <= audience.MOST:
        audience.refresh(campaign, now)  # longer lists are the engine's
    return _launch(campaign, member, now, Answers(typed, confirmed, acknowledged))


@deadlocks.retried
@transaction.atomic
def _launch(campaign: Campaign, member: Member | None, now: datetime, answers: Answers) -> Campaign:
    locked = lock(campaign.pk)
    verb = lifecycle.start if verb_of(locked) == "start" else lifecycle.schedule
    if locked.state != State.DRAFT:
        return verb(locked, member, now)  # somebody was quicker, or it cannot be done: it says which
    problems = checks(locked, now)
    for problem in problems:
        if problem.kind == "blocks" or (problem.kind == "asks" and not _answered(locked, problem, answers)):
            raise problem.refused
    if locked.acknowledged_at is None:
        _acknowledge(locked, member, now)
    asked = {problem.code for problem in problems}
    locked.repeat_meant = "repeated" in asked
    locked.launched_for = locked.recipients.count()
    if "filling" in asked:  # whoever is on the lists by now was meant
        locked.launched_for = max(locked.launched_for, audience.size(locked).people)
    locked.save(update_fields=["repeat_meant", "launched_for"])
    return verb(locked, member, now)


def _answered(campaign: Campaign, problem: Problem, answers: Answers) -> bool:
    if problem.code == "count":
        return _number(answers.typed) == people(campaign)
    return {"repeated": answers.confirmed, "acknowledge": answers.acknowledged}.get(problem.code, False)


def _number(typed: str) -> int | None:
    """As people write a large number: 1,204 or 1 204."""
    plain = "".join(typed.split()).replace(",", "").replace(".", "").replace("’", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None


def _acknowledge(campaign: Campaign, member: Member | None, now: datetime) -> None:
    campaign.acknowledged_by, campaign.acknowledged_at = member, now
    campaign.save(update_fields=["acknowledged_by", "acknowledged_at"])
    said = str(ACKNOWLEDGEMENT)
    audit.record(campaign.workspace, member, "campaign.acknowledged", campaign.public_id, acknowledged=said)


def _schedule(campaign: Campaign, _rules: LaunchRules, now: datetime) -> Problem | None:
    """The engine's own conditions: a message, and none of them in the past."""
    try:
        scheduling.check(campaign, verb_of(campaign), now)
    except Refused as refused:
        return Problem(refused.code, refused.sentence, "blocks", refused.link, refused.link_text, refused.subject)
    return None


def _number_ready(campaign: Campaign, _rules: LaunchRules, _now: datetime) -> Problem | None:
    refused = arming.cannot_send(campaign)
    if refused is None:
        return None
    return Problem(refused.code, refused.sentence, "blocks", refused.link, refused.link_text, refused.subject)


def _unknown_placeholder(campaign: Campaign, _rules: LaunchRules, _now: datetime) -> Problem | None:
    """A template or a copy may name a field that is gone since."""
    keys = set(CustomField.objects.filter(workspace=campaign.workspace_id).values_list("key", flat=True))
    for place, body in enumerate(campaign.steps.filter(removed_at=None).values_list("body", flat=True), start=1):
        if found := placeholders.problems(body, keys):
            sentence = _("Step %(n)d: %(problem)s") % {"n": place, "problem": found[0]}
            return Problem("placeholder", sentence, "blocks", "campaigns:settings", _("Change it"), campaign.public_id)
    return None


def _filling(campaign: Campaign, rules: LaunchRules, now: datetime) -> Problem | None:
    """Where their number counts, it has to be known before."""
    grown = campaign.list_version != campaign.list.version
    for rule in campaign.audience_rules.select_related("list", "tag"):
        held = rule.list or rule.tag
        grown = grown or (rule.look_at <= now if held is None else held.version != rule.version)
    if not grown:
        return None
    counts = rules.approval_from is not None or rules.typed_from is not None
    sentence = _("The people of the list are still being added. This takes some seconds; look again.")
    link = ("campaigns:launch", _("Look again"), campaign.public_id)
    return Problem("filling", sentence, "blocks" if counts else "warns", *link)


def _nobody(campaign: Campaign, _rules: LaunchRules, _now: datetime) -> Problem | None:
    if people(campaign):
        return None
    sentence = _("There is nobody to text yet. Whoever is added later is texted then.")
    return Problem("nobody", sentence, "warns", "campaigns:leads", _("Add leads"), campaign.public_id)


def _repeated(campaign: Campaign, _rules: LaunchRules, now: datetime) -> Problem | None:
    found = repeated.of(campaign, now)
    if found is None:
        return None
    sentence = ngettext(
        "“%(name)s” has the same first text for %(n)s of these people, within a day. Say that you mean it.",
        "“%(name)s” has the same first text for %(n)s of these people, within a day. Say that you mean it.",
        found.people,
    ) % {"name": found.campaign.name, "n": f"{found.people:,}"}
    return Problem("repeated", sentence, "asks", "campaigns:show", found.campaign.name, found.campaign.public_id)


def _acknowledgement(campaign: Campaign, _rules: LaunchRules, _now: datetime) -> Problem | None:
    if campaign.acknowledged_at is not None:
        return None
    return Problem("acknowledge", _("Confirm that everybody you text has opted in."), "asks")


def _count(campaign: Campaign, rules: LaunchRules, _now: datetime) -> Problem | None:
    number = people(campaign)
    if rules.typed_from is None or number < rules.typed_from:
        return None
    sentence = _("Type the number of people whom this campaign texts: %(n)s.") % {"n": f"{number:,}"}
    return Problem("count", sentence, "asks")


def _approval(campaign: Campaign, rules: LaunchRules, _now: datetime) -> Problem | None:
    number = people(campaign)
    if rules.approval_from is None or number < rules.approval_from:
        return None
    stands = approval.standing(campaign)
    if stands.what == "approved" and number <= stands.people:
        return None
    values = {"n": f"{number:,}", "approved": f"{stands.people:,}"}
    sentences = {
        "none": _("A campaign to %(n)s people has to be approved by another owner or admin. Ask for it."),
        "asked": _("It waits for the approval of another owner or admin."),
        "changed": _("The campaign was changed since approval was asked for. Ask for it again."),
        "sent_back": _("It was sent back. Change what was asked for, then ask for approval again."),
        "approved": _("%(approved)s people were approved, and there are %(n)s now. Ask for approval again."),
    }
    return Problem("approval", sentences[stands.what] % values)


# The first that is in the way is what a program hears of.
_CHECKS: tuple[Check, ...] = (
    _schedule,
    _unknown_placeholder,
    _number_ready,
    _filling,
    _approval,
    _nobody,
    _repeated,
    _acknowledgement,
    _count,
)
