"""The Protocols of an archive: `Store` writes, `Sources` serves builds, `Snapshot` reads.

A snapshot reads one generation from beginning to end; in a store that says so, it reads each
article from beginning to end as it first met it. Two articles never share an id; one id may have
several versions, and only the newest answers questions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

from onrecord.index.encoder import Vectors
from onrecord.index.evidence import AnswerKind, holds_kind
from onrecord.index.text.terms import TermIds, read_term_ids
from onrecord.index.times.periods import Period, read_periods
from onrecord.index.types import UNKNOWN_LANGUAGE, Article, Days, Filter, Passage

# The store's own number of a passage, valid within one snapshot.
Key = int
# The location of articles that clients posted; no build ever removes them.
POSTED = "posted"
MAX_OUTLETS = 500  # that are named; an archive of mail has one per list


@dataclass(frozen=True)
class IndexedPassage:
    """A passage with everything that ranking reads of it; what is costly is computed once.

    `vector` has shape (dimension,), `sentence_vectors` (sentences, dimension); all unit length.
    `published` are the first and the last day of its article's publication, None if undated.
    `language` is its article's; `stored_term_ids` are None where the store has none.
    """

    passage: Passage
    vector: Vectors
    sentence_vectors: Vectors
    published: Days | None = None
    stored_term_ids: TermIds | None = None
    language: str = UNKNOWN_LANGUAGE

    @cached_property
    def term_ids(self) -> TermIds:
        """Its terms and shingles as numbers."""
        return self.stored_term_ids or read_term_ids(self.passage, self.language)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods that its text names, counted from its article's day where it must be."""
        return tuple(read_periods(self.passage.text, self.day))

    @property
    def day(self) -> date | None:
        """The day of its article's publication; None where only the month or nothing is known."""
        days = self.published
        return days[0] if days and days[0] == days[1] else None

    def holding(self, kind: AnswerKind) -> Sequence[bool]:
        """Whether each sentence contains an answer of that kind."""
        if kind not in self._holding:
            texts = self.passage.sentence_texts
            self._holding[kind] = tuple(holds_kind(text, kind) for text in texts)
        return self._holding[kind]

    @cached_property
    def _holding(self) -> dict[AnswerKind, tuple[bool, ...]]:
        return {}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its location, its bytes' sha256 and the version of the readers.

    `articles` are the ids of the articles that it gave.
    """

    location: str
    sha256: str
    reading: int
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """One generation's numbers. `fingerprint` depends on the articles and how they were encoded.

    `languages` are those of its passages whose words are not read as English words are.
    """

    generation: int
    fingerprint: str
    articles: int
    passages: int
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a generation is about: its first and last day of publication, and its outlets.

    The outlets come by their number of articles, most first; at most `MAX_OUTLETS` are named. The
    days are None where every article is undated.
    """

    first: date | None
    last: date | None
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Some articles, newest first, and the cursor of the next page, if there is one."""

    articles: tuple[Article, ...]
    next: str | None


class Snapshot(Protocol):
    """One generation of an archive, which does not change while it is open."""

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        """The newest version, or the one whose text has that sha256."""

    def articles(self, where: Filter, after: str | None, limit: int) -> ArticlePage:
        """Articles that pass the filter, newest first, undated last, after the cursor `after`."""

    def nearest(self, vector: Vectors, k: int, where: Filter) -> list[tuple[Key, float]]:
        """The k passages most similar to a unit vector, with their cosines, highest first.

        The search is exact unless the store documents above which size it is not.
        """

    def matching(self, words: Sequence[str], k: int, where: Filter) -> list[tuple[Key, float]]:
        """The k passages that match analysed words best, with their BM25 scores, highest first."""

    def document_frequencies(self, words: Collection[str]) -> dict[str, int]:
        """The number of passages that contain each analysed word, their titles included.

        Words that none contains are left out.
        """

    def passages(self, keys: Sequence[Key]) -> dict[Key, IndexedPassage]:
        """The passages of those keys, without those that were deleted since they were found."""

    def stats(self) -> Stats:
        """The generation, its fingerprint and its size."""

    def holdings(self) -> Holdings:
        """The days and outlets of its articles; every article is counted, so it is not for free."""


class Sources(Protocol):
    """What a build knows of the files that it has read; readers see nothing of it."""

    def all(self) -> list[Source]:
        """Every file that was read, by location; posted articles have none."""

    def remember(self, source: Source) -> None:
        """Note that a file was read, replacing what was known of it."""

    def forget(self, location: str) -> None:
        """Remove what is known of a file; its articles stay."""

    def move(self, old: str, new: str) -> None:
        """Note that a file, and the articles that it gave, are now at another location."""


class Store(Protocol):
    """An archive that can be written to. Safe to use from several threads.

    After `publish` has returned, every reader sees what it published.
    `tests/test_store_contract.py` tests what every store must do.
    """

    @property
    def sources(self) -> Sources:
        """What is known of the files that the articles came from."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The newest published generation, for reading."""

    def put(self, article: Article, passages: Sequence[IndexedPassage], location: str) -> None:
        """Store an article, or a new version of it, in one transaction.

        Raises `Conflict` where the id belongs to an article from another location.
        """

    def delete(self, article_id: str, *, tombstone: bool = True) -> bool:
        """Remove every version of an article; False where there is none.

        With a tombstone later builds leave the article out.
        """

    def publish(self) -> int:
        """Make all that was put and deleted visible to readers; returns the generation."""

    def location(self, article_id: str) -> str | None:
        """Where the newest version of an article came from; None where there is none."""

    def holds(self, article: Article) -> bool:
        """Whether the newest version of the article equals this one in all that readers see."""

    def is_deleted(self, article_id: str) -> bool:
        """Whether the id has a tombstone."""

    def mark_deleted(self, article_id: str) -> None:
        """Set a tombstone, whether or not there is such an article; the article stays."""

    def undelete(self, article_id: str) -> None:
        """Remove the id's tombstone, if there is one."""

    def close(self) -> None:
        """Release files, connections and locks."""


# Opens the archive in a folder, making it where there is none, with how its passages are cut and
# encoded and the dimension of their vectors. Raises `ArchiveMismatch` where it was built otherwise.
# A distribution names its own in the entry point group `onrecord.stores`; see docs/plugins.md.
OpenStore = Callable[[Path, Mapping[str, str], int], Store]
