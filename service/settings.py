"""Every setting, its default and its meaning; the only reader of the environment.

A setting `min_confidence` is the variable `ONRECORD_MIN_CONFIDENCE`; a command line flag wins.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_dir
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, SettingsConfigDict

from onrecord.index.defaults import (
    DEFAULT_MODEL,
    EVIDENCE_READER,
    MAX_QUESTION_CHARS,
    PASSAGE_TOKENS,
    Precision,
)
from onrecord.index.plugins import STORES, find_plugins
from onrecord.index.types import Budget

BUILT_IN_STORES = ("local", "milvus")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def _split(given: object) -> object:
    """Names out of a text with commas; anything else is left to the check of types."""
    if isinstance(given, str):
        return tuple(name.strip() for name in given.split(",") if name.strip())
    return given


def _installed(store: str) -> str:
    """The name of a store that is built in or installed."""
    if store in BUILT_IN_STORES or store in (plugins := find_plugins(STORES)):
        return store
    raise ValueError(f"expected one of {', '.join([*BUILT_IN_STORES, *plugins])}, got {store}")


def _without_password(address: str) -> str:
    """An address is shown in settings and messages."""
    if "@" in address.partition("://")[2]:
        raise ValueError("a password belongs in ONRECORD_MILVUS_TOKEN, as name:password")
    return address


def _origin(given: str) -> str:
    """An exact origin (`https://wiki.example`), or one for all subdomains (`https://*.example`)."""
    origin = given.strip().lower().rstrip("/")
    if not re.fullmatch(r"https?://(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?", origin):
        raise ValueError(f"expected an origin like https://wiki.example, got {given!r}")
    return origin


# Lists are written with commas, as people write them, not as JSON.
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_split)
]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(lambda given: given.upper() if isinstance(given, str) else given),
]


class Settings(BaseSettings):
    """The settings in force. Raises `pydantic.ValidationError` for a value out of its range."""

    model_config = SettingsConfigDict(
        env_prefix="ONRECORD_", extra="ignore", use_attribute_docstrings=True
    )

    archive: Path = Path(".onrecord")
    """the archive's folder"""
    store: Annotated[str, AfterValidator(_installed)] = "local"
    """what keeps the articles: local, the folder above, milvus or a plugin"""
    milvus_uri: Annotated[str, AfterValidator(_without_password)] = "http://localhost:19530"
    """the address of Milvus, or a file ending in .db for Milvus Lite"""
    milvus_token: SecretStr = SecretStr("")
    """its token, or name:password; never shown"""
    cache: Path = Path(user_cache_dir("onrecord"))
    """where exported encoders are kept, for all archives"""
    host: str = "127.0.0.1"
    """the address that `serve` listens on"""
    port: int = Field(8000, ge=0, le=65_535)
    """the port that `serve` listens on"""
    encoder: str = DEFAULT_MODEL
    """the sentence-transformers model: the packaged one, a folder or a name"""
    precision: Precision = "int8"
    """the exported encoder's arithmetic: int8 or fp32"""
    threads: int = Field(0, ge=0)
    """texts encoded at a time while building; 0: one a core"""
    passage_tokens: int = Field(PASSAGE_TOKENS, ge=16, le=4_096)
    """the most tokens of a passage"""
    reranker: str = Field(
        EVIDENCE_READER,
        description="what reads the best passages with the question: evidence-reader, the folder "
        "of another one, an installed reranker, a cross-encoder's name or folder, or none",
    )
    min_confidence: float = Field(0.25, ge=0, le=1)
    """an answer needs at least this confidence"""
    keys: Path | None = None
    """the file of keys; keys.json in the archive where not set"""
    readers_need_keys: bool = False
    """whether reading needs a key; writing always does"""
    terms_need_keys: bool = False
    """whether whole articles whose pages set terms of reuse need a key"""
    rate_limit: int = Field(300, ge=0)
    """requests a minute and client, writers excepted; 0: any number"""
    max_body_bytes: int = Field(1_000_000, ge=1_000)
    """the largest request, uploads excepted, in bytes"""
    max_upload_bytes: int = Field(10_000_000, ge=1_000)
    """the largest article that may be posted, in bytes"""
    max_question_chars: int = Field(MAX_QUESTION_CHARS, ge=1, le=MAX_QUESTION_CHARS)
    """the longest question, in characters"""
    body_seconds: float = Field(30.0, gt=0)
    """how long a client may take to send its request"""
    max_waiting: int = Field(256, ge=0)
    """requests that may wait; more are told to come back later"""
    allowed_origins: Origins = ()
    """sites whose pages may ask, by commas: https://wiki.example,https://*.news.example"""
    frame_ancestors: Origins = ()
    """sites that may embed, by commas; the allowed origins where not set"""
    allowed_hosts: Names = Field(
        (),
        description="host names that the service answers to, by commas; where not set, those of "
        "this machine while it listens on 127.0.0.1, else any",
    )
    trusted_proxies: Names = ()
    """addresses of proxies whose X-Forwarded-For is believed, by commas"""
    log_format: Literal["text", "json"] = "text"
    """how log lines are written: text or json"""
    log_level: LogLevel = "INFO"
    """the least severe message that is logged"""

    @property
    def budget(self) -> Budget:
        """How passages are cut."""
        return Budget(self.passage_tokens)

    @property
    def keys_file(self) -> Path:
        """Where the keys' hashes are kept."""
        return self.keys or self.archive / "keys.json"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that are answered to."""
        if self.allowed_hosts:
            return self.allowed_hosts
        return LOCAL_HOSTS if self.host in LOCAL_HOSTS else ("*",)

    @property
    def origin_pattern(self) -> str:
        """A regular expression for the allowed origins; a star is one or more subdomains."""
        escaped = map(re.escape, self.allowed_origins)
        return "|".join(one.replace(r"\*", r"[a-z0-9-]+(?:\.[a-z0-9-]+)*") for one in escaped)

    @property
    def framers(self) -> tuple[str, ...]:
        """The sites that may embed."""
        return self.frame_ancestors or self.allowed_origins


# Read by this project's tests and by its examples.
OTHER_VARIABLES = ("onrecord_nightly", "onrecord_url")


def unknown_variables() -> list[str]:
    """The variables `ONRECORD_*` of the environment that are no settings and do nothing."""
    known = {f"onrecord_{name}" for name in Settings.model_fields} | {*OTHER_VARIABLES}
    given = EnvSettingsSource(Settings).env_vars  # in lower case
    return sorted(
        name.upper() for name in given if name.startswith("onrecord_") and name not in known
    )
