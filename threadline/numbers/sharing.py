"""Lines that share opt-outs, because they are in one Messaging Service at Twilio (U11)."""

from collections.abc import Mapping

from threadline.numbers.models import Number


def services(workspace_id: int) -> dict[str, str]:
    """The Messaging Service of each number that is in one, by phone. One query.

    Numbers that are not used here, or gone, count too: what was said to one of them holds for the others.
    """
    rows = Number.objects.filter(workspace_id=workspace_id).exclude(service_sid="")
    return dict(rows.in_use_first().reverse().values_list("phone", "service_sid"))


def mates(services: Mapping[str, str], phone: str) -> list[str]:
    """The other phones in the same service."""
    service = services.get(phone)
    return [other for other, its in services.items() if service and its == service and other != phone]


def names(workspace_id: int) -> dict[int, list[str]]:
    """For each number in use, by id, what those it shares with are called; one that shares with none is left out."""
    pools: dict[str, list[Number]] = {}
    used = Number.objects.filter(workspace_id=workspace_id, gone_at=None).claimed().exclude(service_sid="")
    for number in used.default_first():
        pools.setdefault(number.service_sid, []).append(number)
    return {
        number.pk: [str(other) for other in pool if other.pk != number.pk]
        for pool in pools.values()
        if len(pool) > 1
        for number in pool
    }
