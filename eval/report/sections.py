"""The questions worth reading, in sections; a question can stand in more than one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from onrecord.eval.replies import Reply
from onrecord.eval.report.excerpts import Excerpt, excerpt

CAP = 100  # questions of a section; more make a page that no one scrolls through

Case = Mapping[str, Any]
Tone = Literal["good", "bad", "fair"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with what was quoted. `finding` says where the answer was, in words."""

    case: Case
    reason: str
    excerpts: tuple[Excerpt, ...]
    outcome: Tone
    finding: str
    found: Tone


@dataclass(frozen=True, slots=True)
class Section:
    """Some of a run's questions; `left_out` are those beyond the cap."""

    key: str
    title: str
    about: str
    entries: tuple[Entry, ...]
    left_out: int

    @property
    def total(self) -> int:
        """How many questions belong here, shown or not."""
        return len(self.entries) + self.left_out


def divide(cases: Sequence[Case], replies: Sequence[Reply]) -> list[Section]:
    """The sections of a run's report; the last holds the questions that are in no other."""
    pairs = list(zip(cases, replies, strict=True))
    sure = sorted(pairs, key=lambda pair: -pair[0]["confidence"])
    kinds: tuple[tuple[str, str, str, Iterable[tuple[Case, Reply]], Callable[[Case], bool]], ...]
    kinds = (
        (
            "missed",
            "Answers missed",
            "Answerable, but none of the first three quotes holds an answer. "
            "The most confident first.",
            sure,
            is_missed,
        ),
        (
            "refused",
            "Wrongly refused",
            "Answerable, but called unanswered. The least confident first.",
            reversed(sure),
            is_wrongly_refused,
        ),
        (
            "answered",
            "Wrongly answered",
            "Unanswerable, but answered. The most confident first.",
            sure,
            is_wrongly_answered,
        ),
        ("others", "All the others", "In the data set’s order.", pairs, _is_well),
    )
    return [
        gather(key, title, about, [pair for pair in ordered if belongs(pair[0])])
        for key, title, about, ordered, belongs in kinds
    ]


def gather(key: str, title: str, about: str, pairs: Sequence[tuple[Case, Reply]]) -> Section:
    """A section of the first questions, as many as the cap lets in."""
    shown = tuple(read(case, reply) for case, reply in pairs[:CAP])
    return Section(key, title, about, shown, len(pairs) - len(shown))


def read(case: Case, reply: Reply) -> Entry:
    """A question and its reply, to be shown."""
    if case["id"] != reply.question:
        raise ValueError(f"expected the reply to {case['id']}, got the one to {reply.question}")
    place = find_place(case)
    return Entry(
        case=case,
        reason=(reply.reason or "").replace("_", " "),
        excerpts=excerpt(reply.quotes, case),
        outcome=_judge_outcome(case),
        finding=_say_finding(case, place),
        found="bad" if place is None else "good" if place == 1 else "fair",
    )


def find_place(case: Case) -> int | None:
    """The place of the first right quote, or of the first relevant article without answers."""
    if case["answers"]:
        return next((place for place, right in enumerate(case["right"], 1) if right), None)
    rank = case["values"].get("articles/RR", 0.0)
    return round(1 / rank) if rank else None


def is_missed(case: Case) -> bool:
    """Whether the first three quotes, or articles where no answers are known, miss the answer."""
    values = case["values"]
    found = values.get("quotes/answer@3", values.get("articles/Success@3"))
    return found == 0 and case["answerable"] is not False


def is_wrongly_refused(case: Case) -> bool:
    """Whether the question is answerable and was not answered."""
    return case["answerable"] is True and not case["answered"]


def is_wrongly_answered(case: Case) -> bool:
    """Whether the question is unanswerable and was answered."""
    return case["answerable"] is False and bool(case["answered"])


def _is_well(case: Case) -> bool:
    return not (is_missed(case) or is_wrongly_refused(case) or is_wrongly_answered(case))


def _judge_outcome(case: Case) -> Tone:
    if case["answerable"] is None:
        return "fair"
    return "good" if case["answerable"] == case["answered"] else "bad"


def _say_finding(case: Case, place: int | None) -> str:
    if case["answerable"] is False:
        return ""
    if case["answers"]:
        kept = len(case["right"])
        nowhere = f"answer in none of the first {kept}" if kept else "nothing quoted"
        return f"answer in quote {place}" if place else nowhere
    if not case["relevant"]:
        return ""
    return f"relevant article in place {place}" if place else "no relevant article"
