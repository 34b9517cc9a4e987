"""Runs and judgements in the files that trec_eval and ir_measures read.

Source: https://trec.nist.gov (run: `qid Q0 docid rank score tag`; qrels: `qid 0 docid grade`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from onrecord.eval.judge import Case
from onrecord.eval.measures.rankings import scored

PARTS = ("articles", "passages")


def write_trec(folder: Path, cases: Sequence[Case], tag: str) -> None:
    """Write `articles.run`, `articles.qrels` and the same of passages; an empty part is left out.

    Only questions that have something relevant to find are judged, as in our own measures. Blanks
    end a field, so the tag and the questions' ids have dashes in their place.
    """
    for part in PARTS:
        for ending in ("qrels", "run"):
            (folder / f"{part}.{ending}").unlink(missing_ok=True)
        qrels = list(_qrels(part, cases))
        if qrels:
            (folder / f"{part}.qrels").write_text("".join(qrels), encoding="utf-8")
            run = "".join(_run(part, cases, _field(tag)))
            (folder / f"{part}.run").write_text(run, encoding="utf-8")


def _qrels(part: str, cases: Sequence[Case]) -> Iterator[str]:
    for case in cases:
        gold = case.question.gold if part == "articles" else case.gold_passages
        for name, grade in gold.items() if any(grade > 0 for grade in gold.values()) else ():
            yield f"{_field(case.question.id)} 0 {name} {grade}\n"


def _run(part: str, cases: Sequence[Case], tag: str) -> Iterator[str]:
    for case in cases:
        ranked = case.articles if part == "articles" else case.passages
        for place, doc in enumerate(scored(_field(case.question.id), ranked), 1):
            yield f"{doc.query_id} Q0 {doc.doc_id} {place} {doc.score:.1f} {tag}\n"


def _field(text: str) -> str:
    return "-".join(text.split())
