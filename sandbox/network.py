"""The whole simulated network: state, faults, timers and webhooks, tied together once per process."""

import asyncio
from pathlib import Path

import aiohttp

from . import fetching, seed
from .accounts import Account, Accounts
from .carrier import Carrier
from .faults import Faults
from .habits import Habits
from .live import Hub
from .numbers import Numbers
from .pump import Pump
from .recorder import Recorder
from .services import Services
from .store import Store

SPEEDS = ("real", "fast")


class Network:
    """Everything a request needs. `base_url` is how this sandbox is reached, without a trailing slash."""

    def __init__(self, data: Path, base_url: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.base_url = base_url.rstrip("/")
        self.store = Store(data / "sandbox.sqlite3")
        self.recorder, self.hub = Recorder(), Hub()
        self._load()
        self.stopping = asyncio.Event()
        self.fetches: set[asyncio.Task[None]] = set()
        self.carrier, self.pump = Carrier(self), Pump(self)

    def _load(self) -> None:
        self.accounts = Accounts(self.store)
        self.numbers = Numbers(self.store)
        self.services = Services(self.store, self.numbers)
        self.faults, self.habits = Faults(self.store), Habits(self.store)
        self.speed: str = self.store.recall("speed", "real")
        if not self.accounts.by_sid:
            seed.plant(self.store, self.accounts, self.numbers)

    @property
    def main(self) -> Account:
        """The account of the first start."""
        return next(iter(self.accounts.by_sid.values()))

    def set_speed(self, mode: str) -> None:
        """Go in real time or as fast as possible. Raises ValueError."""
        if mode not in SPEEDS:
            raise ValueError(f"mode must be one of {', '.join(SPEEDS)}")
        self.speed = mode
        self.store.remember("speed", mode)
        if mode == "fast":
            self.store.write("UPDATE messages SET next_at = 0 WHERE next_at IS NOT NULL AND status != 'scheduled'")
        self.carrier.wake()

    async def start(self) -> None:
        """Begin timers and webhooks; what was pending at the last stop goes on."""
        self.store.attach(asyncio.get_running_loop())
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=3)
        self.session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True, trust_env=False
        )
        self.carrier.start()
        self.pump.start()
        fetching.resume(self)

    async def stop(self) -> None:
        """Let webhooks in flight finish (5 s at most), then close."""
        self.stopping.set()
        for task in list(self.fetches):
            task.cancel()
        await asyncio.gather(*self.fetches, return_exceptions=True)
        await self.carrier.stop()
        await self.pump.stop()
        await self.session.close()
        self.store.close()

    def forget(self, accounts: bool = False) -> None:
        """Forget texts, opt-outs and faults; with `accounts`, start from a new account too."""
        self.pump.clear()
        tables = ["messages", "media", "optouts", "handsets", "deliveries", "answered", "intended"]
        if accounts:
            tables += ["accounts", "verified", "numbers", "services", "meta"]
        for table in tables:
            self.store.write(f"DELETE FROM {table}")
        self.store.write("DELETE FROM meta WHERE name IN ('faults', 'habits', 'speed')")
        self.recorder.ring.clear()
        self._load()
        if not accounts:
            seed.handsets(self.store)
        self.hub.hint("")
