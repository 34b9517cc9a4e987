"""How often the answer stands in the first passages, with each part of the ranking left out.

Measured on the questions of rtqa-dev-2022 and squad2-dev-half that have an answer. A passage counts
if it holds one of the question's answer strings; for squad2 it must also be from the paragraph that
the question was written against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.archives import kept_archive, read_lines
from index.retrieve import Found, Ranking, retrieve
from index.types import Filter
from service.answer import Answerer
from service.opening import load_encoder
from service.settings import Settings

CUTOFFS = (1, 3, 5)
DATASETS = ("rtqa-dev-2022", "squad2-dev-half")
Row = dict[str, str | int | float]


def measure_ranking(data: Path, work: Path) -> list[Row]:
    """A row a data set and ranking: answer in the first 1, 3 and 5 passages, and evidence marked.

    `evidence` is the share of questions whose answer stands in the best-scored sentence, of those
    whose answer stands in the first passage.
    """
    settings = Settings()
    encoder = load_encoder(settings)
    rows = []
    for dataset in DATASETS:
        folder = data / dataset
        asked = [q for q in read_lines(folder / "queries.jsonl") if q["metadata"]["answerable"]]
        with kept_archive(work / dataset, [folder / "corpus.jsonl"], settings, encoder) as answers:
            for name, ranking in _variants(settings.ranking):
                for part, questions in _parts(dataset, asked):
                    rows.append(
                        {"data": part, "ranking": name, **_score(answers, ranking, questions)}
                    )
    return rows


def _variants(shipped: Ranking) -> list[tuple[str, Ranking]]:
    return [
        ("vectors alone", replace(shipped, dense_weight=1.0, evidence_weight=0.0)),
        ("words alone", replace(shipped, dense_weight=0.0, evidence_weight=0.0)),
        ("fused", replace(shipped, evidence_weight=0.0)),
        ("fused, and by sentence (shipped)", shipped),
    ]


def _parts(dataset: str, asked: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield dataset, asked
    linked = [question for question in asked if question["metadata"].get("editor_linked")]
    if linked:
        yield f"{dataset}, linked", linked


def _score(answers: Answerer, ranking: Ranking, questions: Sequence[dict[str, Any]]) -> Row:
    hits, marked = [], []
    for question in questions:
        vector = answers.encoder.encode_question(question["text"])
        with answers.store.snapshot() as snapshot:
            found = retrieve(snapshot, question["text"], vector, Filter(), ranking, max(CUTOFFS))
        right = [_is_right(question["metadata"], one) for one in found]
        hits.append([any(right[:cutoff]) for cutoff in CUTOFFS])
        if right[:1] == [True]:
            marked.append(_is_marked(question["metadata"], found[0]))
    shares = np.array(hits).mean(0).round(3).tolist()
    named = {f"answer@{cutoff}": share for cutoff, share in zip(CUTOFFS, shares, strict=True)}
    return {"questions": len(questions), **named, "evidence": round(float(np.mean(marked)), 3)}


def _is_right(metadata: dict[str, Any], found: Found) -> bool:
    passage = found.hit.passage
    wanted = metadata.get("context_doc", passage.article_id)
    return passage.article_id == wanted and _holds(passage.text, metadata)


def _is_marked(metadata: dict[str, Any], found: Found) -> bool:
    best = found.hit.passage.sentences[int(np.argmax(found.sentence_scores))]
    start = found.hit.passage.span.start
    return _holds(found.hit.passage.text[best.start - start : best.end - start], metadata)


def _holds(text: str, metadata: dict[str, Any]) -> bool:
    return any(answer.casefold() in text.casefold() for answer in metadata["answers"])
