"""Test texts: one message of a campaign to a phone of one's own, exactly as a lead would read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from threadline.accounts.models import Member
from threadline.campaigns.editing import preview as previews
from threadline.campaigns.editing.preview import Preview
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import opt_out_line, placeholders
from threadline.campaigns.sequence.steps import Stage, sequence_of
from threadline.lib import phones
from threadline.messaging import uploads
from threadline.messaging.outgoing import MessageRef, Outgoing
from threadline.messaging.send import send

SOURCE = "test"


@dataclass
class Typed:
    """What the form holds: which step (its place from 1), as which lead (a contact's public id), to which phone."""

    place: str = "1"
    lead: str = ""
    phone: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as it would be read, and the files that go with it."""

    place: int
    text: str
    media: tuple[str, ...]  # public ids of uploads


def phone_of(member: Member) -> str:
    """The phone on the member's profile, as people write it; "" when there is none."""
    return phones.display(member.user.phone, member.workspace.country) if member.user.phone else ""


def samples(campaign: Campaign, lead: str = "") -> tuple[Preview, list[Sample]]:
    """Every message as the lead (or the next one, or an example) reads it."""
    stages = sequence_of(campaign.pk).alive
    preview = previews.of(campaign, [stage.body for stage in stages], lead)
    values = placeholders.values_of(preview.who) if preview.who else dict(previews.EXAMPLE)
    return preview, [_sample(campaign, place, stage, values) for place, stage in enumerate(stages, start=1)]


def send_one(campaign: Campaign, member: Member, typed: Typed, now: datetime) -> MessageRef:
    """Ask for it through the gate, and keep the phone on the member's profile. Raises Invalid with what is wrong."""
    _preview, found = samples(campaign, typed.lead)
    phone = phones.parse(typed.phone, campaign.workspace.country)
    errors = {}
    sample = next((one for one in found if str(one.place) == typed.place), None)
    if sample is None:
        errors["place"] = _("Choose the message to send.")
    if phone.e164 is None:
        errors["phone"] = str(phone.reason.sentence)
    if errors or sample is None or phone.e164 is None:
        raise Invalid(errors)
    outcome = send(campaign.workspace, [_outgoing(campaign, member, sample, phone.e164)], now)[0]
    if outcome.message is None:
        raise Invalid({"phone": getattr(outcome.verdict, "reason", "")})
    if member.user.phone != phone.e164:
        member.user.phone = phone.e164
        member.user.save(update_fields=["phone"])
    return outcome.message


def _outgoing(campaign: Campaign, member: Member, sample: Sample, to: str) -> Outgoing:
    try:
        media = uploads.urls(campaign.workspace_id, sample.media)
    except uploads.Invalid as invalid:
        raise Invalid({"place": invalid.sentence}) from None
    return Outgoing(
        to=to,
        body=sample.text,
        number_id=campaign.number_id,
        source=SOURCE,
        member_id=member.pk,
        media_urls=media,
        allow_duplicate=True,  # whoever changes a word and changes it back wants to see it again
    )


def _sample(campaign: Campaign, place: int, stage: Stage, values: dict[str, Any]) -> Sample:
    text = placeholders.compile(stage.body).render(values)
    line = campaign.opt_out_line if place == 1 else ""
    return Sample(place, opt_out_line.ended_with(text, line), stage.media)
