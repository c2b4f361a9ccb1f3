"""Who is in a campaign: the people of its lists, tags and fields become leads, once each, but for those left out."""

from threadline.campaigns.audience.counting import Size, counts, size
from threadline.campaigns.audience.gaining import MOST
from threadline.campaigns.audience.joining import add, add_list, listed
from threadline.campaigns.audience.leaving import why as why_left_out
from threadline.campaigns.audience.ranking import rank
from threadline.campaigns.audience.refreshing import look, refresh, refresh_all

__all__ = [
    "MOST",
    "Size",
    "add",
    "add_list",
    "counts",
    "listed",
    "look",
    "rank",
    "refresh",
    "refresh_all",
    "size",
    "why_left_out",
]
