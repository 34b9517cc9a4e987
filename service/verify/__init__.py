"""Whether a sentence is in the archive word for word, and what differs where it is not.

`verdict` decides; `candidates` brings articles, `verbatim` and `altered` find texts in them, by the
words of `words`; `alignment` and `differences` say how one text becomes another.
"""

from __future__ import annotations

from onrecord.service.verify.verdict import Match, Verdict, Verification, verify

__all__ = ["Match", "Verdict", "Verification", "verify"]
