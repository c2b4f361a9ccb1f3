"""One click: a step's text with its Unicode characters replaced by what GSM-7 has, saved as the editor saves."""

from dataclasses import replace
from datetime import datetime

from threadline.accounts.models import Member
from threadline.campaigns.editing import saving
from threadline.campaigns.editing.settings import Settings
from threadline.campaigns.models import Campaign
from threadline.campaigns.simulator import characters


def replace_characters(campaign: Campaign, member: Member | None, step_id: int, now: datetime) -> bool:
    """Whether there was anything to replace. Raises Invalid, as saving.save does, also when texts are locked."""
    steps = Settings.of(campaign).steps
    changed = [replace(step, body=characters.replaced(step.body)) if step.id == step_id else step for step in steps]
    if changed == list(steps):
        return False
    saving.save_part(campaign, member, now, steps=changed)
    return True
