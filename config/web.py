"""The web process: uvicorn on the one ASGI application of config/asgi.py."""

import argparse
import os

from config import env


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C; open requests get DRAIN seconds to finish."""
    parser = argparse.ArgumentParser(prog="threadline web", description="Run the web process alone.")
    parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"), help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=env.number("PORT", 8000), help="port to listen on (8000)")
    parser.add_argument("--drain", type=int, default=8, help="seconds that open requests get at the end (8)")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("THREADLINE_LOCAL_URL", f"http://127.0.0.1:{options.port}")

    import uvicorn

    uvicorn.run(
        "config.asgi:application",
        host=options.host,
        port=options.port,
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # which proxies are believed is decided in one place: THREADLINE_TRUSTED_PROXIES
        log_level=env.text("LOG_LEVEL", "warning").lower(),
        timeout_graceful_shutdown=options.drain,
    )
    return 0
