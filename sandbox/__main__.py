"""`python -m sandbox --port N --data DIR`: runs the simulated carrier in the foreground until Ctrl-C."""

import argparse
import asyncio
import contextlib
import logging
import signal
import socket
from pathlib import Path

from aiohttp import web

from . import hosts
from .app import build
from .network import Network


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (default 8081)")
    parser.add_argument("--data", type=Path, required=True, help="folder for sandbox.sqlite3")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--callback-base", default="", help="how the application reaches this sandbox (MediaUrl)")
    parser.add_argument("--allow-host", action="append", default=[], help="another Host name to answer as")
    parser.add_argument("--speed", choices=("real", "fast"), help="set the speed at the start")
    return parser.parse_args()


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    listener = socket.create_server((options.host, options.port), backlog=512)
    port = listener.getsockname()[1]
    shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host
    url = f"http://{shown}:{port}"
    network = Network(options.data, options.callback_base or url)
    if options.speed:
        network.set_speed(options.speed)
    names = {hosts.host_of(network.base_url) or "", options.host, *options.allow_host}
    runner = web.AppRunner(build(network, frozenset(names)), access_log=None, shutdown_timeout=5)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=512).start()
    print(f"Sandbox ready on {url} (simulated carrier: nothing leaves this machine)", flush=True)  # noqa: T201
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    """Start with uvloop where it is installed."""
    logging.basicConfig(level=logging.WARNING, format="sandbox %(levelname)s %(message)s")
    options = arguments()
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
