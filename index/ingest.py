"""The way in: files become articles, articles become encoded passages, passages are stored.

A page that cannot be read is reported with its reason, and the build goes on.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from onrecord.index.defaults import MAX_PAGE_BYTES
from onrecord.index.encoder import Encoder, encode_all
from onrecord.index.errors import Conflict, UnreadablePage
from onrecord.index.identity import KnownPages, identify
from onrecord.index.pages import Page, Shard, find_pages
from onrecord.index.passages import cut, shorten_title
from onrecord.index.readers import ParsedArticle, Rejection, read_file, read_page
from onrecord.index.readers.decode import is_mojibake
from onrecord.index.store import POSTED, IndexedPassage, Source, Store
from onrecord.index.text.terms import titled
from onrecord.index.types import Article, Budget

PUBLISH_EVERY = 500  # articles, for one of several workers; a build alone publishes at its end
READING = 4  # raise it when a reader changes what it returns: known pages are then read again
THREADS = 2  # one cuts an article while the passages of another are encoded
PREFETCHED = 8  # articles that wait with their vectors; a long one takes a few megabytes
MOJIBAKE = "some letters are wrong: they were read in another encoding before it was saved"
Progress = Callable[[int, int, int], None]
Outcome = Literal["added", "updated", "unchanged", "deleted"]
Step = TypeVar("Step")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page, or a part of one, that is not in the archive, and why."""

    location: str
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A page that is in the archive, and what may be wrong with it."""

    location: str
    reason: str


@dataclass(slots=True)
class Report:
    """What a build did: article ids by outcome, the pages that it rejected, and doubtful ones.

    `brought` are the locations of files that gave an article which was new or had changed.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)
    passages: int = 0

    def note(self, outcome: Outcome, article_id: str) -> None:
        """Count an article."""
        getattr(self, outcome).append(article_id)


class Added(NamedTuple):
    """An article that was sent, as the archive now holds it, and whether it is new to it."""

    article: Article
    is_new: bool


@dataclass(frozen=True, slots=True)
class Options:
    """What a build does beside adding and updating.

    `mirror` removes articles whose file under the paths is gone, `only` those from files elsewhere;
    neither removes posted ones. `undelete` brings back what was deleted by hand. `shard` reads one
    part of the pages and publishes every `PUBLISH_EVERY` articles, so that the work of a worker
    that dies is not lost.
    """

    mirror: bool = False
    only: bool = False
    undelete: bool = False
    max_bytes: int = MAX_PAGE_BYTES
    shard: Shard | None = None


@dataclass(slots=True)
class _Build:
    """The state of one build.

    `known` are the files of earlier builds by location, `first` the location of the first file of
    each sha256, `pages` what the archive and this build have.
    """

    store: Store
    pages: KnownPages
    options: Options
    progress: Progress | None
    bytes_total: int
    bytes_done: int = 0
    report: Report = field(default_factory=Report)
    known: dict[str, Source] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def show_progress(self, of_page: int = 0) -> None:
        if self.progress:
            self.progress(self.bytes_done + of_page, self.bytes_total, self.report.passages)


@dataclass(frozen=True, slots=True)
class _NewVersion:
    article: Article
    location: str
    outcome: Outcome


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
    pages, roots = find_pages(paths), [path.resolve() for path in paths]
    build = _Build(
        store, KnownPages(store), options or Options(), progress, sum(page.size for page in pages)
    )
    if build.options.only:
        _drop((s for s in store.sources.all() if not _under(s, roots)), build)
    build.known = {source.location: source for source in store.sources.all()}
    build.first = {s.sha256: s.location for s in build.known.values() if s.articles}

    def encode(step: _NewVersion | Source) -> list[IndexedPassage]:
        return [] if isinstance(step, Source) else encode_article(step.article, encoder, budget)

    with closing(prefetch(_read_pages(pages, build), encode)) as encoded:
        _write(encoded, build)
    if build.options.mirror:
        gone = (s for s in store.sources.all() if not Path(s.location).exists())
        _drop((source for source in gone if _under(source, roots)), build)
    store.publish()
    return build.report


def add_page(raw: bytes, name: str, store: Store, encoder: Encoder, budget: Budget) -> Added:
    """Store and publish the one article of a page that a client sent.

    Of the page's name only the ending counts. An article that was deleted by hand comes back.
    Raises `UnreadablePage` where the page does not hold exactly one article, and `Conflict` where
    its id belongs to an article that was built from a file.
    """
    read = read_page(raw, name, len(raw))
    if len(read) != 1:
        raise UnreadablePage(f"expected one article, got {len(read)}")
    (parsed,) = read
    if isinstance(parsed, Rejection):
        raise UnreadablePage(parsed.reason)
    sha256 = hashlib.sha256(raw).hexdigest()
    article = make_article(parsed, identify(parsed, None), POSTED, sha256)
    outcome = decide(article, POSTED, store, undelete=True)
    if outcome == "unchanged":
        return Added(article, is_new=False)
    put(article, encode_article(article, encoder, budget), POSTED, store)
    store.publish()
    return Added(article, is_new=True)


def make_article(
    parsed: ParsedArticle, article_id: str, source: str, source_sha256: str
) -> Article:
    """The parsed article with its id and where it came from."""
    return Article(
        id=article_id,
        title=parsed.title,
        text=parsed.text,
        outlet=parsed.outlet,
        authors=parsed.authors,
        url=parsed.url,
        language=parsed.language,
        published=parsed.published,
        terms=parsed.terms,
        evidence=parsed.evidence,
        source=source,
        source_sha256=source_sha256,
        pages=parsed.pages,
    )


def encode_article(article: Article, encoder: Encoder, budget: Budget) -> list[IndexedPassage]:
    """The article's passages, each with its vector and the vectors of its sentences."""
    passages = cut(article, budget, encoder)
    title = shorten_title(article.title, encoder)
    sentences = [text for passage in passages for text in passage.sentence_texts]
    texts = [titled(title, passage.text) for passage in passages]
    vectors = encode_all(encoder, [*texts, *sentences])
    indexed, at = [], len(passages)
    for passage, vector in zip(passages, vectors, strict=False):
        own = vectors[at : at + len(passage.sentences)]
        indexed.append(
            IndexedPassage(passage, vector, own, article.published.days, language=article.language)
        )
        at += len(passage.sentences)
    return indexed


def decide(article: Article, location: str, store: Store, *, undelete: bool) -> Outcome:
    """What becomes of an article that was read: `added` and `updated` ones are to be `put`.

    A file that was moved takes its articles along. Raises `Conflict` where the id belongs to an
    article from another location.
    """
    holder = store.location(article.id)
    if location == POSTED and holder not in (None, POSTED):
        if store.holds(article):
            return "unchanged"
        raise Conflict(f"the id {article.id} belongs to an article that was built from a file")
    if holder is not None and holder != location:
        if holder == POSTED or Path(holder).exists():
            raise Conflict(f"the id {article.id} is taken by {holder}")
        store.sources.move(holder, location)
    if not undelete and store.is_deleted(article.id):
        return "deleted"
    if store.holds(article):
        return "unchanged"
    return "added" if holder is None else "updated"


def put(article: Article, passages: list[IndexedPassage], location: str, store: Store) -> None:
    """Store an article and remove its tombstone, if it has one."""
    store.put(article, passages, location)
    if store.is_deleted(article.id):
        store.undelete(article.id)


def prefetch(
    steps: Iterable[Step], work: Callable[[Step], Result]
) -> Generator[tuple[Step, Result], None, None]:
    """Each step with the result of its work, in order, while threads work on the next steps."""
    waiting: deque[tuple[Step, Future[Result]]] = deque()
    pool = ThreadPoolExecutor(THREADS)
    try:
        for step in steps:
            waiting.append((step, pool.submit(work, step)))
            while waiting and (waiting[0][1].done() or len(waiting) > PREFETCHED):
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _read_pages(pages: Iterable[Page], build: _Build) -> Iterator[_NewVersion | Source]:
    """The articles that are to be stored, and after those of a page what is known of it then."""
    for page in pages:
        try:
            sha256 = page.hash()
            if build.options.shard and not build.options.shard.takes(sha256):
                continue
            _reject_copy(page, sha256, build)
            if not _is_known(page, sha256, build):
                yield from _read_articles(page, sha256, build)
        except (UnreadablePage, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            build.report.rejected.append(Rejected(page.location, reason))
        build.bytes_done += page.size
        build.show_progress()


def _reject_copy(page: Page, sha256: str, build: _Build) -> None:
    """Raise `UnreadablePage` where another file has the same bytes."""
    first = build.first.get(sha256, page.location)
    if first != page.location and Path(first).exists():
        if Page(Path(first), "").hash() != sha256:  # it was edited after it was read
            return
        raise UnreadablePage(f"the same bytes as {first}")


def _is_known(page: Page, sha256: str, build: _Build) -> bool:
    """Whether nothing is to be done for the page, because an earlier build has read it."""
    known, store = build.known.get(page.location), build.store
    if known is None or (known.sha256, known.reading) != (sha256, READING):
        return False
    if build.options.undelete and any(map(store.is_deleted, known.articles)):
        return False
    for article_id in known.articles:
        if article_id not in build.pages.taken:
            build.pages.taken[article_id] = store.location(article_id) or page.location
            outcome: Outcome = "deleted" if store.is_deleted(article_id) else "unchanged"
            build.report.note(outcome, article_id)
    return True


def _read_articles(page: Page, sha256: str, build: _Build) -> Iterator[_NewVersion | Source]:
    """The page's new versions, then its source. Raises `UnreadablePage` if nothing is readable."""
    read = list(read_file(page.file, build.options.max_bytes))
    ids, complete = [], True
    for at, parsed in enumerate(read):
        try:
            if isinstance(parsed, Rejection):
                raise UnreadablePage(": ".join(filter(None, (parsed.locator, parsed.reason))))
            article_id = identify(parsed, page.shared if len(read) == 1 else None)
            article_id, location = build.pages.place(parsed, article_id, page)
            article = make_article(parsed, article_id, page.shared, sha256)
            outcome = decide(article, location, build.store, undelete=build.options.undelete)
            build.pages.note(article_id, location, parsed)
            ids.append(article_id)
            if is_mojibake(parsed.text):
                build.report.doubts.append(Doubt(page.location, MOJIBAKE))
            if outcome in ("added", "updated"):
                yield _NewVersion(article, location, outcome)
            else:
                if build.options.undelete:
                    build.store.undelete(article_id)
                build.report.note(outcome, article_id)
        except (UnreadablePage, Conflict) as error:
            build.report.rejected.append(Rejected(page.location, str(error)))
            complete = False
        build.show_progress(page.size * (at + 1) // len(read))
    yield _settle(page, sha256, ids, complete, build)


def _settle(page: Page, sha256: str, ids: list[str], complete: bool, build: _Build) -> Source:
    """What is to be remembered of the page; articles that it no longer gives may be removed."""
    if ids:
        build.first[sha256] = page.location
    before = build.known.get(page.location)
    lost = [name for name in before.articles if name not in ids] if before else []
    if build.options.mirror and complete:
        _remove(lost, build)
        lost = []
    # A page that is incomplete, or whose lost articles stay, is read again by the next build.
    reading = READING if complete and not lost else 0
    return Source(page.location, sha256, reading, (*ids, *lost))


def _write(
    encoded: Iterable[tuple[_NewVersion | Source, list[IndexedPassage]]], build: _Build
) -> None:
    report, conflicts = build.report, set()
    stored = 0
    for step, passages in encoded:
        if isinstance(step, Source):
            again = step.location in conflicts
            build.store.sources.remember(replace(step, reading=0) if again else step)
            continue
        try:
            put(step.article, passages, step.location, build.store)
        except Conflict as error:  # another process has stored the id meanwhile
            report.rejected.append(Rejected(step.location, str(error)))
            conflicts.add(step.location)
            continue
        report.note(step.outcome, step.article.id)
        report.brought.add(step.location)
        report.passages += len(passages)
        stored += 1
        if build.options.shard and stored % PUBLISH_EVERY == 0:
            build.store.publish()
        build.show_progress()


def _drop(sources: Iterable[Source], build: _Build) -> None:
    """Forget sources and remove the articles that they gave."""
    for source in list(sources):
        _remove(source.articles, build)
        build.store.sources.forget(source.location)


def _remove(article_ids: Iterable[str], build: _Build) -> None:
    for article_id in article_ids:
        if article_id not in build.pages.taken and build.store.delete(article_id, tombstone=False):
            build.report.removed.append(article_id)


def _under(source: Source, roots: Sequence[Path]) -> bool:
    return any(Path(source.location).is_relative_to(root) for root in roots)
