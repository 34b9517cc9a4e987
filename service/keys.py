"""Keys to the service: shown once when they are made, stored as hashes, compared in constant time.

A key is 32 random bytes, so it cannot be found from its plain sha256. The file is read whenever a
key is looked for, so that one made while the service runs works at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Role = Literal["reader", "writer"]
PREFIX = "onr_"
RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is stored of a key: a name for people, its role, its hash and the day it was made."""

    name: str
    role: Role
    sha256: str
    made: str


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The keys in one file. Safe to use from several threads."""

    file: Path

    def make(self, role: Role) -> str:
        """A new key, stored as its hash; this is the only time that it can be read."""
        key = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
        hashed = _hash(key)
        made = ApiKey(f"{role}-{hashed[:8]}", role, hashed, datetime.now(UTC).date().isoformat())
        self._write((*self.all(), made))
        return key

    def remove(self, name: str) -> bool:
        """Revoke a key; False where none has that name."""
        others = tuple(key for key in self.all() if key.name != name)
        if len(others) == len(self.all()):
            return False
        self._write(others)
        return True

    def all(self) -> tuple[ApiKey, ...]:
        """Every key, in the order in which they were made."""
        try:
            written = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        return tuple(ApiKey(**key) for key in written)

    def find(self, given: str) -> ApiKey | None:
        """The key that was given; None where it is unknown. The time does not depend on which."""
        hashed = _hash(given)
        found = None
        for key in self.all():
            if hmac.compare_digest(key.sha256, hashed):
                found = key
        return found

    def any_writer(self) -> bool:
        """Whether anyone may write at all."""
        return any(key.role == "writer" for key in self.all())

    def _write(self, keys: tuple[ApiKey, ...]) -> None:
        """Replace the file in one step; only its owner may read it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps([asdict(key) for key in keys], indent=1) + "\n")
        fresh.replace(self.file)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
