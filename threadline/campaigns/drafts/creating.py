"""Creating a campaign (U21): one form, filled in completely, its acknowledgement recorded with who gave it and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.accounts import audit, permissions
from threadline.accounts.models import Member, Workspace
from threadline.campaigns import audience
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.contacts import lists
from threadline.contacts.models import ContactList
from threadline.events.publish import Happening, publish
from threadline.events.types import CAMPAIGN_CHANGED
from threadline.numbers.models import Number

# Letter for letter (003-4); what was acknowledged is kept in the audit trail.
ACKNOWLEDGEMENT: Final = gettext_lazy(
    "I understand that I am required to obtain and store opt-in approval for every mobile number texted."
)
NEW_LIST: Final = "new"
LONGEST_NAME: Final = 120
_MOST_NAMES: Final = 1000  # "Spring (2)" … "Spring (1000)"


@dataclass(frozen=True, slots=True)
class Details:
    """What the form holds: public ids, as they came. `owner` "" is whoever creates it; `list` may be NEW_LIST."""

    name: str
    number: str
    list: str
    owner: str = ""
    acknowledged: bool = False
    channel: str = "sms"


def create(workspace: Workspace, member: Member | None, details: Details, now: datetime) -> Campaign:
    """The new campaign, a draft without texts, sending at any time. `member` is None for a program. Raises Invalid."""
    checked = _Checked(workspace, member, details)
    if checked.errors:
        raise Invalid(checked.errors)
    try:
        with transaction.atomic():
            campaign = _create(workspace, member, checked, now)
    except IntegrityError:  # somebody took the name at the same moment
        if name_taken(workspace, checked.name):
            raise Invalid({"name": taken(checked.name)}) from None
        raise
    if campaign.list.size <= audience.MOST:
        audience.refresh(campaign, now)  # the page that opens next shows them; longer lists are the engine's
    return campaign


def name_taken(workspace: Workspace, name: str, besides: Campaign | None = None) -> bool:
    """Names differ by more than capitals; a campaign is in nobody's way but others'."""
    others = Campaign.objects.exclude(pk=besides.pk) if besides else Campaign.objects
    return others.filter(workspace=workspace, name__iexact=name).exists()


def owners(workspace: Workspace) -> list[Member]:
    """Who may own a campaign: members who may send."""
    return permissions.who_may(workspace, "send")


class _Checked:
    """The details with their rows, and what is wrong with them."""

    def __init__(self, workspace: Workspace, member: Member | None, details: Details) -> None:
        self.errors: dict[str, str] = {}
        self.workspace = workspace
        if details.channel != "sms":
            self.errors["channel"] = _("Only SMS campaigns can be created so far.")
        self.name = check_name(workspace, details.name, self.errors)
        self.number = self._number(details.number)
        self.owner = self._owner(details.owner, member)
        self.list = None if details.list == NEW_LIST else check_list(workspace, details.list, self.errors)
        if not details.acknowledged:
            self.errors["acknowledged"] = _("Confirm that everybody you text has opted in.")

    def _number(self, public_id: str) -> Number | None:
        found = find_number(self.workspace, public_id)
        if found is None:
            self.errors["number"] = number_problem(public_id)
        return found

    def _owner(self, public_id: str, member: Member | None) -> Member | None:
        if public_id:
            return check_owner(self.workspace, public_id, self.errors)
        able = owners(self.workspace)
        return member if member in able else next(iter(able), None)


def check_name(workspace: Workspace, given: str, errors: dict[str, str], campaign: Campaign | None = None) -> str:
    """The name as it is kept; `campaign` is the one that gets it, None for a new one."""
    name = " ".join(given.replace("\x00", "").encode(errors="replace").decode().split())
    if not name:
        errors["name"] = _("Give the campaign a name.")
    elif len(name) > LONGEST_NAME:
        sentence = _("The name has %(n)s characters; at most %(most)s are possible.")
        errors["name"] = sentence % {"n": len(name), "most": LONGEST_NAME}
    elif name_taken(workspace, name, campaign):
        errors["name"] = taken(name)
    return name


def check_owner(workspace: Workspace, public_id: str, errors: dict[str, str]) -> Member | None:
    """The member who shall own it."""
    found = next((one for one in owners(workspace) if one.public_id == public_id), None)
    if found is None:
        errors["owner"] = _("The owner has to be a member of this workspace who may send texts.")
    return found


def check_list(workspace: Workspace, public_id: str, errors: dict[str, str]) -> ContactList | None:
    """The list whose people it texts."""
    plain = public_id.replace("\x00", "")
    found = ContactList.objects.filter(workspace=workspace, public_id=plain).first() if plain else None
    if found is None:
        errors["list"] = _("Choose a contact list, or a new one.")
    return found


def find_number(workspace: Workspace, public_id: str) -> Number | None:
    """A number of the workspace that texts can go out from, by its public id."""
    plain = public_id.replace("\x00", "")
    return Number.objects.textable().filter(workspace=workspace, public_id=plain).first() if plain else None


def number_problem(public_id: str) -> str:
    """Why `find_number` found none."""
    if not public_id:
        return _("Choose the number that the texts go out from.")
    return _("This number cannot text, or is not one of this workspace's. Choose another.")


def _create(workspace: Workspace, member: Member | None, checked: _Checked, now: datetime) -> Campaign:
    campaign = Campaign.objects.create(
        workspace=workspace,
        name=checked.name,
        number=checked.number,
        list=checked.list or _new_list(workspace, checked.name, member, now),
        owner=checked.owner,
        created_by=member,
        acknowledged_by=member,
        acknowledged_at=now,
        timezone=workspace.timezone,
        created_at=now,
    )
    audit.record(
        workspace,
        member,
        "campaign.created",
        campaign.public_id,
        name=campaign.name,
        number=checked.number.phone if checked.number else "",
        list=campaign.list.name,
        owner=str(checked.owner or ""),
        acknowledged=str(ACKNOWLEDGEMENT),
    )
    publish([Happening(workspace.pk, CAMPAIGN_CHANGED, campaign.public_id)])
    return campaign


def _new_list(workspace: Workspace, name: str, member: Member | None, now: datetime) -> ContactList:
    """A list called as the campaign, or nearly so."""
    for serial in range(1, _MOST_NAMES):
        ending = f" ({serial})" if serial > 1 else ""
        try:
            with transaction.atomic():
                return lists.create(workspace, name[: LONGEST_NAME - len(ending)] + ending, member, now)
        except lists.NameTaken:
            continue
    raise Invalid({"list": _("A list of this name exists already. Choose it, or another name for the campaign.")})


def taken(name: str) -> str:
    """That another campaign has this name."""
    return _("There is a campaign called “%(name)s” already. Choose another name.") % {"name": name}
