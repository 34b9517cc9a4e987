"""Origins of the sites that may use the service from a browser.

An origin is exact (`https://wiki.example`) or stands for all subdomains (`https://*.example`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?")


def check_origin(origin: str) -> str:
    """The origin as browsers write it. Raises `ValueError` for anything else."""
    plain = origin.strip().lower().rstrip("/")
    if not _ORIGIN.fullmatch(plain):
        raise ValueError(f"expected an origin like https://wiki.example, got {origin!r}")
    return plain


def match_origins(origins: Sequence[str]) -> str:
    """A regular expression for the origins; a star stands for one or more subdomains."""
    patterns = (
        re.escape(origin).replace(r"\*", r"[a-z0-9-]+(?:\.[a-z0-9-]+)*") for origin in origins
    )
    return "|".join(patterns)
