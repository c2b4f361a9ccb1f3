"""Placeholder pictures: a soft gradient as PNG, always the same for the same name."""

import hashlib
import struct
import zlib

WIDTH, HEIGHT = 320, 240


def draw(name: str) -> bytes:
    """A PNG of 320 by 240 whose colours come from the name."""
    seed = hashlib.sha256(name.encode()).digest()
    top, low = [120 + byte % 110 for byte in seed[:3]], [40 + byte % 110 for byte in seed[3:6]]
    lines = bytearray()
    for line in range(HEIGHT):
        share = line / (HEIGHT - 1)
        pixel = bytes(round(a + (b - a) * share) for a, b in zip(top, low, strict=True))
        lines += b"\0" + pixel * WIDTH
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(lines), 6)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
