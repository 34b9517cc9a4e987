"""Every setting, its default and its meaning; the only reader of the environment.

A setting `min_confidence` is the variable `ONRECORD_MIN_CONFIDENCE`; a command line flag wins.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_dir
from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.encoder import DEFAULT_MODEL, Precision
from index.fuse import DEFAULT_DENSE_WEIGHT
from index.passages import DEFAULT_TOKENS, Budget
from index.readers import MAX_BYTES
from index.retrieve import (
    DEFAULT_DEPTH,
    DEFAULT_EVIDENCE_WEIGHT,
    DEFAULT_RERANKED,
    Ranking,
)
from index.tokens import OWN_ENCODING


class Settings(BaseSettings):
    """The settings in force. Raises `pydantic.ValidationError` for a value out of its range."""

    model_config = SettingsConfigDict(env_prefix="ONRECORD_", extra="ignore")

    archive: Annotated[Path, Field(description="the archive's folder")] = Path(".onrecord")
    cache: Annotated[
        Path, Field(description="where exported encoders are kept, for all archives")
    ] = Path(user_cache_dir("onrecord"))
    host: Annotated[str, Field(description="the address that `serve` listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="the port that `serve` listens on")] = (
        8000
    )
    encoder: Annotated[
        str,
        Field(description="the sentence-transformers model: the packaged one, a folder or a name"),
    ] = DEFAULT_MODEL
    precision: Annotated[
        Precision, Field(description="the exported encoder's arithmetic: int8 or fp32")
    ] = "int8"
    threads: Annotated[
        int, Field(ge=0, description="texts encoded at a time while building; 0: one a core")
    ] = 0
    passage_tokens: Annotated[
        int, Field(ge=16, le=4_096, description="the most tokens of a passage")
    ] = DEFAULT_TOKENS
    encoding: Annotated[
        str,
        Field(description="the tiktoken encoding that counts them; all but the default download"),
    ] = OWN_ENCODING
    max_page_bytes: Annotated[
        int, Field(ge=1, description="the largest page that `build` reads, in bytes")
    ] = MAX_BYTES
    dense_weight: Annotated[
        float,
        Field(ge=0, le=1, description="the share of the vectors in the ranking; the rest is BM25"),
    ] = DEFAULT_DENSE_WEIGHT
    evidence_weight: Annotated[
        float, Field(ge=0, le=1, description="the share of a passage's best sentence in its score")
    ] = DEFAULT_EVIDENCE_WEIGHT
    depth: Annotated[
        int,
        Field(ge=1, le=10_000, description="how many passages each search brings to the ranking"),
    ] = DEFAULT_DEPTH
    reranked: Annotated[
        int, Field(ge=1, le=1_000, description="how many passages are read sentence by sentence")
    ] = DEFAULT_RERANKED
    min_confidence: Annotated[
        float, Field(ge=0, le=1, description="an answer needs at least this confidence")
    ] = 0.3
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        BeforeValidator(lambda given: given.upper() if isinstance(given, str) else given),
        Field(description="the least severe message that is logged"),
    ] = "INFO"

    @property
    def budget(self) -> Budget:
        """How passages are cut."""
        return Budget(self.passage_tokens, self.encoding)

    @property
    def ranking(self) -> Ranking:
        """How passages are ordered."""
        return Ranking(self.dense_weight, self.evidence_weight, self.depth, self.reranked)
