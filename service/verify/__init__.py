"""Whether a sentence is in the archive word for word, and what differs where it is not.

`verdict` decides. `candidates` finds passages by BM25, `search` finds places in their articles,
`alignment` compares words, and `words` is the only folding that all of them use.
"""

from __future__ import annotations

from onrecord.service.verify.search import Match
from onrecord.service.verify.verdict import Verdict, Verification, verify

__all__ = ["Match", "Verdict", "Verification", "verify"]
