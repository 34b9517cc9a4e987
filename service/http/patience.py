"""Connections that do not wait for ever: for a request to begin, or for an answer to be read.

Uvicorn closes a connection that falls silent after an answer, but neither one that never sends a
whole head nor one that takes nothing of its answer. How long a body may take is in `limits.py`.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, to clients that keep moving."""

    patience_seconds: float
    _head: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come; it may take so long to say what it wants."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """A piece of a head, or of a body, whose time is kept elsewhere."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._await_head()
        else:
            self._stop_waiting()

    def pause_writing(self) -> None:
        """The client takes its answer more slowly than it is made."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        self._stop_watching()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop_waiting()
        self._stop_watching()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        """Give up the client where no whole head comes in time, however it trickles."""
        if self._head is None:
            self._head = self.loop.call_later(self.patience_seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _watch(self, left: int) -> None:
        self._stall = self.loop.call_later(self.patience_seconds, self._look, left)

    def _look(self, left: int) -> None:
        """Give up the client where it has taken nothing since."""
        now = self.transport.get_write_buffer_size()
        if now >= left:
            self.transport.abort()
        else:
            self._watch(now)

    def _stop_watching(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None


def patient(seconds: float) -> type[PatientProtocol]:
    """The protocol for uvicorn, with the time that a client may take."""
    return type("Patient", (PatientProtocol,), {"patience_seconds": seconds})
