"""Keys to the service: shown once when they are made, stored as hashes, compared in constant time.

A key is 32 random bytes, so it cannot be found from its plain sha256. The file is read again when
it changes, so that a key made while the service runs works at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
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


class KeyFile:
    """The keys in one file. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[ApiKey, ...] = ()

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
        with self._lock:
            try:
                status = self._file.stat()
            except FileNotFoundError:
                self._stamp, self._keys = None, ()
                return ()
            stamp = status.st_mtime_ns, status.st_size
            if stamp != self._stamp:
                written = json.loads(self._file.read_text(encoding="utf-8"))
                self._stamp, self._keys = stamp, tuple(ApiKey(**key) for key in written)
            return self._keys

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
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps([asdict(key) for key in keys], indent=1) + "\n")
        fresh.replace(self._file)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
