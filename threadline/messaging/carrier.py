"""The carrier of a connection, for whatever this room reads there."""

from django.utils.translation import gettext as _

from threadline.lib.crypto import CannotUnsealError
from threadline.numbers.models import Connection
from threadline.twilio.client import CarrierError, Client


def client_of(connection: Connection) -> Client:
    """A client with the connection's credentials. Raises `CarrierError` when they cannot be read any more."""
    try:
        return Client(connection.account_sid, connection.auth_token, connection.base_url)
    except CannotUnsealError:
        sentence = _("The stored Auth Token cannot be read: the secret key has changed. Save the credentials again.")
        raise CarrierError("credentials", 0, sentence) from None
