"""Twilio's error answers: the JSON body and the codes that this sandbox can give."""

import json

from aiohttp import web

REST: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter: {0}"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20008: (403, "Resource not accessible with Test Account Credentials"),
    20009: (400, "Cannot delete this resource before it is in its final state"),
    20404: (404, "The requested resource {0} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    20503: (503, "Service unavailable"),
    21211: (400, "Invalid 'To' Phone Number: {0}"),
    21212: (400, "Invalid From Number (caller ID): {0}"),
    21266: (400, "'To' and 'From' number cannot be the same"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {0}"),
    21404: (400, "Trial accounts are allowed only one Twilio number. To purchase more, please upgrade"),
    21421: (400, "PhoneNumber {0} is invalid"),
    21422: (400, "PhoneNumber {0} is not available"),
    21451: (400, "Invalid area code: {0}"),
    21452: (400, "No phone numbers found in area code {0}"),
    21481: (400, "Invalid page token"),
    21502: (400, "Invalid {0}: it must be an absolute URL"),
    21601: (400, "Phone number is not a valid SMS-capable inbound phone number"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The From phone number {0} is not a valid, SMS-capable inbound phone number or short code for your account.",
    ),
    21608: (
        400,
        "The number {0} is unverified. Trial accounts cannot send messages to unverified numbers; verify {0} at "
        "twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send messages to unverified "
        "numbers",
    ),
    21609: (400, "The 'StatusCallback' URL {0} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number: {0}, is not currently reachable using the 'From' phone number: {1} via SMS."),
    21614: (400, "'To' number: {0}, is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21619: (400, "A text message body or media urls must be specified."),
    21620: (400, "Invalid media URL(s): {0}"),
    21621: (400, "The 'From' phone number {0} is not enabled for MMS"),
    21623: (400, "Number of media files exceeds allowed limit of 10"),
    21624: (400, "The ValidityPeriod {0} is invalid; it must be between 1 and 36000 seconds"),
    21649: (400, "Bundle required: this number needs an approved regulatory bundle"),
    21655: (400, "The ContentSid {0} is invalid or does not exist"),
    21659: (400, "'From' {0} is not a Twilio phone number or Short Code country mismatch"),
    21660: (400, "Mismatch between the 'From' number {0} and the account {1}"),
    21661: (400, "'From' number {0} is not SMS-capable"),
    21701: (404, "The Messaging Service {0} does not exist"),
    21703: (400, "The Messaging Service does not have a phone number available to send a message"),
    21704: (400, "The Messaging Service contains no phone numbers"),
    21710: (409, "Phone Number or Short Code is already in the Messaging Service."),
    21712: (409, "Phone Number or Short Code is associated with another Messaging Service."),
    21714: (400, "The Messaging Service has as many numbers as it can hold."),
    30409: (400, "Message cannot be cancelled: it is no longer scheduled"),
    35111: (400, "SendAt timestamp is missing"),
    35114: (400, "SendAt time must be between 300 seconds and 35 days in the future"),
    35115: (400, "SendAt is not a valid ISO 8601 date-time"),
    35118: (400, "MessagingServiceSid is required to schedule a message"),
    35126: (400, "ScheduleType must be 'fixed'"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
}

ASYNC: dict[int, str] = {
    21610: "Attempt to send to unsubscribed recipient",
    11751: "Media exceeds messaging provider size limit",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30011: "MMS not supported by the receiving phone number",
    30017: "Carrier network congestion",
    30019: "Content size exceeds carrier limit",
    30022: "US A2P 10DLC - Rate limits exceeded",
    30023: "US A2P 10DLC - Daily message cap reached",
    30024: "Sender not provisioned by carrier",
    30032: "Toll-free number has not been verified",
    30034: "US A2P 10DLC - Message from an unregistered number",
    30036: "Validity period expired",
    30410: "Provider timeout error",
    30450: "Message delivery blocked",
    63019: "Media failed to download",
}


class TwilioError(Exception):
    """An error answer with one of Twilio's codes; `values` fill the message of the catalogue."""

    def __init__(self, code: int, *values: str, status: int | None = None) -> None:
        known, text = REST.get(code, (400, ASYNC.get(code, f"Error {code}")))
        self.code, self.status, self.message = code, status or known, text.format(*values) if values else text
        super().__init__(self.message)

    def response(self) -> web.Response:
        """The answer Twilio gives: code, message, more_info, status."""
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else None
        return web.Response(text=json.dumps(body), status=self.status, content_type="application/json", headers=headers)


def meaning(code: int | None) -> str | None:
    """The words for an `error_code` on a message, or None when there is none."""
    if code is None:
        return None
    return ASYNC.get(code) or (REST[code][1] if code in REST else f"Error {code}")
