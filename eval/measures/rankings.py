"""How well articles and passages are ranked, by ir-measures, and the same in TREC's files.

trec_eval, ir_measures and ranx give the same figures for the files as this module does: scores
fall strictly with the rank, no document stands twice in a ranking, and a question for which nothing
was found has a line for a document that no judgement names, so that none leaves it out.
Sources: MacAvaney, Macdonald and Ounis 2022, "Streamlining Evaluation with ir-measures";
https://trec.nist.gov (run: `qid Q0 docid rank score tag`; qrels: `qid 0 docid grade`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import ir_measures
from ir_measures import AP, RR, P, R, ScoredDoc, Success, nDCG

from onrecord.eval.judge import Case

MEASURES = (nDCG @ 10, AP, RR, R @ 5, R @ 10, P @ 1, P @ 5, Success @ 1, Success @ 3, Success @ 5)

NOTHING_FOUND = "nothing-found"  # a document's id that no article has

# A question's id, what was found best first, and the grades of what is judged.
JudgedRanking = tuple[str, Sequence[str], Mapping[str, int]]


def measure(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Values by measure and question, for the questions that have something relevant to find."""
    found: dict[str, dict[str, float]] = {}
    for part, rankings in _judged(cases).items():
        if not rankings:
            continue
        qrels = [
            ir_measures.Qrel(question, name, grade)
            for question, _, gold in rankings
            for name, grade in gold.items()
        ]
        run = [doc for question, ranked, _ in rankings for doc in scored(question, ranked)]
        values: dict[str, dict[str, float]] = {str(measure): {} for measure in MEASURES}
        for metric in ir_measures.iter_calc(MEASURES, qrels, run):
            values[str(metric.measure)][metric.query_id] = float(metric.value)
        found |= {f"{part}/{name}": dict(sorted(by.items())) for name, by in values.items()}
    return found


def write_trec(folder: Path, cases: Sequence[Case], tag: str) -> None:
    """Write `articles.run`, `articles.qrels` and the same of passages; an empty part is left out.

    Only questions that have something relevant to find are judged, as in `measure`. Blanks end a
    field, so the tag and the ids have dashes in their place.
    """
    for part, rankings in _judged(cases).items():
        qrels, run = folder / f"{part}.qrels", folder / f"{part}.run"
        qrels.unlink(missing_ok=True)
        run.unlink(missing_ok=True)
        if not rankings:
            continue
        with (
            qrels.open("w", encoding="utf-8") as judgements,
            run.open("w", encoding="utf-8") as lines,
        ):
            for question, ranked, gold in rankings:
                for name, grade in gold.items():
                    judgements.write(f"{_field(question)} 0 {_field(name)} {grade}\n")
                for place, doc in enumerate(scored(question, ranked), 1):
                    ids = f"{_field(question)} Q0 {_field(doc.doc_id)}"
                    lines.write(f"{ids} {place} {doc.score:.1f} {_field(tag)}\n")


def scored(question: str, ranked: Sequence[str]) -> Iterator[ScoredDoc]:
    """A ranking as trec_eval takes one, each document once: it reads nothing but the scores."""
    names = list(dict.fromkeys(ranked)) or [NOTHING_FOUND]
    for place, name in enumerate(names):
        yield ScoredDoc(question, name, float(len(names) - place))


def _judged(cases: Sequence[Case]) -> dict[str, list[JudgedRanking]]:
    """The rankings of articles and of passages, of questions with something relevant."""
    parts: dict[str, list[JudgedRanking]] = {
        "articles": [(case.question.id, case.articles, case.question.gold) for case in cases],
        "passages": [(case.question.id, case.passages, case.gold_passages) for case in cases],
    }
    return {
        part: [one for one in rankings if any(grade > 0 for grade in one[2].values())]
        for part, rankings in parts.items()
    }


def _field(text: str) -> str:
    return "-".join(text.split())
