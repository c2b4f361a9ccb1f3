"""Rules about what people said: STOP, and whether they agreed in the first place."""

from typing import Any

from django.utils.translation import gettext as _

from threadline.compliance import consent
from threadline.compliance.optouts import ANY_LINE, InForce, blocks
from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts
from threadline.messaging.verdicts import Refuse, Verdict


def opted_out(entry: Entry, facts: Facts) -> Verdict | None:
    opt_outs = facts.opt_outs.get((entry.workspace_id, entry.address))
    if not opt_outs:
        return None
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    shared = [one.phone for one in facts.lines.values() if line and line.service and one.service == line.service]
    narrow = facts.terms_of(entry).narrow_stop
    if opt_out := blocks(opt_outs, line.phone if line else "", entry.automatic, shared, narrow):
        return Refuse("opted_out", _told(opt_out), "to")
    return None


def _told(opt_out: InForce) -> str:
    said = {"line": opt_out.line, "when": f"{opt_out.at:%d %B %Y}", "how": opt_out.word}
    if opt_out.line != ANY_LINE:
        reason = _("This person opted out of texts from %(line)s on %(when)s. They can text START to that number.")
        return reason % said
    reason = _(
        "This person wants no texts, an import says since %(when)s: %(how)s. They can text START, or come with an "
        "import that says yes."
    )
    return reason % said


def no_consent(entry: Entry, facts: Facts) -> Verdict | None:
    """Only where the workspace demands evidence: Not Defined may be texted otherwise (U23)."""
    if not facts.terms_of(entry).demand_consent or proof(entry, facts):
        return None
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    reason = _(
        "Not Defined: nothing on record proves that this person agreed to texts from %(line)s, and this workspace "
        "demands it. Record it on their page, or change it under Settings, Compliance."
    )
    return Refuse("no_consent", reason % {"line": line.phone if line else _("this number")}, "to")


def proof(entry: Entry, facts: Facts) -> consent.Standing | None:
    """The entry of the ledger that allows it."""
    entries = facts.consents.get((entry.workspace_id, entry.address))
    if not entries:
        return None
    line = facts.lines.get(entry.line_id) if entry.line_id else None
    return consent.evidence(entries, line.phone if line else "")


def seen(entry: Entry, facts: Facts) -> dict[str, Any]:
    """On what basis it is sent, always; and opt-outs, where there are any."""
    saw: dict[str, Any] = {"basis": _basis(entry, facts)} if facts.phase == "send" else {}
    if opt_outs := facts.opt_outs.get((entry.workspace_id, entry.address)):
        saw["opt_outs"] = [{"line": opt_out.line, "at": opt_out.at.isoformat()} for opt_out in opt_outs.values()]
    if found := proof(entry, facts):
        saw["consent"] = {"basis": found.basis, "at": found.at.isoformat(), "source": found.source}
    return saw


def _basis(entry: Entry, facts: Facts) -> str:
    """They wrote first, or agreed; else what the caller says; else it is the sender's own act."""
    if found := proof(entry, facts):
        return found.basis
    if (entry.workspace_id, entry.address) in facts.wrote:
        return consent.Basis.WROTE
    return entry.basis or "own act"
