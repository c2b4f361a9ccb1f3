"""Why a webhook's signature does not match: which other URL or token would have verified. Never used to accept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from threadline.twilio.signature import Params, verify

Kind = Literal["token", "scheme", "host", "port", "prefix", "slash", "query", "several"]


@dataclass(frozen=True)
class RequestFacts:
    """What is known of a badly signed request.

    `expected` are the URLs that were tried, the likeliest first; `scheme`, `host` (with port), `path` and `query` (raw,
    without "?") are as they reached us; `hosts` and `prefixes` are further ones that a proxy or an older setting names;
    `other_tokens` maps a connection's display name to its token.
    """

    expected: tuple[str, ...]
    params: Params
    signature: str
    scheme: str
    host: str
    path: str
    query: str = ""
    hosts: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    other_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Diagnosis:
    """The URL that Twilio signed, what differs from ours, and the sentence that says what to change."""

    kind: Kind
    url: str
    sentence: str


def diagnose(token: str, facts: RequestFacts) -> Diagnosis | None:
    """Search the variants of our public URL, fewest changes first, then other connections' tokens; None: not Twilio."""
    if not facts.signature or not facts.expected:
        return None
    variants = sorted(_variants(facts), key=lambda variant: len(variant[0]))
    for changes, url in variants:
        if verify(token, [url], facts.params, facts.signature, facts.body):
            kind: Kind = changes[0] if len(changes) == 1 else "several" if changes else "host"
            return Diagnosis(kind, url, _sentence(kind, url, facts.expected[0]))
    for name, other in facts.other_tokens.items():
        for _changes, url in variants:
            if verify(other, [url], facts.params, facts.signature, facts.body):
                return Diagnosis("token", url, _other_token(name))
    return None


def _variants(facts: RequestFacts) -> Iterator[tuple[tuple[Kind, ...], str]]:
    """Every combination of scheme, host, path and query that might have been meant, with what differs."""
    ours = urlsplit(facts.expected[0])
    schemes = dict.fromkeys([ours.scheme, facts.scheme, "https", "http"])
    others = [urlsplit(url).netloc for url in facts.expected[1:]]
    hosts = dict.fromkeys([ours.netloc, facts.host, *facts.hosts, *others])
    paths: dict[str, tuple[Kind, ...]] = {ours.path: ()}
    for prefix in ("", *facts.prefixes):
        paths.setdefault(prefix.rstrip("/") + facts.path, ("prefix",))
    for path, change in list(paths.items()):
        paths.setdefault(path.rstrip("/") if path.endswith("/") else f"{path}/", (*change, "slash"))
    queries: dict[str, tuple[Kind, ...]] = {ours.query: ()}
    queries.setdefault(facts.query, ("query",))
    queries.setdefault("", ("query",))
    for scheme, host, (path, path_change), (query, query_change) in product(
        schemes, filter(None, hosts), paths.items(), queries.items()
    ):
        changes: list[Kind] = []
        if scheme != ours.scheme:
            changes.append("scheme")
        if host != ours.netloc:
            changes.append("port" if host.partition(":")[0] == ours.hostname else "host")
        url = f"{scheme}://{host}{path}" + (f"?{query}" if query else "")
        yield (*changes, *path_change, *query_change), url


def _sentence(kind: Kind, url: str, ours: str) -> str:
    theirs, mine = urlsplit(url), urlsplit(ours)
    values = {
        "url": url,
        "ours": ours,
        "their_base": f"{theirs.scheme}://{theirs.netloc}",
        "their_scheme": theirs.scheme,
        "our_scheme": mine.scheme,
        "their_path": theirs.path,
        "our_path": mine.path,
    }
    if kind == "scheme":
        text = _(
            "Twilio called %(their_scheme)s, THREADLINE_URL says %(our_scheme)s. "
            "Set THREADLINE_URL to %(their_base)s, or set the webhooks in Twilio again."
        )
    elif kind in {"host", "port"}:
        text = _(
            "Twilio signed for %(their_base)s, which is not THREADLINE_URL. "
            "Set THREADLINE_URL to %(their_base)s, or set the webhooks in Twilio again."
        )
    elif kind == "prefix":
        text = _(
            "Twilio called the path %(their_path)s, we are known as %(our_path)s. "
            "Make the path of THREADLINE_URL the one your proxy serves, or set the webhooks in Twilio again."
        )
    elif kind == "slash":
        text = _("Twilio's webhook is %(url)s: only the slash at its end differs. Set the webhooks in Twilio again.")
    elif kind == "query":
        text = _("The query of Twilio's webhook %(url)s was changed on its way. Let the proxy pass it unchanged.")
    else:
        text = _(
            "Twilio signed for %(url)s, we are known as %(ours)s. "
            "Set THREADLINE_URL to %(their_base)s, or set the webhooks in Twilio again."
        )
    return text % values


def _other_token(name: str) -> str:
    return _(
        "This is signed with the auth token of “%(name)s”, another connection. "
        "Set that connection's webhooks in Twilio again, so that its texts arrive at its own address."
    ) % {"name": name}
