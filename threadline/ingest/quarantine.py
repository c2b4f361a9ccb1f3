"""What happens to webhooks that we refuse: kept, capped per hour, with the sentence that says what to change."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from threadline.ingest.directory import Owner
from threadline.ingest.form import Fields
from threadline.ingest.models import Quarantined
from threadline.lib import clock
from threadline.numbers.models import Connection
from threadline.twilio.diagnosis import RequestFacts, diagnose

logger = logging.getLogger(__name__)

MOST_PER_HOUR = 60  # for each connection, and for requests that name none
KEPT = timedelta(days=30)
_KEPT_HEADERS = ("host", "x-forwarded-proto", "x-forwarded-host", "content-type", "user-agent")
_MOST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that was refused, and why: reasons as in the model."""

    reason: str
    owners: Sequence[Owner]
    path: str
    query: str
    scheme: str
    host: str
    remote: str
    headers: Mapping[str, str]
    fields: Fields
    body: bytes
    signature: str
    expected: Sequence[str]


class Quarantine:
    """Keeps refused requests for one process. `keep` asks the database and so belongs in a thread."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int | None, int], int] = {}

    def keep(self, refused: Refused) -> int:
        """Store the request once for each connection it concerns; returns how many rows that made."""
        connections: list[int | None] = [owner.connection_id for owner in refused.owners] or [None]
        rows = [
            Quarantined(
                connection_id=connection_id,
                path=refused.path[:200],
                url=f"{refused.scheme}://{refused.host}{refused.path}" + (f"?{refused.query}" if refused.query else ""),
                reason=refused.reason,
                diagnosis=_diagnosis(refused),
                headers={name: refused.headers[name] for name in _KEPT_HEADERS if name in refused.headers},
                body=_text(refused.body[:_MOST_BODY]),
                remote=refused.remote[:60],
                received_at=clock.now(),
            )
            for connection_id in connections
            if self._may_keep(connection_id)
        ]
        Quarantined.objects.bulk_create(rows)
        for row in rows:
            logger.warning("Refused a webhook (%s) on %s", row.reason, _without_key(row.path))
        return len(rows)

    def _may_keep(self, connection_id: int | None) -> bool:
        """Under the cap of the hour, here and, since several processes may receive, in the table."""
        slot = (connection_id, int(time.time() // 3600))
        if self._kept.get(slot, 0) >= MOST_PER_HOUR:
            return False
        if slot not in self._kept:
            self._kept = {key: count for key, count in self._kept.items() if key[1] == slot[1]}
            hour = clock.now() - timedelta(hours=1)
            whose = Q(connection=None) if connection_id is None else Q(connection_id=connection_id)
            self._kept[slot] = Quarantined.objects.filter(whose, received_at__gt=hour).count()
        self._kept[slot] += 1
        return self._kept[slot] <= MOST_PER_HOUR


def prune() -> int:
    """Delete refused requests older than 30 days; returns how many."""
    return Quarantined.objects.filter(received_at__lt=clock.now() - KEPT).delete()[0]


def _diagnosis(refused: Refused) -> str:
    """The sentence for the page: the setting to change, as far as the request tells."""
    if refused.reason == "unsigned":
        return _("It carries no signature, so it did not come from Twilio, or a proxy removes X-Twilio-Signature.")
    if refused.reason == "too_large":
        return _("It is larger than 64 kB, which no webhook of Twilio is.")
    if refused.reason == "wrong_method":
        return _("It came as GET, which leaves the text in logs. In Twilio, set the webhook's method to HTTP POST.")
    if refused.reason == "unknown_account":
        return _(
            "No connection here has this address or Account SID. Connect the account under Settings → Twilio "
            "Credentials, or remove the webhook in Twilio."
        )
    if refused.reason == "unknown_line":
        return _(
            "Several workspaces use this Twilio account and none of them chose this number. Choose it under "
            "Settings → Twilio Credentials, or use the workspace's own webhook address."
        )
    return _of_signature(refused)


def _of_signature(refused: Refused) -> str:
    location = f"{refused.path}?{refused.query}" if refused.query else refused.path
    expected = tuple(f"{base}{location}" for base in refused.expected) or (f"https://{refused.host}{location}",)
    facts = RequestFacts(
        expected=expected,
        params=refused.fields,
        signature=refused.signature,
        scheme=refused.scheme,
        host=refused.host,
        path=refused.path,
        query=refused.query,
        hosts=tuple(filter(None, [refused.headers.get("x-forwarded-host", "")])),
        other_tokens=_other_tokens(refused.owners),
    )
    for owner in refused.owners:
        if owner.token and (found := diagnose(owner.token, facts)):
            return found.sentence
    if not all(owner.token for owner in refused.owners):
        return _("The saved auth token cannot be read, because SECRET_KEY was changed. Save the credentials again.")
    return _(
        "It was signed with another auth token than the one saved here, or it is forged. If the token was changed in "
        "Twilio, save the new one under Settings → Twilio Credentials."
    )


def _other_tokens(owners: Sequence[Owner]) -> dict[str, str]:
    """Tokens of the same workspaces' other connections: perhaps the webhook was set on the wrong one."""
    mine = {owner.connection_id for owner in owners}
    others = Connection.objects.filter(workspace_id__in={owner.workspace_id for owner in owners}, removed_at=None)
    return {connection.name: connection.auth_token for connection in others.exclude(id__in=mine)[:20]}


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\x00", "")


def _without_key(path: str) -> str:
    """A path for the log: the key in it lets whoever has it post to that address."""
    parts = path.split("/")
    return "/".join([*parts[:2], "…", *parts[3:]]) if parts[1:2] == ["hooks"] else path
