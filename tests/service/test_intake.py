"""When an archive took something in, by source, and who sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from onrecord.service.archive import Archive
from onrecord.service.http.app import create_app
from onrecord.service.intake import FILE, Intake, IntakeSource, current_to

FEED = "https://me:secret@news.example/feed?key=secret"
MARKDOWN = "# Crane reopens\n\nEngineers replaced 312 bolts and tested the arm with forty tonnes.\n"
NOW = datetime.now(UTC)


def source(**fields: object) -> IntakeSource:
    """A watched source with an alarm of two hours that was read just now."""
    usual = {"alarm_hours": 2.0, "since": NOW, "checked": NOW, "taken_in": None, "fault": None}
    return IntakeSource("/news", **{"watched": True, **usual, **fields})  # type: ignore[arg-type]


def let_pass(folder: Path, hours: float) -> None:
    """Move all that is known of the sources so far into the past."""
    with sqlite3.connect(folder / FILE) as connection:
        for column in ("since", "checked", "taken_in"):
            connection.execute(
                f"UPDATE sources SET {column} = strftime('%Y-%m-%dT%H:%M:%S+00:00', {column}, ?)",
                (f"-{hours} hours",),
            )


def test_builds_and_posts_are_noted_by_source(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "crane.md").write_text(MARKDOWN)
    with Archive.open(tmp_path / "archive") as archive:
        assert archive.status().current_to is None
        archive.build(pages)
        (built,) = archive.status().sources
        assert (built.name, built.watched, built.fault) == ("pages", False, None)
        assert built.checked == built.taken_in == archive.status().current_to
        archive.add({"title": "Lamps", "text": "The council bought 85 lamps for the coast road."})
        assert {one.name for one in archive.status().sources} == {"pages", "posted"}
        let_pass(tmp_path / "archive", hours=5)
        archive.build(pages)
        built = next(one for one in archive.status().sources if one.name == "pages")
    assert built.checked is not None
    assert built.taken_in is not None
    assert built.checked - built.taken_in >= timedelta(hours=5)  # it was read, and brought nothing


def test_a_source_is_silent_after_its_alarm_and_only_while_it_is_watched() -> None:
    soon, late = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    assert not source().is_silent(soon)
    assert source().is_silent(late)
    assert not source(taken_in=soon).is_silent(late)
    assert not source(alarm_hours=0.0).is_silent(late)
    assert not source(watched=False).is_silent(late)


def test_an_archive_is_as_current_as_the_source_that_was_read_least_lately() -> None:
    early = NOW - timedelta(hours=9)
    assert current_to([source(), source(checked=early)]) == early
    assert current_to([source(), source(checked=None)]) is None
    assert current_to([source(watched=False, checked=early), source(watched=False)]) == NOW
    assert current_to([source(), source(watched=False, checked=early)]) == NOW
    assert current_to([]) is None


def test_only_the_sources_that_were_named_last_are_watched(tmp_path: Path) -> None:
    intake = Intake(tmp_path)
    intake.watch([FEED, "/news/mail", "/news/typing-error"], alarm_hours=2)
    intake.note("/news/mail", brought=False)
    intake.watch([FEED], alarm_hours=3)
    watched = {one.location: (one.watched, one.alarm_hours) for one in intake.sources()}
    assert watched == {FEED: (True, 3.0), "/news/mail": (False, 2.0)}


def test_a_fault_keeps_what_was_known(tmp_path: Path) -> None:
    intake = Intake(tmp_path)
    intake.note(FEED, brought=True)
    intake.note(FEED, brought=False, fault="HTTP 503")
    (kept,) = intake.sources()
    assert kept.fault == "HTTP 503"
    assert kept.checked == kept.taken_in is not None
    intake.note(FEED, brought=False)
    assert intake.sources()[0].fault is None


def test_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database at all, but it is long enough" * 100)
    intake = Intake(tmp_path)
    intake.note(FEED, brought=True)
    assert intake.sources() == []
    assert "not a database" in caplog.text


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """One article, and two watched sources, of which one cannot be read."""
    with Archive.open(tmp_path / "archive") as opened:
        opened.add(
            {
                "title": "Lamps",
                "text": "The council bought 85 lamps for the coast road.",
                "published": "2024-03-04",
                "outlet": "Harbour Post",
            }
        )
        opened.intake.watch([FEED, str(tmp_path / "mail")], alarm_hours=2)
        opened.intake.note(FEED, brought=True)
        opened.intake.note(str(tmp_path / "mail"), brought=False, fault="there is no such folder")
        yield opened


def service(archive: Archive) -> TestClient:
    """A client of the whole application."""
    return TestClient(create_app(archive), base_url="http://127.0.0.1")


def gauge(client: TestClient, name: str) -> float:
    """A metric without labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return next(one.samples[0].value for one in families if one.name == f"onrecord_{name}")


def test_status_shows_holdings_and_sources_without_secrets(
    archive: Archive, tmp_path: Path
) -> None:
    with service(archive) as client:
        status = client.get("/status").json()
        assert (status["articles"], status["outlets"]) == (1, ["Harbour Post"])
        assert status["published_from"] == status["published_to"] == "2024-03-04"
        shown = {one["name"]: (one["watched"], one["failing"]) for one in status["sources"]}
        assert shown == {
            "https://news.example/feed": (True, False),
            "mail": (True, True),
            "posted": (False, False),
        }
        assert "secret" not in client.get("/status").text
        assert str(tmp_path) not in client.get("/status").text


def test_a_silent_source_makes_the_service_degraded_and_no_less_ready(
    archive: Archive, tmp_path: Path
) -> None:
    with service(archive) as client:
        assert client.get("/readyz").json()["status"] == "ready"
        let_pass(tmp_path / "archive", hours=3)
        assert client.get("/readyz").json()["status"] == "degraded"
        assert client.get("/readyz").status_code == 200
        silent = {one["name"] for one in client.get("/status").json()["sources"] if one["silent"]}
        assert silent == {"https://news.example/feed", "mail"}
        assert gauge(client, "sources_silent") == 2
        archive.intake.note(str(tmp_path / "mail"), brought=True)
        archive.intake.note(FEED, brought=True)
        assert client.get("/readyz").json()["status"] == "ready"
        assert gauge(client, "sources_silent") == 0


def test_until_when_the_archive_is_current_is_on_record_for_people_and_for_prometheus(
    archive: Archive, tmp_path: Path
) -> None:
    with service(archive) as client:
        assert client.get("/status").json()["current_to"] is None
        assert isnan(gauge(client, "archive_current_to_seconds"))
        archive.intake.note(str(tmp_path / "mail"), brought=True)
        current = datetime.fromisoformat(client.get("/status").json()["current_to"])
        assert NOW - timedelta(minutes=1) < current <= datetime.now(UTC)
        assert gauge(client, "archive_current_to_seconds") == current.timestamp()
