"""`onrecord watch` as an operator runs it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onrecord.service.cli import commands
from onrecord.service.intake import Intake
from tests.service.watch.site import Site
from tests.service.watch.test_watch import BOLTS, feed, page

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Watches, for an archive of this test's own, without a pause between two downloads."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(time, "sleep", lambda _: None)

    def watch(*arguments: object) -> Result:
        where = ["--archive", str(tmp_path / "archive")]
        return CliRunner().invoke(commands, ["watch", *map(str, arguments), *where])

    return watch


def test_one_look_says_what_came_and_fails_where_something_failed(site: Site, run: Run) -> None:
    site.put("/feed", feed("/crane"))
    site.put("/crane", page("Crane reopens", BOLTS))
    result = run("--once", f"{site.url}/feed")
    assert result.exit_code == 0
    assert result.stdout.endswith("UTC  1 new, 0 changed, 0 failed\n")
    site.put("/feed", feed("/crane", "/gone"))
    result = run("--once", f"{site.url}/feed")
    assert result.exit_code == 1
    assert "0 new, 0 changed, 1 failed\n" in result.stdout
    assert f"  {site.url}/gone: HTTP 404 Not Found\n" in result.stdout


def test_it_looks_again_after_a_while_and_tells_a_failure_once(
    site: Site, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if slept.count(300.0) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    result = run("--every", 5, f"{site.url}/none")
    assert slept.count(300.0) == 3
    assert result.stdout.count("1 failed\n") == 3
    assert result.stdout.count("HTTP 404 Not Found") == 1


def test_sources_and_their_alarm_are_on_record(tmp_path: Path, site: Site, run: Run) -> None:
    site.put("/feed", feed())
    run("--once", "--alarm", 36, f"{site.url}/feed", tmp_path)
    sources = Intake(tmp_path / "archive").sources()
    assert {one.location for one in sources} == {f"{site.url}/feed", str(tmp_path)}
    assert {(one.watched, one.alarm_hours) for one in sources} == {(True, 36.0)}


def test_what_is_no_host_is_wrong_use(site: Site, run: Run) -> None:
    result = run("--once", "--host", "http://news.example", f"{site.url}/feed")
    assert result.exit_code == 2
    assert "expected a host" in result.stderr
    assert not site.asked


@pytest.mark.parametrize("feed", ["http://", "http://[", "https://news.example:x/"])
def test_what_is_no_address_is_wrong_use(feed: str, run: Run) -> None:
    assert run("--once", feed).exit_code == 2
