"""`onrecord serve` as a process of its own, and what the system says of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.waiting import wait_until

ONRECORD = [sys.executable, "-c", "from onrecord.service.cli import main; main()"]
STARTING_SECONDS, STOPPING_SECONDS, COMMAND_SECONDS = 120, 60, 300
PROJECT = Path(__file__).parents[2]
needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc")


@dataclass(frozen=True)
class Served:
    """A service that runs: where it listens, its process, and the file of its log."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """End it as a container is ended; its exit code."""
        self.process.terminate()
        return self.process.wait(STOPPING_SECONDS)

    @property
    def memory(self) -> int:
        """Resident bytes that are its own; mapped files are the system's to keep or drop."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"RssAnon:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    @property
    def threads(self) -> int:
        """Threads that live."""
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    @property
    def files(self) -> int:
        """Open file descriptors."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


@contextmanager
def serving_alone(archive: Path, **settings: object) -> Iterator[Served]:
    """The service over an archive, on a free port; its settings as variables are named."""
    log = archive.parent / f"{archive.name}.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*ONRECORD, "serve", "--archive", str(archive), "--port", "0"],
            stderr=stderr,
            cwd=PROJECT,
            env=environment(**settings),
        )
    try:
        served = Served(_wait_for_address(process, log), process, log)
        httpx2.get(f"{served.url}/readyz", timeout=STARTING_SECONDS).raise_for_status()
        yield served
    finally:
        process.kill()
        process.wait()


def onrecord(*arguments: object, **settings: object) -> str:
    """What a command prints, when it has done what it should."""
    done = subprocess.run(
        [*ONRECORD, *map(str, arguments)],
        cwd=PROJECT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=True,
    )
    return done.stdout.strip()


def environment(**settings: object) -> dict[str, str]:
    """Ours, with settings."""
    named = {f"ONRECORD_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, "NO_PROXY": "*", **named}


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    def look() -> str:
        assert process.poll() is None, f"the service did not start: {log.read_text()}"
        found = re.search(r"running on (http://127\.0\.0\.1:\d+)", log.read_text())
        return found[1] if found else ""

    return wait_until(look, "the service did not start", STARTING_SECONDS)
