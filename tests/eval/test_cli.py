"""`onrecord eval …`: what the commands print, and their exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onrecord.eval import figures
from onrecord.eval.cli import commands
from onrecord.eval.measures import intervals


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def asked(measured: Any) -> tuple[Result, Path]:
    """`run seeds` on a few of the questions, over the archive that is there already."""
    arguments = ("--sample", 6, "--jobs", 1, "--work", measured.work, "--retriever", "words")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(intervals, "RESAMPLES", 20)  # no test reads them
        return invoke("run", "seeds", *arguments), measured.work / "runs" / "seeds-words"


def test_a_run_shows_its_measures_and_names_its_report(asked: tuple[Result, Path]) -> None:
    result, folder = asked
    assert (result.exit_code, result.exception) == (0, None)
    assert "seeds: 6 questions" in result.stdout
    assert "quotes/verbatim" in result.stdout
    assert f"report: {folder / 'report.html'}" in result.stdout
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_run_measures_the_retriever_that_is_named(asked: tuple[Result, Path]) -> None:
    found, _ = figures.read(asked[1])
    assert found["system"]["ranking"]["dense_weight"] == 0.0


def test_a_comparison_shows_both_runs_and_names_its_report(
    asked: tuple[Result, Path], tmp_path: Path
) -> None:
    _, folder = asked
    result = invoke("compare", folder, folder, "--out", tmp_path / "compared")
    assert (result.exit_code, result.exception) == (0, None)
    assert "seeds: A is seeds-words, B is seeds-words" in result.stdout
    assert f"report: {tmp_path / 'compared' / 'comparison.html'}" in result.stdout
    written = {file.name for file in (tmp_path / "compared").iterdir()}
    assert written == {"comparison.json", "comparison.html"}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (
            ["--url", "http://paper.example", "--retriever", "words"],
            "--url asks a service as it is",
        ),
        (["--url", "http://paper.example", "--archive", "."], "--url asks a service as it is"),
        (["--url", "http://paper.example", "--pages", "."], "--url asks a service as it is"),
        (["--archive", ".", "--pages", "."], "give --archive or --pages, not both"),
    ],
)
def test_what_cannot_be_asked_together_is_wrong_use(arguments: list[str], fault: str) -> None:
    result = invoke("run", "seeds", *arguments)
    assert result.exit_code == 2
    assert f"onrecord: {fault}" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "seeds", "--sample", "1"],
        ["run", "seeds", "--jobs", "0"],
        ["run", "seeds", "--retriever", "magic"],
        ["run", "seeds", "--archive", "/nowhere"],
        ["compare", "/nowhere", "/nowhere"],
        ["calibrate", "--data", "/nowhere"],
    ],
)
def test_options_out_of_their_range_are_wrong_use(arguments: list[str]) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_a_gate_without_floors_is_wrong_use() -> None:
    result = invoke("gate", "--only", "nothing", "--only", "seeds")
    assert result.exit_code == 2
    assert result.stderr == "onrecord: no floors are set for nothing\n"


def test_a_data_set_that_is_not_there_is_skipped(tmp_path: Path) -> None:
    result = invoke("gate", "--only", "rtqa-dev-2022", "--data", tmp_path)
    assert result.exit_code == 0
    assert result.stdout == "rtqa-dev-2022: skipped, it is not under --data\n"
