"""`onrecord eval train-reader`: train the evidence reader, measure it on held-out pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.eval.datasets import read_lines
from onrecord.eval.figures import rounded
from onrecord.eval.lab.reader.examples import Example, load_examples, make_example
from onrecord.eval.lab.reader.model import Reader, export
from onrecord.eval.lab.reader.train import Say, train
from onrecord.eval.measures.abstention import auroc
from onrecord.index.reranker import Reranker, RerankerScore
from onrecord.index.reranker.evidence_reader import WEIGHTS, EvidenceReader
from onrecord.index.types import Passage, Span
from onrecord.service.quotes import LEAST_EVIDENCE

COMMAND = "onrecord eval train-reader --data DIR"
TEST = "squad2-dev-half"  # nothing of it is learned from


def train_reader(data: Path, file: Path, layers: int, epochs: int, say: Say) -> dict[str, Any]:
    """Train, going on from `file`, export to where a service loads it, and return its figures."""
    examples = load_examples(data, held_out=False)
    reader = train(examples, layers, epochs, file, say)
    trained: dict[str, Any] = {"command": COMMAND, "layers": layers, "examples": len(examples)}
    tokenizer = Reader.from_packaged(layers)[1]
    export(reader, tokenizer, WEIGHTS, trained)
    figures = measure_reader(EvidenceReader(WEIGHTS), data)
    export(reader, tokenizer, WEIGHTS, trained | {"held_out": figures})
    return figures


def measure_reader(reader: Reranker, data: Path) -> dict[str, Any]:
    """The figures of each set's held-out windows, and of the whole passages of the test."""
    held_out = load_examples(data, held_out=True)
    tested = [replace(one, source=TEST) for one in load_test(data)]
    examples = [*held_out, *tested]
    scores = [score for one in examples for score in reader.score(one.question, [_passage(one)])]
    sources = dict.fromkeys(one.source for one in examples)
    return {source: measure(examples, scores, source) for source in sources}


def load_test(data: Path) -> Iterator[Example]:
    """SQuAD 2.0's questions, each with the whole paragraph that it was written about."""
    paragraphs = {record["_id"]: record for record in read_lines(data / TEST / "corpus.jsonl")}
    for question in read_lines(data / TEST / "queries.jsonl"):
        known = question["metadata"]
        paragraph = paragraphs[known["context_doc"]]
        text = paragraph["text"]
        answers = known["answers"] if known["answerable"] else ()
        spans = [(text.find(answer), text.find(answer) + len(answer)) for answer in answers]
        row = {"q": question["text"], "title": paragraph["title"], "passage": text}
        yield make_example(row | {"spans": spans, "evidence": spans}, TEST)


def _passage(one: Example) -> tuple[str, Passage]:
    return one.title, Passage("held-out", Span(0, len(one.text)), one.text, 0, one.sentences)


def measure(
    examples: Sequence[Example], scores: Sequence[RerankerScore], source: str
) -> dict[str, float | int | None]:
    """How many are of a source, AUROC of "it answers", and what is said of their sentences.

    The best sentence is right where it is evidence; F1 is that of the sentences that are marked,
    a mean over the windows that answer.
    """
    pairs = [pair for pair in zip(examples, scores, strict=True) if pair[0].source == source]
    sure = np.array([score.log_odds for _, score in pairs])
    truth = np.array([one.headline or bool(one.evidence) for one, _ in pairs])
    answered = [pair for pair in pairs if pair[0].evidence]
    best = [_best(*pair) in pair[0].evidence for pair in answered]
    return {
        "examples": len(pairs),
        "answered": len(answered),
        "auroc": rounded(auroc(sure, truth)),
        "best_sentence": rounded(float(np.mean(best))) if best else None,
        "f1": rounded(float(np.mean([_f1(*pair) for pair in answered]))) if answered else None,
    }


def _best(one: Example, score: RerankerScore) -> Span:
    assert score.evidence is not None
    return one.sentences[int(score.evidence.argmax())]


def _f1(one: Example, score: RerankerScore) -> float:
    assert score.evidence is not None
    least = min(LEAST_EVIDENCE, float(score.evidence.max()))
    pairs = zip(one.sentences, score.evidence.tolist(), strict=True)
    marked = {sentence for sentence, probability in pairs if probability >= least}
    return 2 * len(marked & one.evidence) / (len(marked) + len(one.evidence))
