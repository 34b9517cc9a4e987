"""Whether a sentence is in the archive word for word, and what differs where it is not.

`verdict` decides. `candidates` finds passages by BM25; `verbatim` and `altered` find texts in their
articles by the words of `words`; `alignment` and `differences` compare one text with another.
"""

from __future__ import annotations

from onrecord.service.verify.verdict import Match, Verdict, Verification, verify

__all__ = ["Match", "Verdict", "Verification", "verify"]
