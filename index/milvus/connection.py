"""One process's connection to Milvus; its faults are raised as `ArchiveUnreachable`.

A request that Milvus calls wrong is not: that is a fault of ours, and Milvus is there.

It is made at the first call, not before, so that a service starts while Milvus is away. After a
failure the next calls fail at once for a moment, so that waiting requests do not pile up.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, TypeVar

from onrecord.index.errors import ArchiveUnreachable, ExtraMissing

# Integers, because pymilvus 2.6 takes a fraction of a second for no limit at all.
REQUEST_SECONDS = 10  # a search takes milliseconds
CONNECT_SECONDS = 3
PAUSE_SECONDS = 1.0  # after a failure, until Milvus is asked again
MAX_ROWS = (
    16_384  # that Milvus returns or searches at once (quotaAndLimits.limits.maxQueryResultWindow)
)
ROWS_AT_ONCE = 200  # some megabytes; a request of gRPC has a limit of 64 MB
WRONG_REQUEST = frozenset({6, 1100, 1101, 1102})  # codes: illegal argument; invalid parameters
# Characters that may not be in a string literal; every other one stands for itself.
ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
Row = dict[str, Any]
One = TypeVar("One")


class Connection:
    """Calls to one Milvus. Safe to use from several threads."""

    def __init__(self, uri: str, token: str) -> None:
        self.uri = uri
        self._token = token
        self._client: Any = None
        self._opening = threading.Lock()
        self._paused_until = 0.0
        self.failures = 0  # so far; after each one, collections may have to be loaded again

    @property
    def is_lite(self) -> bool:
        """Whether it is Milvus Lite in a file, in this process."""
        return "://" not in self.uri

    def call(self, method: str, *given: Any, **named: Any) -> Any:
        """What a method of `pymilvus.MilvusClient` returns. Raises `ArchiveUnreachable`."""
        self._check_pause()
        timed = {"timeout": REQUEST_SECONDS, **named}
        return self._try(lambda client: getattr(client, method)(*given, **timed))

    def query(
        self, collection: str, where: str, fields: Sequence[str], limit: int = MAX_ROWS
    ) -> list[Row]:
        """The rows that pass, at most `limit`, in no order."""
        found = self.call(
            "query", collection, filter=where, output_fields=list(fields), limit=limit
        )
        return list(found)

    def count(self, collection: str, where: str) -> int:
        """The number of rows that pass."""
        (found,) = self.call("query", collection, filter=where, output_fields=["count(*)"])
        return int(found["count(*)"])

    def every(self, collection: str, where: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows that pass, of any number, in no order."""
        batches = self.call(
            "query_iterator", collection, 1_000, filter=where, output_fields=list(fields)
        )
        with closing(batches):
            while batch := self._try(lambda _: batches.next()):
                yield from batch

    def upsert(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows, some at a time, replacing those of the same keys."""
        for batch in in_batches(rows):
            self.call("upsert", collection, batch)

    def delete(self, collection: str, field: str, values: Sequence[str]) -> None:
        """Delete the rows that have one of the values, some at a time."""
        for batch in in_batches(values):
            self.call("delete", collection, filter=f"{field} in {quoted(batch)}")

    def close(self) -> None:
        """Close the connection; the next call makes another."""
        self._disconnect(self._client)

    def _open(self) -> Any:
        with self._opening:
            if self._client is None:
                self._check_pause()  # it may have begun while this thread waited for its turn
                self._client = require_client()(
                    uri=self.uri, token=self._token, timeout=CONNECT_SECONDS, dedicated=True
                )
            return self._client

    def _check_pause(self) -> None:
        if time.monotonic() < self._paused_until:
            raise ArchiveUnreachable(f"Milvus at {self.uri} is away; it is asked again in a moment")

    def _try(self, call: Callable[[Any], Any]) -> Any:
        """What a call returns; after a fault the next one connects again, without gRPC's pauses."""
        client = None
        try:
            client = self._open()
            return call(client)
        except _faults() as error:
            if self._is_ours(error, client):
                raise
            self.failures += 1
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            self._disconnect(client)
            raise ArchiveUnreachable(f"Milvus at {self.uri} did not do it: {error}") from error

    def _is_ours(self, error: Exception, client: Any) -> bool:
        """Whether the request was wrong; a client that another thread closed raises the same."""
        if isinstance(error, ValueError):
            return client is self._client
        return getattr(error, "code", None) in WRONG_REQUEST

    def _disconnect(self, client: Any) -> None:
        with self._opening:
            if client is None or client is not self._client:
                return
            self._client = None
        client.close()


def quoted(values: Iterable[str]) -> str:
    """A list of strings."""
    return f"[{', '.join(map(literal, values))}]"


def literal(text: str) -> str:
    """A string."""
    return f'"{text.translate(ESCAPED)}"'


def in_batches(rows: Sequence[One], size: int = ROWS_AT_ONCE) -> Iterator[list[One]]:
    """The rows, some at a time."""
    return (list(rows[at : at + size]) for at in range(0, len(rows), size))


def require_client() -> Any:
    """`pymilvus.MilvusClient`. Raises `ExtraMissing` where it is not installed."""
    try:
        from pymilvus import MilvusClient
    except ModuleNotFoundError as error:
        raise ExtraMissing("the Milvus store needs: pip install 'onrecord[milvus]'") from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it raises what it logs
    return MilvusClient


def _faults() -> tuple[type[Exception], ...]:
    import grpc
    from pymilvus.exceptions import MilvusException

    return MilvusException, grpc.RpcError, ValueError
