"""Bodies that are made to break whoever reads them.

`SECRET` stands in all that could be repeated, so that an answer which repeats it is found out.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

SECRET = "kx9secretqz"
DEEP = 10_000
HUGE = b"9" * 5_000

# In place of any field's value, as JSON.
VALUES: dict[str, bytes] = {
    "null": b"null",
    "true": b"true",
    "zero": b"0",
    "negative": b"-1",
    "half": b"0.5",
    "beyond floats": b"1e999",
    "below floats": b"-1e999",
    "too many digits": HUGE,
    "64 bits and one": b"18446744073709551617",
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "octal": b"017",
    "no text": b'""',
    "spaces": b'" \\n\\t "',
    "NUL": b'"\\u0000kx9secretqz"',
    "raw control character": b'"kx9secretqz\x07"',
    "controls": json.dumps("".join(map(chr, range(32))) + SECRET).encode(),
    "lone high surrogate": b'"kx9secretqz\\ud800"',
    "lone low surrogate": b'"\\udc00kx9secretqz"',
    "surrogates the wrong way round": b'"\\udc00\\ud83d"',
    "half an escape": b'"\\ud8"',
    "invalid UTF-8": b'"kx9secretqz\xff\xfe"',
    "overlong UTF-8": b'"\xc0\xaf"',
    "surrogate in UTF-8": b'"\xed\xa0\x80"',
    "right to left": '"\u202e\u2066kx9secretqz"'.encode(),
    "many accents": ('"e' + "\u0301" * 900 + '"').encode(),
    "noncharacters": '"\ufffe\uffff\U0010ffff"'.encode(),
    "1000 letters": b'"' + b"q" * 1_000 + b'"',
    "1001 letters": b'"' + b"q" * 1_001 + b'"',
    "a long word": b'"' + b"q" * 500_000 + b'"',
    "many words": b'"' + b"the harbour " * 400 + b'"',
    "path": b'"../../../../etc/passwd"',
    "SQL": b'"\'; DROP TABLE articles; --"',
    "words' query language": b'"title:(\\"crane\\" AND * OR ~2) ^9 [a TO b]"',
    "date that is none": b'"2024-02-30"',
    "year 0": b'"0000-00-00"',
    "list": b'["kx9secretqz", 7, null]',
    "empty list": b"[]",
    "long list": b"[" + b'"a",' * 20_000 + b'"a"]',
    "object": b'{"kx9secretqz": 1}',
    "prototype": b'{"__proto__": {"kx9secretqz": 1}, "constructor": {}}',
    "deep list": b"[" * DEEP + b"]" * DEEP,
    "deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "unclosed": b"[" * DEEP,
}
# In place of a whole body, whatever is asked.
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a space": b" ",
    "no JSON": b"kx9secretqz",
    "cut off": b'{"question": "kx9secretqz',
    "two objects": b'{"question": "a"}{"question": "kx9secretqz"}',
    "comments": b'{"question": "kx9secretqz" /* a */}',
    "byte order mark": b'\xef\xbb\xbf{"question": "kx9secretqz"}',
    "UTF-16": '{"question": "kx9secretqz"}'.encode("utf-16"),
    "UTF-32": '{"question": "kx9secretqz"}'.encode("utf-32"),
    "NULs": b"\x00" * 1_000,
    "every byte": bytes(range(256)),
    "gzip": gzip.compress(b'{"question": "kx9secretqz"}'),
    "many names": b"{" + b",".join(b'"kx9secretqz%d": 1' % n for n in range(5_000)) + b"}",
    "a long name": b'{"' + b"q" * 100_000 + b'": 1}',
    "just too large": b" " * 1_000_001,
} | VALUES
FORMS = [
    b"--x--\r\n",
    b"--x\r\n",
    b"--x\r\n\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nkx9secretqz\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="kx9secretqz"\r\n\r\na\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../kx9secretqz"\r\n\r\n'
    b"\x00\xff\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut off',
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 50 + b"--x--\r\n",
    b"--x\r\n" + b"kx9secretqz: q\r\n" * 5_000 + b"\r\n\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="' + b"q" * 50_000 + b'"\r\n\r\n\r\n--x--\r\n',
]

Place = tuple[str | int, ...]


def places(body: Any, above: Place = ()) -> Iterator[Place]:
    """Where a body has a value, at any depth."""
    inside = body.items() if isinstance(body, dict) else enumerate(body)
    for name, value in inside:
        yield (*above, name)
        if isinstance(value, dict | list):
            yield from places(value, (*above, name))


def spoil(body: Any, place: Place, value: bytes) -> bytes:
    """The body as JSON, with the value at one place replaced by raw bytes."""
    changed = deepcopy(body)
    holder = changed
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = "<here>"
    return json.dumps(changed).encode().replace(b'"<here>"', value)


def repeat(body: dict[str, Any], name: str) -> bytes:
    """The body with one name given twice."""
    return f"{json.dumps(body)[:-1]}, {json.dumps(name)}: {json.dumps(SECRET)}}}".encode()
