"""The pages that were downloaded from feeds, as files that a build reads like any other.

A page of HTML is kept as it came, under headers that say from where, in which encoding and when it
was first downloaded (MHTML, RFC 2557); any other file is kept as it is. What is to be remembered
of addresses and hosts is in a hidden database beside the pages.
"""

from __future__ import annotations

import os
import re
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path, PurePosixPath
from typing import Self
from urllib.parse import urlsplit

from onrecord.index.identity import hash_name
from onrecord.service.watch.fetch import Download, Validators

FOLDER = "watched"
_INDEX = ".index.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
  name TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  feed TEXT NOT NULL,
  changed TEXT,
  etag TEXT,
  last_modified TEXT,
  first TEXT NOT NULL,
  asked TEXT NOT NULL,
  fault TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feeds (
  url TEXT PRIMARY KEY,
  etag TEXT,
  last_modified TEXT,
  body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unread (file TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (host TEXT PRIMARY KEY, until TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What is known of an address: which feed named it, and what the feed said of its last change.

    `first` and `asked` are when it was asked for first and last, `fault` why it is no article.
    """

    url: str
    feed: str
    changed: str | None
    first: datetime
    asked: datetime
    validators: Validators = Validators()
    fault: str | None = None


class Spool:
    """The downloaded pages of an archive, for one process at a time. Close it."""

    def __init__(self, archive: Path) -> None:
        self.folder = (archive / FOLDER).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._index = sqlite3.connect(self.folder / _INDEX, isolation_level=None)
        self._index.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.close()

    def find(self, url: str) -> PageRecord | None:
        """What is known of an address."""
        return self._find(hash_name(url))

    def find_file(self, location: str) -> PageRecord | None:
        """What is known of the page in a file; None for a file elsewhere."""
        path = Path(location)
        return self._find(path.name.partition(".")[0]) if path.parent == self.folder else None

    def note(self, record: PageRecord) -> None:
        """Remember what became of an address."""
        etag, last_modified = record.validators.etag, record.validators.last_modified
        self._index.execute(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                hash_name(record.url),
                *(record.url, record.feed, record.changed, etag, last_modified),
                *(record.first.isoformat(), record.asked.isoformat(), record.fault),
            ),
        )

    def keep(self, record: PageRecord, download: Download) -> None:
        """Keep a page; nothing is written where the file is there already as it would be."""
        body, suffix = download.body, PurePosixPath(urlsplit(download.url).path).suffix
        if is_html(download):
            body, suffix = _as_mhtml(download, record.first), ".mhtml"
        file = self.folder / f"{hash_name(record.url)}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
        if not file.is_file() or file.read_bytes() != body:
            self._index.execute("INSERT OR IGNORE INTO unread VALUES (?)", (file.name,))
            part = file.with_name(f".{file.name}")
            part.write_bytes(body)
            os.replace(part, file)
        self.note(record)

    @property
    def unread(self) -> list[Path]:
        """The files that were written since a build read them last, whoever wrote them."""
        rows = self._index.execute("SELECT file FROM unread ORDER BY file")
        return [file for (name,) in rows if (file := self.folder / name).is_file()]

    def note_read(self) -> None:
        """Remember that a build has read all files."""
        self._index.execute("DELETE FROM unread")

    def drop(self, location: str, reason: str) -> PageRecord | None:
        """Delete a file that is no article, and remember why; None for a file elsewhere."""
        record = self.find_file(location)
        if record is not None:
            Path(location).unlink(missing_ok=True)
            self.note(replace(record, fault=reason, validators=Validators()))
        return record

    def feed(self, url: str) -> Download | None:
        """A feed as it was downloaded last; it may name pages that have not been asked for yet."""
        row = self._index.execute(
            "SELECT body, etag, last_modified FROM feeds WHERE url = ?", (url,)
        ).fetchone()
        return Download(url, row[0], "", Validators(row[1], row[2])) if row else None

    def keep_feed(self, url: str, download: Download) -> None:
        """Remember a feed for the time when its server says that it is still the same."""
        etag, last_modified = download.validators.etag, download.validators.last_modified
        row = (url, etag, last_modified, download.body)
        self._index.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?)", row)

    def until(self, host: str) -> datetime | None:
        """When a host that asked to be left alone may be asked again."""
        row = self._index.execute("SELECT until FROM hosts WHERE host = ?", (host,)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def leave_alone(self, host: str, until: datetime) -> None:
        """Remember that a host asked to be left alone until then."""
        row = (host, until.isoformat())
        self._index.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?)", row)

    def _find(self, name: str) -> PageRecord | None:
        row = self._index.execute(
            "SELECT url, feed, changed, first, asked, etag, last_modified, fault "
            "FROM pages WHERE name = ?",
            (name,),
        ).fetchone()
        if row is None:
            return None
        url, feed, changed, first, asked, etag, last_modified, fault = row
        moments = datetime.fromisoformat(first), datetime.fromisoformat(asked)
        return PageRecord(url, feed, changed, *moments, Validators(etag, last_modified), fault)


_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")


def is_html(download: Download) -> bool:
    """Whether a server calls what it gave HTML, or calls it nothing."""
    kind = download.content_type.partition(";")[0].strip().lower()
    return kind in ("", "text/html", "application/xhtml+xml")


def _as_mhtml(download: Download, saved: datetime) -> bytes:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = download.url
    message["Date"] = format_datetime(saved.astimezone(UTC))
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = download.content_type or "text/html"
    message["Content-Transfer-Encoding"] = "8bit"
    return message.as_bytes() + download.body
