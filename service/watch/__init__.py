"""Watch folders, feeds and sitemaps: take in what is new, and say what failed.

The addresses are an operator's; nothing that a client sends is ever downloaded. A feed's pages are
asked for when they are new, when their feed says that they changed, and else once a day, as long
as the feed names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from onrecord.index.errors import OnrecordError, UnreadablePage
from onrecord.index.ingest import Rejected, Report, ingest
from onrecord.index.readers.feeds import Link, read_links
from onrecord.service.archive import Archive
from onrecord.service.watch.fetch import (
    Download,
    Fetcher,
    HostDown,
    Refused,
    TryLater,
    Validators,
)
from onrecord.service.watch.spool import PageRecord, Spool

ASK_AGAIN_HOURS = 24  # for a page of which its feed does not say when it was changed …
RETRY_HOURS = 1  # … and for one that could not be downloaded
MOST_FAILURES = 3  # pages of a host in a row that do not come; the others wait for the next time
MOST_PAGES = 200  # that are downloaded from one feed at a time; the others are next
MOST_SITEMAPS = 50  # of an index of sitemaps, those that changed last


@dataclass
class Poll:
    """What one look at all sources brought: the build's report, and what failed, with why."""

    report: Report = field(default_factory=Report)
    failed: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True)
class Watch:
    """The sources of an archive: folders as resolved paths, feeds and sitemaps as addresses."""

    archive: Archive
    sources: Sequence[str]
    fetcher: Fetcher
    spool: Spool

    def poll(self) -> Poll:
        """Look at every source once and take in what is new."""
        poll = Poll()
        faults = {source: self._look(source, poll) for source in self.sources}
        folders = [one for one in self.sources if not is_address(one) and faults[one] is None]
        paths = [*map(Path, folders), *self.spool.unread]
        archive = self.archive
        try:
            poll.report = ingest(paths, archive.store, archive.encoder, archive.settings.budget)
        except OnrecordError as error:  # what was downloaded is taken in by the next poll
            poll.failed.append(Rejected("the archive", str(error)))
            return poll
        self.spool.note_read()
        for page in poll.report.rejected:
            dropped = self.spool.drop(page.location, page.reason)
            poll.failed.append(Rejected(dropped.url, page.reason) if dropped else page)
        brought = {self._source_of(location) for location in poll.report.brought}
        for source, fault in faults.items():
            archive.intake.note(source, brought=source in brought, fault=fault)
        return poll

    def _look(self, source: str, poll: Poll) -> str | None:
        """Download what a feed has new; why not all of a source can be read now, if it cannot."""
        fault: str | None = None
        try:
            if is_address(source):
                fault = self._download(source, [*self._links(source, poll)], poll)
            elif not Path(source).exists():
                fault = "there is no such file or folder"
        except (Refused, UnreadablePage) as reason:
            fault = str(reason)
        if fault:
            poll.failed.append(Rejected(source, fault))
        return fault

    def _links(self, url: str, poll: Poll, depth: int = 0) -> Iterator[Link]:
        """The pages that a feed names, those of an index of sitemaps included."""
        known = self.spool.feed(url)
        fresh = self._get(url, known.validators if known else Validators())
        if fresh is not None:
            self.spool.keep_feed(url, fresh)
        feed = fresh or known
        assert feed is not None, "a server may say that nothing changed only if it is asked so"
        links = read_links(feed.body, feed.url)
        yield from links.pages
        newest = sorted(links.sitemaps, key=lambda link: link.changed or "", reverse=True)
        for sitemap in newest[:MOST_SITEMAPS] if depth == 0 else ():
            try:
                yield from self._links(sitemap.url, poll, depth + 1)
            except HostDown:
                raise
            except (Refused, UnreadablePage) as reason:
                poll.failed.append(Rejected(sitemap.url, str(reason)))

    def _download(self, feed: str, links: Sequence[Link], poll: Poll) -> str | None:
        """Download the pages that are due, new ones first; why some are left, if some are."""
        known = {link: self.spool.find(link.url) for link in links}
        due = [link for link in links if _is_due(link, known[link])]
        due.sort(key=lambda link: known[link] is not None)
        failures = 0
        for link in due[:MOST_PAGES]:
            now = datetime.now(UTC)
            before = known[link] or PageRecord(link.url, feed, None, now, now)
            record = replace(before, changed=link.changed, asked=now, fault=None)
            try:
                fresh = self._get(link.url, before.validators)
            except TryLater:
                raise
            except Refused as reason:
                poll.failed.append(Rejected(link.url, str(reason)))
                self.spool.note(replace(record, fault=str(reason)))
                failures = failures + 1 if isinstance(reason, HostDown) else 0
                if failures == MOST_FAILURES:
                    raise
                continue
            failures = 0
            if fresh is None:
                self.spool.note(replace(record, fault=before.fault))
            else:
                self.spool.keep(replace(record, validators=fresh.validators), fresh)
        left = len(due) - MOST_PAGES
        return f"{left} pages are left for the next time" if left > 0 else None

    def _get(self, url: str, validators: Validators) -> Download | None:
        """A download, unless its host asked to be left alone."""
        host = urlsplit(url).netloc.rpartition("@")[2]  # a feed's password is not its pages'
        until = self.spool.until(host)
        if until is not None and until > datetime.now(UTC):
            raise TryLater(host, until)
        try:
            return self.fetcher.get(url, validators)
        except TryLater as later:
            self.spool.leave_alone(host, later.until)
            raise

    def _source_of(self, location: str) -> str | None:
        """Which of the sources a file belongs to."""
        page = self.spool.find_file(location)
        if page is not None:
            return page.feed
        path = Path(location)
        return next((one for one in self.sources if path.is_relative_to(one)), None)


def is_address(source: str) -> bool:
    """Whether a source is a feed or a sitemap, and not a folder."""
    return source.startswith(("http://", "https://"))


def _is_due(link: Link, known: PageRecord | None) -> bool:
    """Whether a page is to be asked for."""
    if known is None or (link.changed is not None and link.changed != known.changed):
        return True
    age = datetime.now(UTC) - known.asked
    if known.fault is not None:
        return age > timedelta(hours=RETRY_HOURS)
    return link.changed is None and age > timedelta(hours=ASK_AGAIN_HOURS)
