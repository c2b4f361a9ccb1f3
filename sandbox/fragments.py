"""The parts of the handsets page, as HTML; each is shown with the page and fetched again when something is new."""

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from . import clock, handsets, icons, phones, switches
from .errors import meaning

if TYPE_CHECKING:
    from .network import Network

LATELY = 12
FAILURES = {
    "ct": "could not be reached",
    "rt": "did not answer in time",
    "redirects": "redirects for ever",
    "url": "has an unusable webhook address",
}
GOOD, WAITING = (
    frozenset({"delivered", "read", "received"}),
    frozenset({"queued", "accepted", "scheduled", "sending", "sent"}),
)


def phone_list(network: "Network", chosen: str) -> str:
    """The phones, latest first."""
    rows = []
    for handset in handsets.listed(network):
        phone, name = handset["phone"], handset["name"] or phones.pretty(handset["phone"])
        current = ' aria-current="page"' if phone == chosen else ""
        preview = escape(handset["preview"] or "No texts yet")
        rows.append(
            f'<li><a href="/handsets/{quote(phone)}"{current}><span class="avatar" aria-hidden="true">'
            f'{escape(initials(name))}</span><span class="who"><span class="name">{escape(name)}</span>'
            f'<span class="preview">{preview}</span></span>{moment(handset["last_at"])}</a></li>'
        )
    return f"<ul>{''.join(rows)}</ul>" if rows else '<p class="empty">No phones yet. Add one below.</p>'


def thread(network: "Network", phone: str) -> str:
    """The texts on a phone, oldest first, under the number they were exchanged with."""
    texts, parts, other = handsets.texts(network, phone), [], ""
    for text in texts:
        mine = text["from"] == phone
        number = text["to"] if mine else text["from"]
        if number != other:
            other = number
            parts.append(f'<p class="with">{escape(number_name(network, number))}</p>')
        side = "mine" if mine else "theirs"
        body = f"<p>{escape(text['body'])}</p>" if text["body"] else ""
        files = "".join(_file(file) for file in text["media"])
        parts.append(f'<div class="bubble {side}" data-sid="{text["sid"]}">{files}{body}{moment(text["date"])}</div>')
    if not parts:
        return '<p class="empty">No texts on this phone yet. Write one below, or text it from your application.</p>'
    return "".join(parts) + _opted_out(network, phone)


def switch_list(network: "Network", phone: str) -> str:
    """The switches of a phone, then those of the whole network."""
    mine = "".join(_switch(network, switch, phone) for switch in switches.PHONE)
    all_ = "".join(_switch(network, switch, None) for switch in switches.EVERYBODY)
    return f'<ul class="switches">{mine}</ul><h3>Everybody</h3><ul class="switches">{all_}</ul>'


def lately(network: "Network") -> str:
    """The last outgoing texts with their fate, and the last webhooks that failed."""
    rows = network.store.rows(
        "SELECT * FROM messages WHERE direction != 'inbound' AND hidden = 0 ORDER BY id DESC LIMIT ?", (LATELY,)
    )
    items = [_fate(dict(row)) for row in rows]
    failed = [entry for entry in network.pump.newest(50) if entry["outcome"] != "ok"][-3:]
    for entry in reversed(failed):
        code = f"{entry['error_code']}: " if entry["error_code"] else ""
        words = f"{code}your app {FAILURES.get(entry['outcome'], 'answered')} {entry['status'] or ''}".strip()
        items.insert(0, f'<li class="bad"><span>{escape(words)}</span><code>{escape(entry["url"])}</code></li>')
    return f'<ul class="lately">{"".join(items)}</ul>' if items else '<p class="small">Nothing sent yet.</p>'


def number_list(network: "Network") -> str:
    """The numbers of all accounts and where their texts are posted."""
    items = []
    for number in network.numbers.by_phone.values():
        url = number.settings["sms_url"]
        hook = f"<code>{escape(url)}</code>" if url else '<span class="small">no webhook: texts are only logged</span>'
        items.append(f"<li><span>{escape(number_name(network, number.phone))}</span>{hook}</li>")
    return f'<ul class="lately">{"".join(items)}</ul>'


def speed(network: "Network") -> str:
    """The two speeds as buttons."""
    buttons = (("real", "Real time"), ("fast", "Fast"))
    return "".join(
        f'<button name="mode" value="{mode}" aria-pressed="{str(network.speed == mode).lower()}">{label}</button>'
        for mode, label in buttons
    )


def number_options(network: "Network", phone: str) -> str:
    """The numbers a phone can text, the one it last spoke with chosen."""
    texts = handsets.texts(network, phone, limit=1)
    last = texts[-1]["to"] if texts and texts[-1]["from"] == phone else texts[-1]["from"] if texts else ""
    return "".join(
        f'<option value="{known}"{" selected" if known == last else ""}>{escape(number_name(network, known))}</option>'
        for known in network.numbers.by_phone
    )


def number_name(network: "Network", phone: str) -> str:
    """`Main line · (415) 555-0110`, or the number alone."""
    number = network.numbers.by_phone.get(phone)
    name = str(number.settings["friendly_name"]) if number else ""
    pretty = phones.pretty(phone)
    return f"{name} · {pretty}" if name and name != pretty else pretty


def initials(name: str) -> str:
    """One or two letters for an avatar; `#` for a bare number."""
    letters = [word[0] for word in name.split() if word[0].isalpha()]
    return "".join(letters[:2]).upper() or "#"


def moment(text: str | None) -> str:
    """A time element; the page's script writes it in the reader's zone."""
    return f'<time datetime="{text}">{text[11:16]}</time>' if text else ""


def _opted_out(network: "Network", phone: str) -> str:
    rows = network.store.rows("SELECT scope FROM optouts WHERE phone = ? ORDER BY created", (phone,))
    names = ", ".join(number_name(network, row["scope"]) for row in rows)
    return f'<p class="out">{icons.STOP}Opted out of {escape(names)}. Text START to lift it.</p>' if rows else ""


def _file(file: dict[str, str]) -> str:
    if file["content_type"].startswith("image/"):
        return f'<img src="{escape(file["url"])}" alt="Attached picture" loading="lazy">'
    return f'<a class="file" href="{escape(file["url"])}">{escape(file["content_type"])}</a>'


def _switch(network: "Network", switch: switches.Switch, phone: str | None) -> str:
    on = str(switches.is_on(network.faults, switch, phone)).lower()
    return (
        f'<li><button role="switch" aria-checked="{on}" name="switch" value="{switch.name}">'
        f'<span class="track" aria-hidden="true"></span><span class="says">{escape(switch.label)}'
        f"<small>{escape(switch.effect)}</small></span></button></li>"
    )


def _fate(row: dict[str, Any]) -> str:
    status = row["status"]
    tone = "good" if status in GOOD else "waiting" if status in WAITING else "bad"
    why = f" · {row['error_code']} {meaning(row['error_code'])}" if row["error_code"] else ""
    sign = {"good": icons.CHECK, "waiting": icons.CLOCK, "bad": icons.CROSS}[tone]
    return (
        f"<li><span>To {escape(phones.pretty(row['recipient']))} {moment(clock.iso(row['created']))}</span>"
        f'<span class="fate {tone}">{sign}{escape(status + why)}</span></li>'
    )
