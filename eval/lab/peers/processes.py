"""Processes that are measured: one that is spoken to in lines, one that serves HTTP.

Each is started anew for each measurement, so that memory and start are its own.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from onrecord.index.errors import OnrecordError

START_SECONDS = 180
ASK_SECONDS = 120.0
END_SECONDS = 15
POLL_SECONDS = 0.02

Command = Sequence[str | Path]
Order = Callable[..., dict[str, Any]]


class PeerFailed(OnrecordError):
    """A system that did not do what it was told, with the end of what it said."""


@contextmanager
def spoken_to(command: Command, log: Path, extra: Mapping[str, str]) -> Iterator[Order]:
    """A process that takes orders (`speaking.py`); ended at the end. Raises `PeerFailed`."""
    with _started(command, log, extra, subprocess.PIPE, subprocess.PIPE) as process:
        said, heard = process.stdin, process.stdout
        assert said is not None
        assert heard is not None

        def order(do: str, **what: Any) -> dict[str, Any]:
            said.write(json.dumps({"do": do, **what}).encode() + b"\n")
            said.flush()
            line = heard.readline()
            if not line:
                raise PeerFailed(f"{_name(command)} ended at {do!r}: {_end_of(log)}")
            answer: dict[str, Any] = json.loads(line)
            return answer

        yield order
        said.close()


@contextmanager
def served(
    command: Command, port: int, ready: str, log: Path, extra: Mapping[str, str]
) -> Iterator[int]:
    """A process that serves HTTP, once it answers at the path `ready`; gives its id."""
    with _started(command, log, extra, subprocess.DEVNULL) as process:
        until = time.monotonic() + START_SECONDS
        while not _answers(port, ready):
            if process.poll() is not None or time.monotonic() > until:
                raise PeerFailed(f"{_name(command)} does not serve: {_end_of(log)}")
            time.sleep(POLL_SECONDS)
        yield process.pid


def run_cold(
    command: Command,
    log: Path,
    extra: Mapping[str, str],
    orders: str = "",
    fine: Sequence[int] = (0,),
) -> float:
    """Seconds from starting a command, given orders at once, to its end.

    Raises `PeerFailed` where it exits with none of the codes that are fine.
    """
    started = time.perf_counter()
    with log.open("ab") as errors:
        done = subprocess.run(
            _with(extra, command),
            input=orders.encode(),
            stdout=subprocess.DEVNULL,
            stderr=errors,
            check=False,
        )
    if done.returncode not in fine:
        raise PeerFailed(f"{_name(command)} exited with {done.returncode}: {_end_of(log)}")
    return time.perf_counter() - started


def peak_mb(process: int) -> float:
    """The most megabytes that a process, or one of its children, has had in memory, in all."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines()
    )
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(status["VmHWM"].split()[0]) / 1024 + sum(peak_mb(int(child)) for child in children)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _started(
    command: Command, log: Path, extra: Mapping[str, str], stdout: int, stdin: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as errors:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            _with(extra, command),
            stdin=stdin,
            stdout=stdout,
            stderr=errors,
        )
    with process:
        try:
            yield process
        finally:
            process.terminate()
            _end(process)


def _with(extra: Mapping[str, str], command: Command) -> list[str]:
    """The command with variables set for it alone; `env` becomes the command, under its own id."""
    return ["env", *(f"{name}={value}" for name, value in extra.items()), *map(str, command)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that was asked to end; one that does not is made to."""
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-600:].strip()


def _name(command: Command) -> str:
    return " ".join(Path(part).name for part in command[:3])
