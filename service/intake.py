"""When the archive last took something in, by source: a folder, a feed, or what clients posted.

It is kept in a small database beside the archive, which builds and `onrecord watch` write and a
running service reads. It never stands in their way: where it cannot be written, the log says so,
and the articles are stored all the same. A source is silent if it is watched and has brought
nothing new for longer than its alarm says.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

FILE = "intake.sqlite"
Row = tuple[Any, ...]
log = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sources (
  location TEXT PRIMARY KEY,
  watched INTEGER NOT NULL DEFAULT 0,
  alarm_hours REAL NOT NULL DEFAULT 0,
  since TEXT NOT NULL,
  checked TEXT,
  taken_in TEXT,
  fault TEXT
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class IntakeSource:
    """Where articles come from: `location` is a folder's or file's path, an address, or `posted`.

    `since` is when it became known, `checked` when it was last read without a fault, `taken_in`
    when it last brought an article that was new or had changed. `alarm_hours` 0 is no alarm.
    """

    location: str
    watched: bool
    alarm_hours: float
    since: datetime
    checked: datetime | None
    taken_in: datetime | None
    fault: str | None

    @property
    def name(self) -> str:
        """Its name for readers: no folders of the server, no password, no query."""
        parts = urlsplit(self.location)
        if parts.scheme in ("http", "https"):
            host = parts.netloc.rpartition("@")[2]
            return urlunsplit((parts.scheme, host, parts.path, "", ""))
        return Path(self.location).name

    def is_silent(self, now: datetime) -> bool:
        """Whether it has brought nothing for longer than its alarm says."""
        if not self.watched or not self.alarm_hours:
            return False
        return now - (self.taken_in or self.since) > timedelta(hours=self.alarm_hours)


class Intake:
    """What is known of an archive's sources. Safe to use from several processes."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def sources(self) -> list[IntakeSource]:
        """All sources, those first that brought something last."""
        if not self._file.is_file():
            return []
        rows = self._run(
            "SELECT location, watched, alarm_hours, since, checked, taken_in, fault FROM sources "
            "ORDER BY taken_in DESC, location"
        )
        return [_read(*row) for row in rows]

    def watch(self, locations: Collection[str], alarm_hours: float) -> None:
        """Note that these sources are watched from now on, and no others."""
        self._run("UPDATE sources SET watched = 0, fault = NULL")
        for location in locations:
            self._run(
                "INSERT INTO sources (location, watched, alarm_hours, since) VALUES (?, 1, ?, ?) "
                "ON CONFLICT (location) DO UPDATE SET watched = 1, alarm_hours = ?2",
                *(location, alarm_hours, _now()),
            )
        self._run("DELETE FROM sources WHERE NOT watched AND checked IS NULL")

    def note(self, location: str, *, brought: bool, fault: str | None = None) -> None:
        """Note that a source was read now, whether it brought something, or why it could not be."""
        now = _now()
        self._run(
            "INSERT INTO sources (location, since, checked, taken_in, fault) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (location) DO UPDATE SET fault = ?5, "
            "checked = coalesce(?3, checked), taken_in = coalesce(?4, taken_in)",
            *(location, now, None if fault else now, now if brought else None, fault),
        )

    def _run(self, statement: str, *values: str | float | None) -> list[Row]:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file)) as connection, connection:
                connection.execute(_SCHEMA)
                return connection.execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            log.warning("%s: %s", self._file, error)
            return []


def current_to(sources: Collection[IntakeSource]) -> datetime | None:
    """Until when the archive is current: when all watched sources had been read.

    Where none is watched, when any was read last; None where nobody knows.
    """
    watched = [source for source in sources if source.watched]
    if watched:
        read = [source.checked for source in watched if source.checked]
        return min(read) if len(read) == len(watched) else None
    return max((source.checked for source in sources if source.checked), default=None)


def find_silent(sources: Collection[IntakeSource]) -> list[IntakeSource]:
    """The sources that are silent now."""
    now = datetime.now(UTC)
    return [source for source in sources if source.is_silent(now)]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read(location: str, watched: int, alarm_hours: float, *rest: str | None) -> IntakeSource:
    *moments, fault = rest
    since, checked, taken_in = (datetime.fromisoformat(one) if one else None for one in moments)
    assert since is not None, "the column is NOT NULL"
    return IntakeSource(location, bool(watched), alarm_hours, since, checked, taken_in, fault)
