"""Decode bytes to text, or say why they are none.

The first of these decides: a byte-order mark; valid UTF-8, whatever the page declares (saved pages
often declare one encoding and are stored in another); mostly valid UTF-8 (a cut or damaged file,
whose bad bytes become U+FFFD); the declared encoding, if nearly all bytes fit it, read as browsers
read its name; Windows-1252 for Latin letters with few accents; what charset-normalizer detects.
Decoded text has LF line ends, no lone surrogates and no NUL. Up to one NUL per 1,000 characters is
dropped as damage; a file with more is binary.
"""

from __future__ import annotations

import codecs
import re

import webencodings

from onrecord.index.errors import UnreadablePage

MAX_BAD_SHARE = 0.002  # of characters that the declared encoding has none for
MAX_NUL_SHARE = 0.001
MAX_CHECKED, MIN_BADNESS = 100_000, 3  # characters; pairs of letters that stand in no language
MAX_CONTROL_SHARE = 0.02  # text has almost none, compressed data about a tenth
MAX_ACCENTED = 0.03  # share in an English text with a few foreign names; Czech has a tenth
DETECTION_BYTES = 200_000  # charset detection needs no more, and its time grows with every byte

_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF media file"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"BZh", "bzip2-compressed"),
    (b"\xfd7zXZ", "xz-compressed"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
)
_MARKS = (  # UTF-32's little-endian mark begins with UTF-16's, so it comes first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", re.I)
_UTF8_SEQUENCE = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(raw: bytes) -> str:
    """Decode a page's bytes; raises `UnreadablePage` for empty and binary ones."""
    if not raw.strip():
        raise UnreadablePage("the file is empty")
    for signature, kind in _SIGNATURES:
        if raw.startswith(signature):
            raise UnreadablePage(f"not text: {kind}")
    text = _decode_unmarked(raw)
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = raw[len(mark) :].decode(encoding, "replace")
            break
    return tidy(_refuse_binary(text))


def is_mojibake(text: str) -> bool:
    """Whether a text has letters that were read in another encoding before it was saved."""
    from ftfy.badness import badness  # slow to import

    return badness(text[:MAX_CHECKED]) >= MIN_BADNESS


def tidy(text: str) -> str:
    """Make line ends LF, drop NULs and replace lone surrogates by U+FFFD; change nothing else."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return _SURROGATE.sub("\ufffd", text)


def _decode_unmarked(raw: bytes) -> str:
    if b"\x00" in raw[:4000]:
        encoding = _guess_utf16(raw[:4000])
        if encoding is not None:
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_damaged(raw) or _decode_declared(raw) or _decode_detected(raw)


def _guess_utf16(head: bytes) -> str | None:
    """Name the UTF-16 order of Western text without a mark: every other byte is NUL."""
    half = len(head) / 2
    if head[1::2].count(0) > 0.7 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _decode_declared(raw: bytes) -> str | None:
    found = _DECLARED.search(raw[:4000])
    encoding = webencodings.lookup(found[1].decode("ascii")) if found else None
    if encoding is None or encoding.name == "utf-8":
        return None
    text = encoding.codec_info.decode(raw, "replace")[0]
    return text if text.count("\ufffd") <= MAX_BAD_SHARE * len(text) + 1 else None


def _decode_damaged(raw: bytes) -> str | None:
    text = raw.decode("utf-8", "replace")
    sound = len(_UTF8_SEQUENCE.findall(raw))
    return text if sound > 5 * text.count("\ufffd") else None


def _decode_detected(raw: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to import

    best = from_bytes(raw[:DETECTION_BYTES]).best()
    if best is None or _is_sparsely_accented(raw, best.encoding):
        return raw.decode("cp1252", "replace")
    try:
        return raw.decode(best.encoding)
    except (LookupError, ValueError):
        return raw.decode("cp1252", "replace")


def _is_sparsely_accented(raw: bytes, encoding: str) -> bool:
    """Whether a text has Latin letters with few accents: then Windows-1252 is far likelier.

    A few letters do not suffice to tell `naïve` in Windows-1252 from `naďve` in Windows-1250.
    """
    head = raw[:DETECTION_BYTES]
    high = [
        letter
        for letter in head.decode(encoding, "replace")
        if letter > "\x7f" and letter.isalpha()
    ]
    latin = all(letter < "\u0250" for letter in high)
    return latin and len(high) < MAX_ACCENTED * len(head)


def _refuse_binary(text: str) -> str:
    nuls, controls = text.count("\x00"), len(_CONTROL.findall(text)) + text.count("\ufffd") // 4
    if nuls > max(MAX_NUL_SHARE * len(text), 1) or controls > max(MAX_CONTROL_SHARE * len(text), 3):
        raise UnreadablePage(
            f"not text: {controls} control characters and {nuls} NULs in {len(text)} characters"
        )
    return text
