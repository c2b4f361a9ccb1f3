"""Campaign, its steps, the people it writes to (leads), and which step went to whom."""

from threadline.campaigns.models.campaign import Campaign
from threadline.campaigns.models.recipient import Recipient
from threadline.campaigns.models.step import Step
from threadline.campaigns.models.touch import Touch

__all__ = ["Campaign", "Recipient", "Step", "Touch"]
