"""Every setting, its default and its meaning; the only reader of the environment.

A setting `min_confidence` is the variable `ONRECORD_MIN_CONFIDENCE`; a command line flag wins.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_dir
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from onrecord.index.defaults import (
    DEFAULT_MODEL,
    EVIDENCE_READER,
    MAX_QUESTION_CHARS,
    PASSAGE_TOKENS,
    Precision,
)
from onrecord.index.plugins import STORES, find_plugins
from onrecord.index.types import Budget
from onrecord.service.origins import check_origin

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


# Lists are written with commas, as people write them, not as JSON.
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """The settings in force. Raises `pydantic.ValidationError` for a value out of its range."""

    model_config = SettingsConfigDict(env_prefix="ONRECORD_", extra="ignore")

    archive: Annotated[Path, Field(description="the archive's folder")] = Path(".onrecord")
    store: Annotated[
        str,
        AfterValidator(_installed),
        Field(description="what keeps the articles: local, the folder above, milvus or a plugin"),
    ] = "local"
    milvus_uri: Annotated[
        str,
        Field(description="the address of Milvus, or a file ending in .db for Milvus Lite"),
    ] = "http://localhost:19530"
    milvus_token: Annotated[
        SecretStr, Field(description="its token, or name:password; never shown")
    ] = SecretStr("")
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
    ] = PASSAGE_TOKENS
    reranker: Annotated[
        str,
        Field(
            description="what reads the best passages with the question: evidence-reader, the "
            "folder of another one, an installed reranker, a cross-encoder's name or folder, "
            "or none"
        ),
    ] = EVIDENCE_READER
    min_confidence: Annotated[
        float, Field(ge=0, le=1, description="an answer needs at least this confidence")
    ] = 0.25
    keys: Annotated[
        Path | None, Field(description="the file of keys; keys.json in the archive where not set")
    ] = None
    readers_need_keys: Annotated[
        bool, Field(description="whether reading needs a key; writing always does")
    ] = False
    terms_need_keys: Annotated[
        bool,
        Field(description="whether whole articles whose pages set terms of reuse need a key"),
    ] = False
    rate_limit: Annotated[
        int,
        Field(ge=0, description="requests a minute and client, writers excepted; 0: any number"),
    ] = 300
    max_body_bytes: Annotated[
        int, Field(ge=1_000, description="the largest request, uploads excepted, in bytes")
    ] = 1_000_000
    max_upload_bytes: Annotated[
        int, Field(ge=1_000, description="the largest article that may be posted, in bytes")
    ] = 10_000_000
    max_question_chars: Annotated[
        int, Field(ge=1, le=MAX_QUESTION_CHARS, description="the longest question, in characters")
    ] = MAX_QUESTION_CHARS
    body_seconds: Annotated[
        float, Field(gt=0, description="how long a client may take to send its request")
    ] = 30.0
    max_waiting: Annotated[
        int, Field(ge=0, description="requests that may wait; more are told to come back later")
    ] = 256
    allowed_origins: Annotated[
        Names,
        Field(
            description="sites whose pages may ask, by commas: https://wiki.example,"
            "https://*.news.example"
        ),
    ] = ()
    frame_ancestors: Annotated[
        Names,
        Field(description="sites that may embed, by commas; the allowed origins where not set"),
    ] = ()
    allowed_hosts: Annotated[
        Names,
        Field(
            description="host names that the service answers to, by commas; where not set, those "
            "of this machine while it listens on 127.0.0.1, else any"
        ),
    ] = ()
    trusted_proxies: Annotated[
        Names,
        Field(description="addresses of proxies whose X-Forwarded-For is believed, by commas"),
    ] = ()
    log_format: Annotated[
        Literal["text", "json"], Field(description="how log lines are written: text or json")
    ] = "text"
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        BeforeValidator(lambda given: given.upper() if isinstance(given, str) else given),
        Field(description="the least severe message that is logged"),
    ] = "INFO"

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
    def framers(self) -> tuple[str, ...]:
        """The sites that may embed."""
        return self.frame_ancestors or self.allowed_origins

    @field_validator("milvus_uri")
    @classmethod
    def _holds_no_secret(cls, given: str) -> str:
        """An address is shown in settings and messages."""
        if "@" in given.partition("://")[2]:
            raise ValueError("a password belongs in ONRECORD_MILVUS_TOKEN, as name:password")
        return given

    @field_validator("allowed_origins", "frame_ancestors")
    @classmethod
    def _are_origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(check_origin, given))
