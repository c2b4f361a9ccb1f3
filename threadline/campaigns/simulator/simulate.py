"""simulate(): a whole campaign in seconds, from now on or from when it begins. Reads, and writes nothing."""

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from threadline.campaigns.launch import scheduling
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence.steps import sequence_of
from threadline.campaigns.simulator import elsewhere, people
from threadline.campaigns.simulator.gatekeeper import Gatekeeper
from threadline.campaigns.simulator.recorder import Recorder
from threadline.campaigns.simulator.result import Result
from threadline.campaigns.simulator.run import Run
from threadline.campaigns.simulator.texts import Texts

Progress = Callable[[float], None]  # gets the share that is done, from 0 to 1


def simulate(
    campaign: Campaign, now: datetime, progress: Progress = lambda share: None, recorder: Recorder | None = None
) -> Result:
    """What would happen if the campaign sent by itself from now on, nobody answered, and every text arrived at once.

    `recorder` may be one that looks at every text. What `progress` raises ends the run.
    """
    began = time.perf_counter()
    sequence = sequence_of(campaign.pk)
    start = scheduling.begins_at(campaign, now) or now
    texts = Texts(campaign, sequence)
    audience = people.load(campaign, sequence, texts, start)
    gatekeeper = Gatekeeper(campaign, audience.people, start)
    recorder = recorder or Recorder(sequence)
    total = len(audience.people)
    busy = elsewhere.busy(campaign, sequence, audience.people, start)
    run = Run(campaign, sequence, audience.people, texts, gatekeeper, recorder, busy, start)
    unfinished = run.go(lambda done: progress(done / total))
    result = recorder.result(start, campaign.timezone)
    result.people, result.held, result.unfinished = total, audience.held, unfinished
    if not campaign.complete_on_reply:
        result.least = result.cost
    result.notes = gatekeeper.notes
    if run.paused:
        zone = ZoneInfo(campaign.timezone)
        sentence = _("The campaign pauses itself on %(when)s. %(why)s")
        when = f"{date_format(run.now.astimezone(zone), 'j F')}, {run.now.astimezone(zone):%H:%M}"
        result.notes.append(sentence % {"when": when, "why": run.paused})
    elif unfinished:
        result.notes.append(_("Some people would still wait in three years: nothing further was looked at."))
    result.seconds = round(time.perf_counter() - began, 3)
    return result
