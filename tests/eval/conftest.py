"""What the tests of the evaluation share: quotes and cases made by hand, and one real run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.datasets import Question, load
from onrecord.eval.judge import Case
from onrecord.eval.measures import intervals
from onrecord.eval.replies import Reply, Returned
from onrecord.eval.run import Target, evaluate
from onrecord.index.types import Span

MakeQuote = Callable[..., Returned]
MakeCase = Callable[..., Case]


def make_quote(
    article: str = "ferry", text: str = "The ferry left at dawn.", start: int = 0, **known: Any
) -> Returned:
    """A verbatim quote of an article, all of it marked; `known` replaces what else it says."""
    span = Span(start, start + len(text))
    made = Returned(article, span, text, (span,), (), "Night ferry", None, None, None, True)
    return replace(made, **known)


def make_case(
    name: str = "q1",
    *,
    answerable: bool | None = True,
    gold: Mapping[str, int] | None = None,
    answers: Sequence[str] = (),
    groups: Sequence[str] = (),
    answered: bool = True,
    confidence: float = 0.9,
    quotes: Sequence[Returned] = (),
    right: Sequence[bool] = (),
    articles: Sequence[str] = (),
    passages: Sequence[str] = (),
    gold_passages: Mapping[str, int] | None = None,
) -> Case:
    """A case with the verdicts that it is given."""
    question = Question(
        name, f"Question {name}?", answerable, gold or {}, tuple(answers), groups=tuple(groups)
    )
    reason = None if answered else "weak_evidence"
    reply = Reply(name, answered, reason, confidence, tuple(quotes), "sha256:one")
    return Case(
        question, reply, tuple(right), tuple(articles), tuple(passages), gold_passages or {}
    )


@pytest.fixture(scope="session")
def quoted() -> MakeQuote:
    """Makes a quote; see `make_quote`."""
    return make_quote


@pytest.fixture(scope="session")
def judged() -> MakeCase:
    """Makes a case; see `make_case`."""
    return make_case


@dataclass(frozen=True, slots=True)
class Measured:
    """A run over the project's own questions: where it was made, its folder and its figures."""

    work: Path
    folder: Path
    figures: dict[str, Any]


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """The shipped questions asked of the shipped pages, once for all tests; do not write to it.

    Its intervals are of few draws, to spare seconds: no test reads them.
    """
    work = tmp_path_factory.mktemp("work")
    folder = work / "first"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(intervals, "RESAMPLES", 20)
        found = evaluate(load("seeds"), Target(work), folder, 1, "onrecord")
    return Measured(work, folder, found)
