"""`onrecord mcp`: the protocol on standard input and output of a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import CallToolResult

from onrecord.index.encoder import Encoder
from tests.service.conftest import PAPER, open_articles
from tests.service.mcp_client import MODES, given, run

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
ONRECORD = [sys.executable, "-c", "from onrecord.service.cli import main; main()"]
BOLTS = "How many bolts did engineers replace in the crane?"
PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """The paper as an archive that another process can open."""
    folder = tmp_path_factory.mktemp("mcp") / "archive"
    open_articles(folder, encoder, PAPER).store.close()
    return folder


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PROJECT), "ONRECORD_MIN_CONFIDENCE": "0"}


@pytest.mark.parametrize("mode", MODES)
def test_standard_streams_carry_the_same_tools(archive: Path, mode: str) -> None:
    command, *arguments = [*ONRECORD, "mcp", "--archive", str(archive)]
    server = StdioServerParameters(command=command, args=arguments, env=environment())

    async def work() -> tuple[list[str], list[CallToolResult]]:
        async with Client(server, mode=mode) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            calls = [
                await client.call_tool("search", {"query": "library tools"}),
                await client.call_tool("fetch", {"id": "crane"}),
                await client.call_tool("ask", {"question": BOLTS, "top_k": 1}),
                await client.call_tool("fetch", {"id": "nobody"}),
            ]
            return tools, calls

    tools, (searched, fetched, asked, missing) = run(work)
    assert tools == ["search", "fetch", "ask"]
    first = given(searched)["results"][0]
    assert first == {"id": "library", "title": "Library lends tools", "url": ""}
    assert given(fetched)["metadata"]["outlet"] == "Harbour Post"
    assert "312 bolts" in given(asked)["quotes"][0]["text"]
    assert missing.is_error


def talk(archive: Path, lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ONRECORD, "mcp", "--archive", str(archive)],
        input=lines,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_standard_output_carries_nothing_but_the_protocol(archive: Path) -> None:
    done = talk(archive, f"this is no message\n{PING.decode()}\n")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"jsonrpc": "2.0", "id": 1, "result": {}}
    ]
    assert "Traceback" not in done.stderr


def test_an_interrupt_ends_it_at_once(archive: Path) -> None:
    with subprocess.Popen(
        [*ONRECORD, "mcp", "--archive", str(archive)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as serving_process:
        try:
            serving_process.stdin.write(PING + b"\n")
            serving_process.stdin.flush()
            assert json.loads(serving_process.stdout.readline())["result"] == {}
            serving_process.send_signal(signal.SIGINT)
            assert serving_process.wait(5) == -signal.SIGINT
        finally:
            serving_process.kill()


def test_without_an_archive_it_exits_2_and_says_so(tmp_path: Path) -> None:
    done = talk(tmp_path / "missing", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert "run `onrecord build` first" in done.stderr


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        (
            "onrecord.service.cli, onrecord.service.archive, onrecord.index.ingest",
            {"onrecord.index.milvus.store", "mcp", "torch"},
        ),
        ("onrecord.service.http.app", {"onrecord.index.milvus.store", "mcp", "torch"}),
        ("onrecord.service.mcp", {"torch"}),
    ],
)
def test_only_who_speaks_the_protocol_imports_it(imported: str, absent: set[str]) -> None:
    code = f"import sys, {imported}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert not absent & set(done.stdout.split())
