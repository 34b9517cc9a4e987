"""Count tokens as the passage budget counts them.

The default encoding is the project's own vocabulary, which needs no network; any other name is a
public encoding of tiktoken, which downloads it at first use.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

import tiktoken

from onrecord.index.defaults import OWN_ENCODING

VOCABULARY = Path(__file__).with_name("vocabulary.tiktoken")
# Words with their leading space, numbers in groups of three digits, punctuation, white space.
# Words in capitals, one after the other; a single one may be an acronym.
_CAPITALS = re.compile(r"(?<!\w)[A-Z]{2,}(?:[^\w.!?\n]+[A-Z\d]+(?!\w)){3,}")
PATTERN = r" ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+"


@cache
def encoding(name: str = OWN_ENCODING) -> tiktoken.Encoding:
    """The tiktoken encoding of that name. Raises `ValueError` for an unknown name."""
    if name != OWN_ENCODING:
        return tiktoken.get_encoding(name)
    lines = VOCABULARY.read_text().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines)}
    return tiktoken.Encoding(
        OWN_ENCODING, pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={}
    )


@cache
def longest_token(name: str = OWN_ENCODING) -> int:
    """Bytes of the longest token: a text of more than n times as many has over n tokens."""
    return max(map(len, encoding(name).token_byte_values()))


def count_tokens(text: str, name: str = OWN_ENCODING) -> int:
    """How many tokens the text has in that encoding; special tokens count as plain text.

    The project's own vocabulary has no words in capitals, so a text in capitals counts there as
    much as in small letters.
    """
    if name == OWN_ENCODING:
        text = _CAPITALS.sub(lambda found: found.group().lower(), text)
    return len(encoding(name).encode_ordinary(text))
