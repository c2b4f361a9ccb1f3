"""Products and paths that this sandbox does not simulate: 404 in Twilio's form."""

from aiohttp import web

from .api import Call
from .errors import TwilioError


async def unknown(call: Call) -> web.Response:
    """Any method on a path that is not there."""
    raise TwilioError(20404, call.path)
