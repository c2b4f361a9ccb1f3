"""The rows of a campaign's steps: whether what was given can be kept, and keeping it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import F, Max
from django.utils.translation import gettext as _

from threadline.campaigns.editing import when
from threadline.campaigns.editing.given_steps import StepText
from threadline.campaigns.editing.settings import Checked
from threadline.campaigns.editing.when import When
from threadline.campaigns.models import Campaign, Step, Touch
from threadline.campaigns.sequence.steps import Stage, Timing
from threadline.messaging import uploads


def untouched(campaign: Campaign) -> bool:
    """Whether nobody was ever sent anything, so that nobody remembers by a position how far they have come."""
    if campaign.state != Campaign.State.DRAFT:
        return False
    asked_for = Touch.objects.filter(step__campaign=campaign).exists()
    return not asked_for and not campaign.recipients.exclude(step=0).exists()


def sent(campaign: Campaign) -> set[int]:
    """The ids of the steps that were asked for, for anybody."""
    ids = campaign.steps.values_list("pk", flat=True)
    return {pk for pk in ids if Touch.objects.filter(step=pk).exists()}


def check(campaign: Campaign, rows: dict[int, Step], checked: Checked, zone: str, now: datetime) -> None:
    """Whose steps they are, their order, their files, and when they go; what is wrong goes to `checked.errors`.

    `checked.steps` get the schedule and files that the steps have where none were given.
    """
    errors = checked.errors
    _check_order(campaign, rows, checked.steps, errors)
    if not checked.steps and campaign.state != Campaign.State.DRAFT:
        errors["steps"] = _("Keep at least one step, or stop the campaign.")
    checked.steps[:] = [_filled(step, rows) for step in checked.steps]
    for place, step in enumerate(checked.steps):
        try:
            uploads.choose(campaign.workspace_id, step.media or ())
        except uploads.Invalid as invalid:
            errors[f"steps.{place}.media"] = invalid.sentence
    if any(name.startswith("steps.") or name == "timezone" for name in errors):
        return
    _check_kind(campaign, checked.steps, errors)
    check_times(campaign, rows, checked.steps, zone, now, errors)


def check_times(
    campaign: Campaign,
    rows: dict[int, Step],
    given: Sequence[StepText],
    zone: str,
    now: datetime,
    errors: dict[str, str],
) -> None:
    """Dates that have passed and dates before those of the message that comes first, where nobody got it yet."""
    gone = set() if untouched(campaign) else sent(campaign)
    stages = [stage_of_given(step) for step in given]
    for place, step in enumerate(given):
        if step.id in gone or not _is_news(campaign, rows, step):
            continue
        if problem := when.in_the_past(stages[place], zone, now):
            errors[f"steps.{place}.at_date"] = problem
    for place, problem in when.out_of_order(stages, zone).items():
        if given[place].id not in gone:
            errors.setdefault(f"steps.{place}.{date_field(given[place])}", problem)


def save(campaign: Campaign, rows: dict[int, Step], given: list[StepText], now: datetime, new_ending: bool) -> bool:
    """Keep what was checked; whether anything changed. `new_ending`: the first text ends differently from now on."""
    kept = {one.id for one in given}
    touched = [_remove(step, now) for pk, step in rows.items() if pk not in kept]
    touched += [
        _change(rows[one.id], one, new_ending and not place) for place, one in enumerate(given) if one.id is not None
    ]
    last = max((step.position for step in rows.values()), default=0)
    new = [one for one in given if one.id is None]
    made = iter([_create(campaign, position, one) for position, one in enumerate(new, last + 1)])
    steps = [next(made) if one.id is None else rows[one.id] for one in given]
    if [step.position for step in steps] != sorted(step.position for step in steps):
        _renumber(campaign, steps)
        touched.append(True)
    return any(touched) or bool(new)


def _check_order(campaign: Campaign, rows: dict[int, Step], given: Sequence[StepText], errors: dict[str, str]) -> None:
    """Once something was sent, steps keep their order, because people remember by it how far they have come."""
    free = untouched(campaign)
    seen: set[int] = set()
    last, new = 0, False
    for place, one in enumerate(given):
        if one.id is None:
            new = True
            continue
        step = rows.get(one.id)
        if step is None:
            errors[f"steps.{place}"] = _("This campaign has no such step.")
        elif one.id in seen or (not free and (new or step.position <= last)):
            errors[f"steps.{place}"] = _(
                "Once texts have gone out, steps keep their order and new ones come after the others."
            )
        else:
            last = step.position
            seen.add(one.id)


def _check_kind(campaign: Campaign, given: Sequence[StepText], errors: dict[str, str]) -> None:
    """What runs as a drip stays one: its first message is not at a date (U1)."""
    if campaign.state == Campaign.State.DRAFT or not given:
        return
    first = given[0].when or When()
    if (first.timing == Timing.AFTER) != (campaign.kind == Campaign.Kind.DRIP):
        errors["steps.0.timing"] = _(
            "This campaign sends as people join, so its first message has no date. "
            "Create another campaign to start at a date."
        )


def _filled(step: StepText, rows: dict[int, Step]) -> StepText:
    row = rows.get(step.id) if step.id is not None else None
    timing = step.when or (When.of(row) if row else When())
    media = step.media if step.media is not None else tuple(row.media) if row else ()
    return replace(step, when=timing, media=media)


def date_field(step: StepText) -> str:
    """The field that says how late it goes."""
    fields = {Timing.AT.value: "at_date", Timing.FIELD.value: "offset_days"}
    return fields.get((step.when or When()).timing, "wait_hours")


def _is_news(campaign: Campaign, rows: dict[int, Step], step: StepText) -> bool:
    """A date that is new, or of a campaign that has not begun; one that has passed while it runs may stay."""
    row = rows.get(step.id) if step.id is not None else None
    return campaign.state == Campaign.State.DRAFT or row is None or When.of(row) != step.when


def stage_of_given(step: StepText) -> Stage:
    """What was given and checked, as the engine would see it."""
    timing = step.when or When()
    wait = timedelta(hours=float(step.wait_hours))
    return Stage(0, 0, step.body, 0, wait, False, **timing.columns())


def _create(campaign: Campaign, position: int, one: StepText) -> Step:
    return Step.objects.create(
        campaign=campaign,
        position=position,
        body=one.body,
        wait_hours=one.wait_hours,
        media=list(one.media or ()),
        **(one.when or When()).columns(),
    )


def _remove(step: Step, now: datetime) -> bool:
    if step.removed_at is not None:
        return False
    step.removed_at = now
    step.save(update_fields=["removed_at"])
    return True


def _change(step: Step, given: StepText, new_ending: bool) -> bool:
    """A step that somebody else removed meanwhile comes back: it is among what was given last."""
    columns = {
        "body": given.body,
        "media": list(given.media or ()),
        "wait_hours": given.wait_hours,
        "removed_at": None,
        **(given.when or When()).columns(),
    }
    changed = {name: value for name, value in columns.items() if getattr(step, name) != value}
    if new_ending or changed.keys() & {"body", "media"}:
        changed["version"] = step.version + 1
    for name, value in changed.items():
        setattr(step, name, value)
    if changed:
        step.save(update_fields=list(changed))
    return bool(changed)


def _renumber(campaign: Campaign, steps: Iterable[Step]) -> None:
    """Positions 1, 2 … in this order, the removed ones behind them; all make room first, since each is unique."""
    last = campaign.steps.aggregate(last=Max("position"))["last"] or 0
    campaign.steps.update(position=F("position") + last)
    alive = [step.pk for step in steps]
    removed = campaign.steps.exclude(pk__in=alive).order_by("position").values_list("pk", flat=True)
    for position, pk in enumerate([*alive, *removed], start=1):
        Step.objects.filter(pk=pk).update(position=position)
