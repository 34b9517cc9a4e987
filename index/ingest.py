"""The way in: files become articles, articles become encoded passages, passages are stored.

A page that cannot be read lands in the report with its reason, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from onrecord.index.ahead import Ahead
from onrecord.index.articles import encode_article, make_article
from onrecord.index.encoder import Encoder
from onrecord.index.errors import Conflict, UnreadablePage
from onrecord.index.identity import identify
from onrecord.index.pages import Page, find_pages
from onrecord.index.passages import Budget
from onrecord.index.readers import MAX_BYTES, Rejection, read_file
from onrecord.index.shards import Shard
from onrecord.index.store import POSTED, IndexedPassage, Source, Store
from onrecord.index.types import Article

PUBLISH_EVERY = 500  # articles that a worker of several holds back; alone it publishes at the end
READING = 2  # raise when a reader changes what it makes of a page: known pages are read again
Progress = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page, or a part of one, that is not in the archive, and why."""

    location: str
    reason: str


@dataclass(slots=True)
class Report:
    """What a build did: article ids by outcome, and what it could not take."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """What a build does beside adding and updating.

    `mirror` removes articles whose file under the paths is gone, `only` those from files elsewhere;
    neither touches posted ones. `undelete` brings back what was deleted by hand. `shard` reads one
    part of the pages and publishes now and then, so that what a lost worker did stays.
    """

    mirror: bool = False
    only: bool = False
    undelete: bool = False
    max_bytes: int = MAX_BYTES
    shard: Shard | None = None


def ingest(
    paths: Sequence[Path],
    store: Store,
    encoder: Encoder,
    budget: Budget,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring the files and folders into the store and publish; returns what became of each.

    `progress` is called with bytes done, bytes in all and passages made. Raises
    `FileNotFoundError` where a path does not exist.
    """
    return _Build(store, encoder, budget, options or Options(), progress).run(paths)


class _Build:
    """One run of `ingest`: what it has seen so far, and its report."""

    _ahead: Ahead  # what is encoded meanwhile; writes follow in the pages' order
    _known: dict[str, Source]
    _by_sha: dict[str, str]

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        budget: Budget,
        options: Options,
        progress: Progress | None,
    ) -> None:
        self._store, self._encoder, self._budget = store, encoder, budget
        self._options, self._progress = options, progress
        self._report = Report()
        self._taken: dict[str, str] = {}
        self._bytes_done = self._bytes_in_all = 0

    def run(self, paths: Sequence[Path]) -> Report:
        pages = find_pages(paths)
        roots = [path.resolve() for path in paths]
        self._bytes_in_all = sum(page.size for page in pages)
        if self._options.only:
            self._drop(source for source in self._store.sources.all() if not _under(source, roots))
        self._known = {source.location: source for source in self._store.sources.all()}
        self._by_sha = {
            source.sha256: source.location for source in self._known.values() if source.articles
        }
        with Ahead() as self._ahead:
            for page in pages:
                self._take_page(page)
            self._ahead.finish()
        if self._options.mirror:
            gone = (s for s in self._store.sources.all() if not Path(s.location).exists())
            self._drop(source for source in gone if _under(source, roots))
        self._store.publish()
        return self._report

    def _take_page(self, page: Page) -> None:
        try:
            sha256 = page.hash()
            if self._options.shard and not self._options.shard.takes(sha256):
                return
            self._refuse_copy(page, sha256)
            known = self._known.get(page.location)
            same = known and (known.sha256, known.reading) == (sha256, READING)
            if known and same and not self._asked(known):
                self._keep(known)
            else:
                self._read(page, sha256)
        except (UnreadablePage, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._report.rejected.append(Rejected(page.location, reason))
        self._bytes_done += page.size
        self._show_progress()

    def _refuse_copy(self, page: Page, sha256: str) -> None:
        first = self._by_sha.get(sha256, page.location)
        if first != page.location and Path(first).exists():
            if Page(Path(first), "").hash() != sha256:  # it was edited since it was read
                return
            raise UnreadablePage(f"the same bytes as {first}")

    def _asked(self, known: Source) -> bool:
        return self._options.undelete and any(map(self._store.is_deleted, known.articles))

    def _keep(self, known: Source) -> None:
        for article_id in known.articles:
            self._taken[article_id] = known.location
            gone = self._store.is_deleted(article_id)
            (self._report.deleted if gone else self._report.unchanged).append(article_id)

    def _read(self, page: Page, sha256: str) -> None:
        read = list(read_file(page.file, self._options.max_bytes))
        ids, complete = [], True
        for at, reading in enumerate(read):
            try:
                if isinstance(reading, Rejection):
                    raise UnreadablePage(": ".join(filter(None, (reading.locator, reading.reason))))
                article_id = identify(reading, page.shared if len(read) == 1 else None)
                self._take(make_article(reading, article_id, page.shared, sha256), page.location)
                ids.append(article_id)
            except (UnreadablePage, Conflict) as error:
                self._report.rejected.append(Rejected(page.location, str(error)))
                complete = False
            self._show_progress(page.size * (at + 1) // len(read))
        self._settle(page, sha256, ids, complete)

    def _take(self, article: Article, location: str) -> None:
        self._claim(article.id, location)
        if self._store.is_deleted(article.id):
            if not self._options.undelete:
                self._report.deleted.append(article.id)
                return
            self._store.undelete(article.id)
        if self._store.holds(article):
            self._report.unchanged.append(article.id)
            return
        new = self._store.location(article.id) is None
        self._ahead.work(
            partial(encode_article, article, self._encoder, self._budget),
            partial(self._put, article, location, new),
        )

    def _put(
        self, article: Article, location: str, new: bool, entries: list[IndexedPassage]
    ) -> None:
        self._store.put(article, entries, location)
        (self._report.added if new else self._report.updated).append(article.id)
        self._report.passages += len(entries)
        stored = len(self._report.added) + len(self._report.updated)
        if self._options.shard and stored % PUBLISH_EVERY == 0:
            self._store.publish()
        self._show_progress()

    def _claim(self, article_id: str, location: str) -> None:
        """Make sure that no other source has the id; a file that moved takes its articles along."""
        if article_id in self._taken:
            raise Conflict(f"the id {article_id} is taken by {self._taken[article_id]}")
        holder = self._store.location(article_id) or location
        if holder != location:
            if holder == POSTED or Path(holder).exists():
                raise Conflict(f"the id {article_id} is taken by {holder}")
            self._store.sources.move(holder, location)
        self._taken[article_id] = location

    def _settle(self, page: Page, sha256: str, ids: list[str], complete: bool) -> None:
        """Note what the page gave; drop what it no longer gives, if all of it could be read."""
        if ids:
            self._by_sha[sha256] = page.location
        before = self._known.get(page.location)
        lost = [name for name in before.articles if name not in ids] if before else []
        if self._options.mirror and complete:
            self._remove(lost)
            lost = []
        # A page that is incomplete, or keeps what it no longer gives, is read again next time.
        reading = READING if complete and not lost else 0
        source = Source(page.location, sha256, reading, (*ids, *lost))
        self._ahead.then(partial(self._store.sources.remember, source))

    def _drop(self, sources: Iterable[Source]) -> None:
        """Forget sources and remove what they gave."""
        for source in list(sources):
            self._remove(list(source.articles))
            self._store.sources.forget(source.location)

    def _remove(self, article_ids: list[str]) -> None:
        for article_id in article_ids:
            if article_id not in self._taken and self._store.delete(article_id, tombstone=False):
                self._report.removed.append(article_id)

    def _show_progress(self, within_page: int = 0) -> None:
        if self._progress is not None:
            done = self._bytes_done + within_page
            self._progress(done, self._bytes_in_all, self._report.passages)


def _under(source: Source, roots: Sequence[Path]) -> bool:
    return any(Path(source.location).is_relative_to(root) for root in roots)
