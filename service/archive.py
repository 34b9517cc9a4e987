"""`Archive`: what Python, HTTP, the command line and MCP open, build, ask and verify against."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from onrecord.index.encoder import Encoder, open_encoder
from onrecord.index.ingest import Added, Options, Progress, Report, add_page, ingest
from onrecord.index.local.store import LocalStore
from onrecord.index.pages import Shard
from onrecord.index.plugins import STORES, load_plugin
from onrecord.index.ranking import Ranking
from onrecord.index.reranker import open_reranker
from onrecord.index.reranker.evidence_reader import EvidenceReader
from onrecord.index.store import POSTED, Holdings, OpenStore, Stats, Store
from onrecord.index.types import Answer, Article, Filter
from onrecord.service.answer import Answerer, Observer, Query, Sort
from onrecord.service.confidence import shipped
from onrecord.service.intake import Intake, IntakeSource, current_to
from onrecord.service.settings import Settings
from onrecord.service.verify import Verification, verify

if TYPE_CHECKING:
    from onrecord.index.milvus.store import MilvusStore

ARTICLES_AT_ONCE = 200  # that are read from the store while all are listed
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """What an archive holds, and where its articles come from."""

    stats: Stats
    holdings: Holdings
    sources: tuple[IntakeSource, ...]

    @property
    def current_to(self) -> datetime | None:
        """Until when the archive has all that its sources have; None where that is not known."""
        return current_to(self.sources)


@dataclass(eq=False)
class Archive:
    """An open archive of articles: build it, ask it, check quotes against it.

    Safe to use from several threads. Close it, or open it in a `with` statement.
    """

    settings: Settings
    store: Store
    encoder: Encoder
    ranking: Ranking = Ranking()
    _held: tuple[Stats, Holdings] | None = field(default=None, init=False)

    @classmethod
    def open(cls, folder: str | Path | None = None, **settings: Any) -> Self:
        """Open the archive in that folder, made where there is none.

        `settings` are those of `Settings` and win over the environment's; without a folder the
        setting `archive` names it. Raises `ArchiveMismatch` if the archive was built with another
        encoder or passage size, and `pydantic.ValidationError` for a setting out of its range.
        """
        if folder is not None:
            settings["archive"] = Path(folder)
        return cls.from_settings(Settings(**settings))

    @classmethod
    def from_settings(
        cls, settings: Settings, encoder: Encoder | None = None, ranking: Ranking | None = None
    ) -> Self:
        """Open the archive that the settings name, with another encoder or ranking if given."""
        encoder = encoder or load_encoder(settings)
        store = open_store(settings, encoder)
        return cls(settings, store, encoder, ranking or Ranking())

    @cached_property
    def answerer(self) -> Answerer:
        """The path from a question to an answer; the evidence reader is loaded at first use."""
        reranker = open_reranker(self.settings.reranker, self.settings.threads)
        calibration = shipped(isinstance(reranker, EvidenceReader))
        if calibration.encoder != self.encoder.description.identity:
            log.warning("the confidence was fitted for %s: run eval calibrate", calibration.encoder)
        return Answerer(
            self.store,
            self.encoder,
            self.ranking,
            calibration,
            self.settings.min_confidence,
            max_question_chars=self.settings.max_question_chars,
            reranker=reranker,
        )

    @cached_property
    def intake(self) -> Intake:
        """When articles came, by source."""
        return Intake(self.settings.archive)

    def observe(self, observer: Observer) -> None:
        """Let the observer count and time all further answers."""
        self.answerer = replace(self.answerer, observer=observer)

    def build(
        self,
        *paths: str | Path,
        mirror: bool = False,
        only: bool = False,
        undelete: bool = False,
        shard: Shard | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Read files and folders into the archive: what is new or has changed.

        `mirror` also removes articles whose file under the paths is gone, `only` those from files
        elsewhere; `undelete` brings back what was deleted by hand; `shard` reads one part of the
        pages. Pages that cannot be read are in the report, each with its reason. Raises
        `FileNotFoundError` where a path does not exist.
        """
        options = Options(mirror, only, undelete, shard=shard)
        files = [Path(path) for path in paths]
        budget = self.settings.budget
        report = ingest(files, self.store, self.encoder, budget, options, progress)
        for file in files:
            brought = any(
                Path(location).is_relative_to(file.resolve()) for location in report.brought
            )
            self.intake.note(str(file.resolve()), brought=brought)
        return report

    def add(self, page: Mapping[str, object] | bytes, name: str = "page.html") -> Added:
        """Add one article: a record with `title` and `text`, or the bytes of a page.

        Of the page's name only the ending counts. An article that was deleted by hand comes back.
        Raises `UnreadablePage` where there is not exactly one article in it, and `Conflict` where
        its id belongs to an article that was built from a file.
        """
        if not isinstance(page, bytes):
            page, name = json.dumps(page, ensure_ascii=False).encode(), "article.json"
        added = add_page(page, name, self.store, self.encoder, self.settings.budget)
        self.intake.note(POSTED, brought=added.is_new)
        return added

    def delete(self, article_id: str) -> bool:
        """Delete every version of an article; False where there is none.

        A later build of the same file leaves the article out unless it is told to undelete.
        """
        found = self.store.delete(article_id)
        if found:
            self.store.publish()
        return found

    def ask(
        self,
        question: str,
        *,
        top_k: int = 5,
        published_from: date | None = None,
        published_to: date | None = None,
        outlets: Sequence[str] | None = None,
        sort: Sort = "relevance",
        history: Sequence[str] = (),
        today: date | None = None,
    ) -> Answer:
        """The passages that answer a question, word for word, or the nearest misses.

        `history` holds the conversation's earlier questions, oldest first; `today` is what "last
        week" is read against. Raises `QuestionTooLong`, and `ValueError` for an empty question, a
        window that ends before it begins or an empty list of outlets.
        """
        where = Filter(published_from, published_to, None if outlets is None else tuple(outlets))
        return self.answerer.answer(Query(question, top_k, where, sort, tuple(history), today))

    def verify(self, quote: str) -> Verification:
        """Whether a sentence is in the archive word for word, and what differs if it is not."""
        with self.store.snapshot() as snapshot:
            return verify(snapshot, quote)

    def articles(self, where: Filter | None = None) -> Iterator[Article]:
        """Every article that passes the filter, newest first, undated ones last."""
        after = None
        with self.store.snapshot() as snapshot:
            while True:
                page = snapshot.articles(where or Filter(), after, ARTICLES_AT_ONCE)
                yield from page.articles
                if page.next is None:
                    return
                after = page.next

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        """The newest version of an article, or the one whose text has that sha256."""
        with self.store.snapshot() as snapshot:
            return snapshot.article(article_id, sha256)

    def status(self) -> Status:
        """What the archive holds, and until when it is current."""
        with self.store.snapshot() as snapshot:
            stats = snapshot.stats()
            if self._held is None or self._held[0] != stats:
                self._held = stats, snapshot.holdings()
        return Status(stats, self._held[1], tuple(self.intake.sources()))

    def close(self) -> None:
        """Release files and locks."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def load_encoder(settings: Settings) -> Encoder:
    """The encoder, exported first where that has not been done yet."""
    return open_encoder(settings.encoder, settings.cache, settings.precision, settings.threads)


def open_store(settings: Settings, encoder: Encoder) -> Store:
    """The archive, made where there is none. Raises `ArchiveMismatch` if it was built otherwise."""
    build = describe_build(settings, encoder)
    if settings.store == "milvus":
        return open_milvus(settings, build, encoder.description.dimension)
    open_store: OpenStore = LocalStore
    if settings.store != "local":
        open_store = load_plugin(STORES, settings.store)
    return open_store(settings.archive, build, encoder.description.dimension)


def open_milvus(settings: Settings, build: Mapping[str, str], dimension: int) -> MilvusStore:
    """The archive in Milvus, which is asked at the first call and not before.

    Raises `ExtraMissing` where pymilvus is not installed.
    """
    from onrecord.index.milvus.connection import Connection, require_client
    from onrecord.index.milvus.store import MilvusStore

    require_client()
    token = settings.milvus_token.get_secret_value()
    return MilvusStore(Connection(settings.milvus_uri, token), build, dimension)


def describe_build(settings: Settings, encoder: Encoder) -> dict[str, str]:
    """What passages and vectors depend on: an archive opens only with the same values."""
    return {
        "encoder": encoder.description.identity,
        "encoding": settings.budget.encoding,
        "passage tokens": str(settings.passage_tokens),
    }
