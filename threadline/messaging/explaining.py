"""What the rules saw, in sentences: the receipt of one decision as a person reads it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.accounts.models import Member
from threadline.compliance.consent import Basis, Standing, agreed
from threadline.lib import phones
from threadline.lib.money import dollars
from threadline.messaging import acknowledged
from threadline.messaging.models import Receipt

Facts = Mapping[str, Any]


def sentences(receipt: Receipt, zone: tzinfo) -> list[str]:
    """What each rule looked at, in their order; days and times by the clock of `zone`."""
    facts: Facts = receipt.facts
    about = (_said, _number, _hours, _caps, _money)
    return [sentence for part in about for sentence in part(facts, zone)]


def _said(facts: Facts, zone: tzinfo) -> Iterator[str]:
    for stop in facts.get("opt_outs", ()):
        words = _("They opted out of texts from %(line)s on %(when)s.")
        if not stop["line"]:
            words = _("An import of %(when)s says that they want no texts.")
        yield words % {"line": phones.display(stop["line"]), "when": _when(stop["at"], zone)}
    if proof := facts.get("consent"):
        entry = Standing(True, proof["basis"], proof["source"], "", datetime.fromisoformat(proof["at"]))
        words = _("On record: %(how)s, %(when)s.")
        yield words % {"how": _lower(agreed(entry)), "when": _when(proof["at"], zone)}
    elif basis := facts.get("basis"):
        yield _basis(basis, zone)


def _basis(basis: str, zone: tzinfo) -> str:
    if basis == Basis.WROTE:
        return _("They have written to you before.")
    if basis == "own act":
        return _("Nothing on record says that they agreed (Not Defined); whoever sent it answers for it.")
    if found := acknowledged.read(basis):
        member, at = found
        who = Member.objects.select_related("user").filter(public_id=member).first() or _("a program")
        words = _("%(who)s confirmed the campaign's Opt-In Acknowledgment on %(when)s.")
        return _upper(words % {"who": who, "when": _when(at.isoformat(), zone)})
    return _("On whose word: %(basis)s.") % {"basis": basis}


def _number(facts: Facts, _zone: tzinfo) -> Iterator[str]:
    if facts.get("line") is None and "line" in facts:
        yield _("There was no number to send from.")
    elif facts.get("ready") is False:
        yield _("%(line)s could not text.") % {"line": phones.display(facts["line"])}


def _hours(facts: Facts, zone: tzinfo) -> Iterator[str]:
    if "wall" not in facts:
        return
    place = facts["zone"].rpartition("/")[2].replace("_", " ")
    quiet_from, quiet_to = facts["quiet"]
    said = {"time": facts["wall"], "place": place, "how": facts["zones_by"], "from": quiet_from, "to": quiet_to}
    if len(facts["zones"]) > 1:
        said["n"] = len(facts["zones"])
        words = _(
            "They may be in any of %(n)d time zones (%(how)s): it was %(time)s in %(place)s. "
            "Quiet hours are from %(from)s to %(to)s."
        )
    else:
        words = _("It was %(time)s in %(place)s (%(how)s). Quiet hours are from %(from)s to %(to)s.")
    yield words % said
    if "wrote_at" in facts:
        words = _("They last wrote on %(when)s.")
        if facts["answer"]:
            words = _("They wrote on %(when)s: an answer within 24 hours goes at any hour.")
        yield words % {"when": _when(facts["wrote_at"], zone)}


def _caps(facts: Facts, _zone: tzinfo) -> Iterator[str]:
    if cap := facts.get("cap"):
        words = ngettext(
            "%(texts)d automatic text in the last %(days)d days; at most %(most)d.",
            "%(texts)d automatic texts in the last %(days)d days; at most %(most)d.",
            cap["texts"],
        )
        yield words % cap
    if day := facts.get("day"):
        words = ngettext(
            "The number had sent %(texts)d text that day; at most %(most)d.",
            "The number had sent %(texts)d texts that day; at most %(most)d.",
            day["texts"],
        )
        yield words % day


def _money(facts: Facts, _zone: tzinfo) -> Iterator[str]:
    money = facts.get("money")
    if not money:
        return
    said = {name: dollars(amount) for name, amount in money.items()}
    if "budget" in money:
        yield _("It costs about %(cost)s; %(spent)s of this month's %(budget)s was spent.") % said
    else:
        yield _("It costs about %(cost)s; the wallet held %(left)s.") % said


def _when(moment: str, zone: tzinfo) -> str:
    local = datetime.fromisoformat(moment).astimezone(zone)
    return f"{formats.date_format(local, 'j F Y')}, {local:%H:%M}"


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
