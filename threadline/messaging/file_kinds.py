"""What a file is, by its first bytes, and how large the carrier takes it. Names and browsers' claims prove nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

HEAD: Final = 512  # bytes that decide
MOST_BYTES: Final = (
    5 * 1024 * 1024
)  # of all files of a text; pictures are made smaller by the carrier where a phone needs it
MOST_BYTES_OF_OTHERS: Final = 500 * 1024  # nobody makes these smaller, and networks refuse more


@dataclass(frozen=True, slots=True)
class Kind:
    """A type that is taken: its ending, the most bytes, and how its beginning looks."""

    content_type: str
    ending: str
    most_bytes: int
    fits: Callable[[bytes], bool]


def kind_of(head: bytes) -> Kind | None:
    """The kind of a file by its beginning; None for what the carrier does not take."""
    return next((kind for kind in KINDS if kind.fits(head)), None)


def by_name(name: str) -> Kind | None:
    """The kind of a file of ours by its name, whose ending we gave it."""
    return next((kind for kind in KINDS if name.endswith(kind.ending)), None)


def refusal(head: bytes) -> str:
    """Why a file of no kind is not taken, as a sentence with the way out."""
    if _brand(b"heic", b"heix", b"mif1", b"msf1", b"avif")(head):
        return _("Phones do not show HEIC pictures in texts. Save it as JPEG and attach that.")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _("Phones do not show WebP pictures in texts. Save it as JPEG or PNG and attach that.")
    if head.lstrip()[:1] == b"<":
        return _("This is a web page or drawing, which texts cannot carry. Attach a JPEG, PNG or GIF picture.")
    return _(
        "Texts cannot carry this kind of file. Attach a JPEG, PNG or GIF picture, a PDF, a contact, sound or film."
    )


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """The family of MP4 files, told apart by their brand."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12].startswith(brands)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _words(words: bytes) -> Callable[[bytes], bool]:
    """Text that begins with these words, in any case, after a byte order mark or none."""
    return lambda head: head.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(words)].upper() == words


def _mpeg_sound(head: bytes) -> bool:
    return head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2))


KINDS: Final = (
    Kind("image/jpeg", ".jpg", MOST_BYTES, _starts(b"\xff\xd8\xff")),
    Kind("image/png", ".png", MOST_BYTES, _starts(b"\x89PNG\r\n\x1a\n")),
    Kind("image/gif", ".gif", MOST_BYTES, _starts(b"GIF87a", b"GIF89a")),
    Kind("application/pdf", ".pdf", MOST_BYTES_OF_OTHERS, _starts(b"%PDF-")),
    Kind("text/vcard", ".vcf", MOST_BYTES_OF_OTHERS, _words(b"BEGIN:VCARD")),
    Kind("text/calendar", ".ics", MOST_BYTES_OF_OTHERS, _words(b"BEGIN:VCALENDAR")),
    Kind("audio/mpeg", ".mp3", MOST_BYTES_OF_OTHERS, _mpeg_sound),
    Kind("audio/amr", ".amr", MOST_BYTES_OF_OTHERS, _starts(b"#!AMR")),
    Kind("audio/ogg", ".ogg", MOST_BYTES_OF_OTHERS, _starts(b"OggS")),
    Kind("audio/wav", ".wav", MOST_BYTES_OF_OTHERS, _riff(b"WAVE")),
    Kind("audio/mp4", ".m4a", MOST_BYTES_OF_OTHERS, _brand(b"M4A")),
    Kind("video/3gpp", ".3gp", MOST_BYTES_OF_OTHERS, _brand(b"3gp", b"3g2")),
    Kind("video/quicktime", ".mov", MOST_BYTES_OF_OTHERS, _brand(b"qt  ")),
    Kind("video/mp4", ".mp4", MOST_BYTES_OF_OTHERS, _brand(b"mp4", b"isom", b"iso", b"avc1", b"M4V", b"MSNV", b"dash")),
)
PICTURES: Final = frozenset(kind.content_type for kind in KINDS[:3])
ACCEPT: Final = ",".join(sorted({kind.content_type for kind in KINDS} | {kind.ending for kind in KINDS}))  # file picker
