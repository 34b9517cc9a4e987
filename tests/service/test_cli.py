"""The command line: what each command prints, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from onrecord.service.archive import Archive
from onrecord.service.cli import commands
from onrecord.service.settings import Settings
from tests.service.clients import client_of
from tests.waiting import wait_until

Invoke = Callable[..., Result]
ONRECORD = [sys.executable, "-c", "from onrecord.service.cli import main; main()"]
STARTING_SECONDS, STOPPING_SECONDS = 120, 60
CRANE = """---
title: Eastern crane reopens
published: 2024-03-04
outlet: Harbour Post
---

The harbour of Varnholm reopened its eastern crane on Monday after eleven weeks of repairs.
Engineers replaced 312 bolts and tested the arm with a load of forty tonnes.
"""
FERRY = {
    "id": "ferry",
    "title": "Night ferry stops",
    "text": "The night ferry between Varnholm and Lys sails no more. It lost 2.5 million crowns.",
}


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("ONRECORD_MIN_CONFIDENCE", "0")
    monkeypatch.delenv("ONRECORD_ARCHIVE", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "crane.md").write_text(CRANE)
    (folder / "ferry.jsonl").write_text(json.dumps(FERRY) + "\n")
    return folder


@pytest.fixture
def invoke(tmp_path: Path) -> Invoke:
    """Runs a command on an archive of this test's own."""

    def run(command: str, *arguments: object, archive: Path | None = None) -> Result:
        where = ["--archive", str(archive or tmp_path / "archive")]
        flags = [] if command == "settings" else where
        return CliRunner().invoke(commands, [command, *map(str, arguments), *flags])

    return run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that a build made; read from it, do not write to it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "crane.md").write_text(CRANE)
    (folder / "ferry.jsonl").write_text(json.dumps(FERRY) + "\n")
    archive = folder / "archive"
    runner = CliRunner()
    result = runner.invoke(
        commands,
        ["build", str(folder / "crane.md"), str(folder / "ferry.jsonl"), "--archive", str(archive)],
    )
    assert result.exit_code == 0, result.output
    return archive


def rows(result: Result) -> list[str]:
    return [" ".join(line.split()) for line in result.stdout.splitlines() if line.strip()]


def test_build_counts_what_it_read(invoke: Invoke, pages: Path) -> None:
    result = invoke("build", pages)
    assert result.exit_code == 0
    assert rows(result) == [
        "2 read",
        "0 unchanged",
        "0 rejected",
        "The archive holds 2 articles in 2 passages.",
    ]


def test_build_again_reads_only_what_changed(invoke: Invoke, pages: Path) -> None:
    invoke("build", pages)
    (pages / "crane.md").write_text(CRANE.replace("312", "313"))
    assert rows(invoke("build", pages))[:3] == ["0 read", "1 changed, read again", "1 unchanged"]


def test_build_rejects_bad_pages_with_reasons_and_takes_the_rest(
    invoke: Invoke, pages: Path
) -> None:
    (pages / "empty.txt").write_text("")
    (pages / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (pages / "copy.md").write_text(CRANE)
    (pages / "lines.jsonl").write_text('{"id": "x", "text": \n' + json.dumps(FERRY) + "\n")
    result = invoke("build", pages)
    assert result.exit_code == 0
    report = "\n".join(rows(result))
    assert "2 read" in report
    assert re.search(r"empty\.txt .*empty", report)
    assert re.search(r"photo\.png .*(PNG|image|not text)", report)
    assert re.search(r"crane\.md the same bytes as .*copy\.md", report)
    assert re.search(r"lines\.jsonl line 1: broken JSON", report)
    assert re.search(r"lines\.jsonl a copy of the page ferry, which is from .*ferry\.jsonl", report)
    assert rows(result)[-1] == "The archive holds 2 articles in 2 passages."


def test_build_of_nothing_exits_1(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    result = invoke("build", tmp_path / "nothing")
    assert result.exit_code == 1
    assert "The archive holds 0 articles" in result.stdout


def test_mirror_removes_what_is_gone_and_only_what_is_elsewhere(
    invoke: Invoke, pages: Path, tmp_path: Path
) -> None:
    invoke("build", pages)
    (pages / "ferry.jsonl").unlink()
    assert "removed" not in invoke("build", pages).stdout
    result = invoke("build", pages, "--mirror")
    assert "1 removed: no longer there" in rows(result)
    assert rows(result)[-1] == "The archive holds 1 articles in 1 passages."
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "ferry.json").write_text(json.dumps(FERRY))
    result = invoke("build", elsewhere, "--only")
    assert rows(result)[:2] == ["1 read", "0 unchanged"]
    assert "1 removed: no longer there" in rows(result)


def test_what_was_deleted_by_hand_stays_away_until_asked_for(invoke: Invoke, pages: Path) -> None:
    invoke("build", pages)
    result = invoke("delete", "ferry")
    assert (result.exit_code, result.stdout) == (0, "deleted ferry\n")
    result = invoke("build", pages)
    assert "1 left out: deleted by hand (--undelete brings them back)" in rows(result)
    assert rows(result)[-1] == "The archive holds 1 articles in 1 passages."
    result = invoke("build", pages, "--undelete")
    assert rows(result)[0] == "1 read"
    assert rows(result)[-1] == "The archive holds 2 articles in 2 passages."


@pytest.mark.parametrize("name", ["nobody", "../ferry", "ferry'--", "🐟", "FERRY"])
def test_deleting_what_is_not_there_exits_1(invoke: Invoke, built: Path, name: str) -> None:
    result = invoke("delete", name, archive=built)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f"the archive has no article {name}\n"


def test_ask_shows_quotes_and_exits_0(invoke: Invoke, built: Path) -> None:
    result = invoke("ask", "How many bolts were replaced?", archive=built)
    assert result.exit_code == 0
    assert rows(result)[0] == "Eastern crane reopens"
    assert rows(result)[1].startswith("Harbour Post, 4 March 2024 ")
    assert "Engineers replaced 312 bolts" in result.stdout


def test_ask_without_an_answer_exits_1(
    invoke: Invoke, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_MIN_CONFIDENCE", "1")
    result = invoke("ask", "Who won the chess cup?", archive=built)
    assert result.exit_code == 1
    assert rows(result)[0] == "The archive does not answer this."


def test_verify_exits_0_only_where_the_archive_has_it_word_for_word(
    invoke: Invoke, built: Path
) -> None:
    result = invoke("verify", "Engineers replaced 312 bolts", archive=built)
    assert result.exit_code == 0
    assert rows(result)[:2] == [
        "Verbatim: the archive has it word for word.",
        "Eastern crane reopens",
    ]
    assert rows(result)[3:] == ["Engineers replaced 312 bolts", "similarity 1.00"]
    result = invoke("verify", "Engineers lost 312 bolts", archive=built)
    assert result.exit_code == 1
    assert rows(result)[0] == "Altered: the archive has it in other words."
    assert rows(result)[3] == "Engineers [-lost-]{+replaced+} 312 bolts"
    result = invoke("verify", "Nobody won the chess cup", archive=built)
    assert (result.exit_code, rows(result)) == (1, ["Not found: the archive has nothing like it."])


def test_verify_json_is_the_shape_of_http(invoke: Invoke, built: Path) -> None:
    result = invoke("verify", "It lost 2.5 million crowns.", "--json", archive=built)
    assert result.exit_code == 0
    given = json.loads(result.stdout)
    assert given["verdict"] == "verbatim"
    names = ["article", "start", "end", "text", "similarity", "diff", "headline"]
    assert list(given["matches"][0]) == names


@pytest.mark.parametrize("quote", ["", "x" * 5_001])
def test_verify_of_no_quote_or_too_long_a_one_exits_2(
    invoke: Invoke, built: Path, quote: str
) -> None:
    result = invoke("verify", quote, archive=built)
    assert result.exit_code == 2
    assert result.stderr.startswith("onrecord: quote: ")


def test_ask_json_is_the_shape_of_http(invoke: Invoke, built: Path) -> None:
    flags = ["--json", "--today", "2025-03-12", "--outlet", "harbour post", "--top-k", "3"]
    result = invoke("ask", "How many bolts?", *flags, "--sort", "newest", archive=built)
    assert result.exit_code == 0
    with Archive.open(built) as archive:
        client = client_of(archive.answerer)
        asked = {
            "question": "How many bolts?",
            "top_k": 3,
            "outlets": ["harbour post"],
            "sort": "newest",
            "today": "2025-03-12",
        }
        response = client.post("/query", json=asked).json()
    printed = json.loads(result.stdout)
    assert list(printed) == list(response)
    for quote in response["quotes"]:  # only a service can be linked to
        assert quote["link"] == f"http://testserver/articles/{quote['id'].replace(':', '#')}"
        quote["link"] = None
    for answer in (printed, response):
        assert answer.pop("took_ms") > 0
    assert printed == response
    assert printed["filters"]["outlets"] == ["harbour post"]


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--published-from", "2024-03-04", "--published-to", "2024-03-04"], None),
        (["--published-from", "2024-03-05"], "nothing_in_window"),
        (["--published-to", "2024-03-03"], "nothing_in_window"),
        (["--outlet", "Nobody"], "nothing_in_window"),
        (["--outlet", "Nobody", "--outlet", "HARBOUR POST"], None),
    ],
)
def test_ask_filters_as_http_does(
    invoke: Invoke, built: Path, flags: list[str], reason: str | None
) -> None:
    result = invoke("ask", "How many bolts?", "--json", *flags, archive=built)
    assert json.loads(result.stdout)["reason"] == reason
    assert result.exit_code == (1 if reason else 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([""], "question"),
        (["  "], "question"),
        (["x" * 1001], "question"),
        (["q", "--top-k", "0"], "top-k"),
        (["q", "--top-k", "51"], "top-k"),
        (["q", "--sort", "up"], "sort"),
        (["q", "--outlet", ""], "outlets"),
        (["q", "--published-from", "2024-13-01"], "published-from"),
        (["q", "--published-from", "May"], "published-from"),
        (["q", "--published-to", "2024"], "published-to"),
        (["q", "--today", "tomorrow"], "today"),
        (
            ["q", "--published-from", "2024-05-02", "--published-to", "2024-05-01"],
            "published_from is after published_to",
        ),
        ([], "QUESTION"),
        (["q", "--no-such-flag"], "no-such-flag"),
    ],
)
def test_wrong_use_exits_2_with_its_reason_on_standard_error(
    invoke: Invoke, built: Path, arguments: list[str], said: str
) -> None:
    result = invoke("ask", *arguments, archive=built)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said.casefold() in result.stderr.casefold()
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [["ask", "q"], ["articles"], ["delete", "ferry"]])
def test_an_archive_that_is_not_there_exits_2_and_is_not_made(
    invoke: Invoke, tmp_path: Path, command: list[str]
) -> None:
    missing = tmp_path / "missing"
    result = invoke(*command, archive=missing)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"onrecord: there is no archive at {missing}: run `onrecord build` first\n"
    )
    assert not missing.exists()


def test_articles_are_listed_newest_first(invoke: Invoke, built: Path) -> None:
    result = invoke("articles", archive=built)
    assert result.exit_code == 0
    lines = rows(result)
    assert lines[0] == "id published outlet title"
    assert re.fullmatch(r"[0-9a-f]{16} 2024-03-04 Harbour Post Eastern crane reopens", lines[1])
    assert lines[2] == "ferry undated Night ferry stops"


def test_articles_as_json_are_the_contracts_articles(invoke: Invoke, built: Path) -> None:
    listed = json.loads(invoke("articles", "--json", archive=built).stdout)
    assert [article["title"] for article in listed] == [
        "Eastern crane reopens",
        "Night ferry stops",
    ]
    assert listed[0]["published_precision"] == "day"
    assert listed[1]["published"] is None


def test_articles_of_nobody_exit_1(invoke: Invoke, built: Path) -> None:
    result = invoke("articles", "--outlet", "Nobody", "--json", archive=built)
    assert (result.exit_code, json.loads(result.stdout)) == (1, [])


def test_settings_are_listed(invoke: Invoke) -> None:
    result = invoke("settings")
    assert result.exit_code == 0
    shown = {line.split()[0]: line for line in rows(result)}
    assert shown["ONRECORD_MIN_CONFIDENCE"].split()[1:3] == ["0.0", "0.25"]
    assert len(shown) == len(Settings.model_fields) + 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ONRECORD_MIN_CONFIDENCE", "7"), ("ONRECORD_LOG_LEVEL", "LOUD"), ("ONRECORD_PORT", "x")],
)
def test_a_setting_out_of_range_exits_2(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = invoke("settings")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"onrecord: {variable.removeprefix('ONRECORD_').lower()}: ")


def run_main(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ONRECORD, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_faults_that_were_foreseen_exit_2_with_one_line(built: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    archive = str(tmp_path / "new")
    for arguments, environment, said in [
        (["build", str(tmp_path / "nowhere"), "--archive", archive], {}, "nowhere"),
        (["build", str(built), "--archive", str(taken)], {}, "taken"),
        (
            ["ask", "q", "--archive", str(built)],
            {"ONRECORD_PASSAGE_TOKENS": "50"},
            "passage tokens is 50, the archive has 220",
        ),
    ]:
        done = run_main(*arguments, **environment)
        assert done.returncode == 2, done.stderr
        message = done.stderr.strip().splitlines()[-1]
        assert message.startswith("onrecord: ")
        assert said in message
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_ask_imports_no_torch(built: Path) -> None:
    code = (
        "import sys; from onrecord.service.cli import commands; "
        f"commands(['ask', 'How many bolts?', '--archive', {str(built)!r}], standalone_mode=False);"
        "sys.exit(9 if 'torch' in sys.modules else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "312 bolts" in done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
@pytest.mark.parametrize("port", ["free", "any"])
def test_serve_answers_until_it_is_told_to_stop(built: Path, tmp_path: Path, port: str) -> None:
    chosen = free_port() if port == "free" else 0
    log = tmp_path / "log"
    with log.open("w") as stderr:
        serving = subprocess.Popen(
            [*ONRECORD, "serve", "--archive", str(built), "--port", str(chosen)], stderr=stderr
        )
    try:
        address = f"http://127.0.0.1:{chosen or logged_port(log)}"
        with httpx2.Client(base_url=address, timeout=60, trust_env=False) as client:
            assert wait_until_ready(client).json()["articles"] == 2
            response = client.post("/query", json={"question": "How many bolts?"})
            assert response.status_code == 200
            assert "312 bolts" in response.json()["quotes"][0]["text"]
            malformed = client.post(
                "/query", content=b"{", headers={"Content-Type": "application/json"}
            )
            assert malformed.status_code == 400
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(STOPPING_SECONDS) in (0, -signal.SIGTERM)
    finally:
        serving.kill()
        serving.wait()
    written = log.read_text()
    assert "Traceback" not in written
    assert "Application shutdown complete" in written
    assert len(re.findall(r"onrecord\.access: POST /query 200 ", written)) == 1
    assert len(re.findall(r"onrecord\.access: POST /query 400 ", written)) == 1


def logged_port(log: Path) -> int:
    address = re.compile(r"running on http://127\.0\.0\.1:(\d+)")
    found = wait_until(
        lambda: address.search(log.read_text()), "the server did not start", STARTING_SECONDS
    )
    return int(found[1])


def wait_until_ready(client: httpx2.Client) -> httpx2.Response:
    def answered() -> httpx2.Response | None:
        with suppress(httpx2.TransportError):
            return client.get("/readyz").raise_for_status()
        return None

    return wait_until(answered, "the server did not start", STARTING_SECONDS)


def test_help_imports_no_library_that_a_command_needs() -> None:
    code = "import sys, onrecord.service.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert not {"numpy", "pydantic", "tantivy", "tiktoken", "onnxruntime"} & set(
        done.stdout.split()
    )
