"""Whether the distributed store ranks as the local one does: the same questions to both.

The overlap at ten is the share of the local store's ten passages that the other one brings among
its ten. Vectors are compared with an exact search, words with tantivy's BM25.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean

from onrecord.index.encoder import Encoder
from onrecord.index.ranking import Ranking
from onrecord.index.retrieve import retrieve
from onrecord.index.store import Snapshot, Store
from onrecord.index.text import analyse, drop_stop_words
from onrecord.index.types import Filter

PLACES = 10
Search = Callable[[Snapshot, str], list[str]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two stores rank, over some questions that bring anything."""

    overlap: float
    same_first: float
    questions: int


def compare_stores(
    local: Store, other: Store, questions: Sequence[str], encoder: Encoder, ranking: Ranking
) -> dict[str, Agreement]:
    """The agreement by vectors, by words and of the whole ranking."""
    searches = _searches(encoder, ranking)
    with local.snapshot() as ours, other.snapshot() as theirs:
        return {
            name: agree([(search(ours, text), search(theirs, text)) for text in questions])
            for name, search in searches.items()
        }


def _searches(encoder: Encoder, ranking: Ranking) -> Mapping[str, Search]:
    def by_vectors(snapshot: Snapshot, question: str) -> list[str]:
        vector = encoder.encode_question(question)
        return _name(snapshot, snapshot.nearest(vector, PLACES, Filter()))

    def by_words(snapshot: Snapshot, question: str) -> list[str]:
        words = drop_stop_words(analyse(question), ranking.common_share)
        return _name(snapshot, snapshot.matching(words, PLACES, Filter()))

    def whole(snapshot: Snapshot, question: str) -> list[str]:
        vector = encoder.encode_question(question)
        deep = replace(ranking, reranked=max(ranking.reranked, PLACES))
        found = retrieve(snapshot, question, vector, Filter(), deep, PLACES)
        return [hit.hit.passage.id for hit in found]

    return {"vectors": by_vectors, "words": by_words, "whole": whole}


def _name(snapshot: Snapshot, found: list[tuple[int, float]]) -> list[str]:
    entries = snapshot.entries([key for key, _ in found])
    return [entries[key].passage.id for key, _ in found if key in entries]


def agree(pairs: Sequence[tuple[list[str], list[str]]]) -> Agreement:
    """The agreement of pairs of rankings; raises `ValueError` where no question brings any."""
    some = [(ours, theirs) for ours, theirs in pairs if ours]
    if not some:
        raise ValueError(f"expected a question that brings passages, got {len(pairs)} without")
    overlap = fmean(len(set(ours) & set(theirs)) / len(ours) for ours, theirs in some)
    return Agreement(overlap, fmean(ours[:1] == theirs[:1] for ours, theirs in some), len(some))


def keep_agreement(file: Path, archive: str, search: str, found: Mapping[str, Agreement]) -> None:
    """Write the figures of one archive under one kind of search, beside those of others."""
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept.setdefault(archive, {})[search] = {
        name: {part: round(figure, 3) for part, figure in asdict(agreement).items()}
        for name, agreement in found.items()
    }
    file.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
