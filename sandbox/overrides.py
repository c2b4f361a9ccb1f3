"""Connection overrides in a webhook's URL fragment, such as `#rc=3&rp=ct,rt,5xx&ct=2000`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

RANGES = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


@dataclass(frozen=True)
class Overrides:
    """Timeouts in milliseconds, retry count and what to retry on: `ct`, `rt`, `4xx`, `5xx`, `all`."""

    ct: int = 5_000
    rt: int = 15_000
    tt: int = 15_000
    rc: int = 1
    rp: frozenset[str] = frozenset({"ct"})

    def retries(self, outcome: str) -> bool:
        """Whether an outcome (`ct`, `rt`, `4xx`, `5xx`, `ok`) is tried again."""
        return outcome != "ok" and (outcome in self.rp or "all" in self.rp)


def split(url: str) -> tuple[str, Overrides]:
    """The URL without its fragment, and what the fragment overrides; nonsense is ignored."""
    bare, _, fragment = url.partition("#")
    given = dict(parse_qsl(fragment))
    numbers = {
        name: min(max(int(given[name]), low), high)
        for name, (low, high) in RANGES.items()
        if given.get(name, "").isdecimal()
    }
    policy = frozenset(given["rp"].split(",")) if "rp" in given else frozenset({"ct"})
    return bare, Overrides(**numbers, rp=policy)
