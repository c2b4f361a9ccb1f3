"""Campaign, its steps, the people it writes to (leads), which step went to whom, and what surrounds them."""

from threadline.campaigns.models.audience import AudienceRule
from threadline.campaigns.models.campaign import Campaign
from threadline.campaigns.models.launch_rules import LaunchRules
from threadline.campaigns.models.pulse import Pulse
from threadline.campaigns.models.recipient import Recipient
from threadline.campaigns.models.simulation import Simulation
from threadline.campaigns.models.snapshot import Snapshot
from threadline.campaigns.models.step import Step
from threadline.campaigns.models.template import CampaignTemplate
from threadline.campaigns.models.touch import Touch

__all__ = [
    "AudienceRule",
    "Campaign",
    "CampaignTemplate",
    "LaunchRules",
    "Pulse",
    "Recipient",
    "Simulation",
    "Snapshot",
    "Step",
    "Touch",
]
