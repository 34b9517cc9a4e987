"""What the evidence reader learns from: questions, each with one window of a passage.

The rows are those of `reader-pairs`, TimeQA's of `train-pairs`, and questions made by rule: text
under open licences, with the sentences that hold the answer. `MIX` says how much of each set is
taken. Every row becomes one window, cut as a service cuts it. Whole pages are held out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from onrecord.eval.datasets import read_lines
from onrecord.eval.lab.reader.roles import ask_roles
from onrecord.eval.lab.vocabulary import unspace
from onrecord.index.passages import split_sentences
from onrecord.index.reranker.windows import split_windows
from onrecord.index.text.terms import is_stop_word
from onrecord.index.types import Span

SEED = 2022
LANGUAGE = ("en",)
PAIRS = "reader-pairs"
NEWS = "news_text"
TIMEQA = Path("train-pairs", "timeqa.jsonl")
TIMEQA_QUESTIONS = Path("timeqa-human-train", "queries.jsonl")
MIX = {  # the most rows that are taken of a set
    "squad2_train_sample": 3_000,
    "squad2_train_matched": 4_000,
    "squad1_train_sample": 11_000,
    "nq_answerability": 5_000,
    "qed": 2_000,
    "repliqa": 3_200,
    "onestopqa": 3_000,
    "afriqa": 12_000,
    "selqa": 4_600,
    "quotesum": 300,
    "timeqa_hard": 4_000,
    "qadiscourse": 5_000,
    "qamr": 2_200,
    "fairytaleqa": 3_000,
    "claims_vitaminc": 4_000,
    "timeqa": 3_000,
    "roles": 5_000,
}
SWAPPED_SHARE = 0.12  # of the rows with an answer
HEADLINED_SHARE = 0.2  # of the windows that can be
MAX_HEADLINE = 120  # characters
HELD_OUT_PAGES = 5  # of TimeQA and of the news, one page in so many
ON_EVIDENCE = 0.7  # share of the windows of an answering row that are cut around its evidence

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w.,]*\d)|(?<![\w.,])\d(?![\w.,]*\d)")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage, with what people marked in it.

    `sentences` of the text, `evidence`, those of them that hold the answer, and `answers` are
    spans of it; `headline` is whether the title holds it. Without evidence and headline nothing
    answers.
    """

    source: str
    question: str
    title: str
    text: str
    sentences: tuple[Span, ...]
    evidence: frozenset[Span]
    answers: tuple[Span, ...]
    headline: bool = False


def load_examples(data: Path, held_out: bool) -> list[Example]:
    """All windows to train on, or those of the pages held out; seeded, in a fixed order."""
    chance = random.Random(SEED)
    examples = []
    for name, most in MIX.items():
        rows = [row for row in _rows(data, name, chance) if _is_held_out(row) == held_out]
        chosen = chance.sample(rows, min(most, len(rows)))
        examples += [make_example(row, name) for row in chosen]
    if not held_out:
        answered = [one for one in examples if one.evidence]
        some = chance.sample(answered, round(SWAPPED_SHARE * len(answered)))
        examples += filter(None, (swap(one, chance) for one in some))
        examples = [replace(one, question=reword(one.question, chance)) for one in examples]
    windows = [cut_window(one, chance) for one in examples if one.sentences]
    headlined = list(filter(None, map(head, windows)))
    return windows + chance.sample(headlined, round(HEADLINED_SHARE * len(headlined)))


def make_example(row: dict[str, Any], source: str) -> Example:
    """The example of a row with `q`, `title`, `passage`, `evidence` and `spans`."""
    text, marked = row["passage"], [Span(*span) for span in row["evidence"]]
    sentences = tuple(split_sentences(text))
    evidence = frozenset(one for one in sentences if any(_overlap(one, mark) for mark in marked))
    answers = tuple(Span(*span) for span in row["spans"])
    return Example(source, row["q"], row["title"] or "", text, sentences, evidence, answers)


def _overlap(sentence: Span, marked: Span) -> bool:
    """Whether they share at least half of the shorter one."""
    shared = min(sentence.end, marked.end) - max(sentence.start, marked.start)
    return 2 * shared >= min(len(sentence), len(marked))


def _rows(data: Path, name: str, chance: random.Random) -> Iterator[dict[str, Any]]:
    """The rows of a set whose answers are marked, and those without an answer."""
    if name == "timeqa":
        yield from _timeqa(data)
    elif name == "roles":
        yield from ask_roles(_read(data / PAIRS / f"{NEWS}.jsonl.gz"), chance)
    else:
        rows = _read(data / PAIRS / f"{name}.jsonl.gz")
        yield from (row for row in rows if row["evidence"] or row["label"] == 0)


def _read(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _is_held_out(row: dict[str, Any]) -> bool:
    """By the row's own split; by title where several sets share their pages."""
    if row["source"] in ("timeqa", "timeqa_hard", "roles"):
        digest = hashlib.sha256(unspace(row["title"]).encode()).digest()
        return digest[0] % HELD_OUT_PAGES == 0
    return bool(row["split"] == "dev")


def _timeqa(data: Path) -> Iterator[dict[str, Any]]:
    answers = {
        question["text"]: [unspace(answer) for answer in question["metadata"]["answers"] or ()]
        for question in read_lines(data / TIMEQA_QUESTIONS)
    }
    for pair in read_lines(data / TIMEQA):
        text = unspace(pair["passage"])
        found = [answer for answer in answers.get(pair["q"], ()) if answer in text]
        if pair["label"] == 1 and not found:
            continue  # the labelled paragraph does not spell the answer: nothing to point at
        starts = [text.find(answer) for answer in found] if pair["label"] == 1 else []
        spans = [(at, at + len(answer)) for at, answer in zip(starts, found, strict=False)]
        title = unspace(pair["title"])
        yield pair | {"passage": text, "title": title, "spans": spans, "evidence": spans}


def swap(example: Example, chance: random.Random) -> Example | None:
    """The example with one name or number of its question exchanged for another of the passage's.

    So the passage no longer answers, as people wrote SQuAD 2.0's impossible questions, and the
    reader learns that every word of a question counts. None where there is nothing to exchange.
    """
    answers = [example.text[span.start : span.end] for span in example.answers]
    for pattern in chance.sample((_NUMBER, _NAME), 2):
        asked = pattern.findall(example.question)
        if not asked:
            continue
        old = chance.choice(asked)
        taken = " ".join([example.question, *answers])
        others = sorted({word for word in pattern.findall(example.text) if word not in taken})
        if others and old in example.text:
            question = example.question.replace(old, chance.choice(others))
            return replace(
                example, source="swapped", question=question, evidence=frozenset(), answers=()
            )
    return None


def head(window: Example) -> Example | None:
    """The window with its evidence as its title, so that the text alone no longer answers.

    None where it has none, or a longer one than a headline, or nothing else.
    """
    if len(window.evidence) != 1 or len(window.sentences) < 2:
        return None
    (moved,) = window.evidence
    answers = [window.text[span.start : span.end] for span in window.answers]
    text = f"{window.text[: moved.start].strip()} {window.text[moved.end :].strip()}".strip()
    if len(moved) > MAX_HEADLINE or any(answer in text for answer in answers):
        return None
    title = window.text[moved.start : moved.end].rstrip(".")
    sentences = tuple(split_sentences(text))
    return Example(
        "headline", window.question, title, text, sentences, frozenset(), (), headline=True
    )


def reword(question: str, chance: random.Random) -> str:
    """The question as some people type it: without its mark, as keywords, with a slip."""
    way = chance.random()
    if way < 0.15:
        return question.rstrip("?. ")
    if way < 0.25:
        words = [word for word in _WORD.findall(question) if not is_stop_word(word, LANGUAGE)]
        return " ".join(words) if len(words) > 1 else question
    if way < 0.30:
        long = [word for word in _WORD.findall(question) if len(word) > 6 and word.islower()]
        if long:
            word = chance.choice(long)
            at = chance.randrange(1, len(word) - 2)
            slip = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            return question.replace(word, slip)
    return question


def cut_window(example: Example, chance: random.Random) -> Example:
    """The example with only the window around its evidence or its likeliest sentence."""
    sentences = example.sentences
    marked = [at for at, sentence in enumerate(sentences) if sentence in example.evidence]
    if marked and chance.random() < ON_EVIDENCE:
        best = chance.choice(marked)
    else:
        asked = _stems(example.question)
        shared = [len(asked & _stems(example.text[one.start : one.end])) for one in sentences]
        best = max(range(len(sentences)), key=lambda at: shared[at] + chance.random())
    windows = split_windows(sentences)
    first, last = next(window for window in windows if window[0] <= best < window[1])
    start, end = sentences[first].start, sentences[last - 1].end

    def shifted(span: Span) -> Span:
        return Span(span.start - start, span.end - start)

    kept = sentences[first:last]
    return replace(
        example,
        text=example.text[start:end],
        sentences=tuple(map(shifted, kept)),
        evidence=frozenset(shifted(one) for one in kept if one in example.evidence),
        answers=tuple(
            shifted(one) for one in example.answers if start <= one.start and one.end <= end
        ),
    )


def _stems(text: str) -> set[str]:
    """The first letters of the text's telling words."""
    words = (word.lower() for word in _WORD.findall(text))
    return {word[:5] for word in words if not is_stop_word(word, LANGUAGE)}
