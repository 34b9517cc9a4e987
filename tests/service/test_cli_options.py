"""What all commands share: log lines, and a warning for variables that set nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from onrecord.service.cli.options import read_settings, start_logging


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Put the root logger's handlers back."""
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    root.handlers[:] = before


def test_json_lines_have_their_fields(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", "json")
    parts = {"method": "GET", "status": 200, "request_id": "r1"}
    logging.getLogger("onrecord.access").info("%s %d", "GET", 200, extra=parts)
    written = json.loads(capsys.readouterr().err)
    assert written["message"] == "GET 200"
    assert (written["level"], written["logger"]) == ("INFO", "onrecord.access")
    assert (written["method"], written["status"], written["request_id"]) == ("GET", 200, "r1")
    assert written["time"].startswith("20")


def test_text_lines_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", "text")
    logging.getLogger("onrecord.service.http.app").warning("the roof leaks")
    assert capsys.readouterr().err.endswith("WARNING onrecord.service.http.app: the roof leaks\n")


def test_less_severe_messages_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("WARNING", "text")
    logging.getLogger("onrecord.index.ingest").info("nothing to see")
    assert capsys.readouterr().err == ""


def test_a_variable_that_is_no_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("MIN_CONFIDENC", "DEPTH", "PORT", "NIGHTLY"):
        monkeypatch.setenv(f"ONRECORD_{name}", "1")
    read_settings(None)
    (line,) = capsys.readouterr().err.splitlines()
    assert "no such setting: ONRECORD_DEPTH, ONRECORD_MIN_CONFIDENC;" in line


def test_settings_alone_are_no_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONRECORD_PORT", "8001")
    read_settings(None)
    assert capsys.readouterr().err == ""
