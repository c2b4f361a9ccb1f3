"""Public ids: "msg_" and 26 letters, sortable by the time they were made."""

import os
import struct
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]  # ten bits each

_STEP = struct.Struct("I")

_lock = threading.Lock()
_last_ms = 0
_last_noise = 0
_stamp = ""


def new(prefix: str) -> str:
    """Return a fresh public id: prefix, underscore, 26 lowercase base32 characters.

    48 bits of Unix milliseconds, then 80 random bits, as in a UUIDv7 or ULID. Ids made by one process sort in
    the order they were made, also within a millisecond and when the clock steps back.
    """
    return several(prefix, 1)[0]


def several(prefix: str, count: int) -> list[str]:
    """Fresh public ids, in the order they sort."""
    global _last_ms, _last_noise, _stamp
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms > _last_ms:
            _last_ms = ms
            # The top bit stays clear, so that a millisecond of steps below cannot overflow the 80 bits.
            _last_noise = int.from_bytes(os.urandom(10), "big") >> 1
            high, low = ms >> 20, ms & 0xFFFFF
            _stamp = _pairs3(high) + _PAIRS[low >> 10] + _PAIRS[low & 1023]
        before = f"{prefix}_{_stamp}"
        noise, made = _last_noise, []
        upper, shown = -1, ""
        for (step,) in _STEP.iter_unpack(os.urandom(_STEP.size * count)):
            noise += 1 + step
            if noise >> 40 != upper:  # it rarely changes from one id to the next
                upper = noise >> 40
                shown = f"{before}{_PAIRS[upper >> 30]}{_pairs3(upper & 0x3FFFFFFF)}"
            made.append(
                f"{shown}{_PAIRS[(noise >> 30) & 1023]}{_PAIRS[(noise >> 20) & 1023]}"
                f"{_PAIRS[(noise >> 10) & 1023]}{_PAIRS[noise & 1023]}"
            )
        _last_noise = noise
    return made


def _pairs3(bits: int) -> str:
    """Six characters for 30 bits."""
    return _PAIRS[bits >> 20] + _PAIRS[(bits >> 10) & 1023] + _PAIRS[bits & 1023]
