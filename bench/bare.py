"""The reference for PERF-1: an aiohttp + uvloop loop that POSTs texts and stores nothing: `python -m bench.bare`."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator

import aiohttp
import uvloop

AT_ONCE = 100


async def post_all(url: str, count: int) -> dict[str, float]:
    """POST that many texts, a hundred at once; returns texts per second and processor time per text."""
    texts = iter(range(count))
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    login = {"Authorization": aiohttp.encode_basic_auth("AC" + "0" * 32, "1" * 32)}
    address = f"{url}/~api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    async with aiohttp.ClientSession(connector=connector, headers=login) as session:
        started, processor = time.perf_counter(), time.process_time()
        await asyncio.gather(*(_post(session, address, texts) for _ in range(AT_ONCE)))
        took = time.perf_counter() - started
        return {"rate": count / took, "processor_us": (time.process_time() - processor) / count * 1e6}


async def _post(session: aiohttp.ClientSession, url: str, texts: Iterator[int]) -> None:
    for n in texts:
        form = {"To": f"+1813{n:07d}", "From": "+18335550100", "Body": f"Your appointment is tomorrow, number {n}."}
        async with session.post(url, data=form) as answer:
            assert answer.status == 201
            assert (await answer.json())["sid"]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(post_all(sys.argv[1], int(sys.argv[2])))) + "\n")
