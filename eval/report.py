"""The HTML reports of a run and of a comparison of two runs, each a single file.

A report loads nothing: style and script stand in the page, and its policy lets the browser run
only that script, known by its hash. Every value is escaped. The same folders always give the same
bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import starmap
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from onrecord.eval import figures, glossary
from onrecord.eval.excerpts import SHOWN, Excerpt, excerpt
from onrecord.eval.replies import Reply
from onrecord.eval.run import read_run

REPORT = "report.html"
CAP = 100  # questions of a section; more make a page that no one scrolls through
ABSENT = "–"
TEMPLATES = Path(__file__).with_name("templates")

CaseRow = Mapping[str, Any]  # a line of `cases.jsonl`
Side = Mapping[str, tuple[CaseRow, Reply]]
Tone = Literal["good", "bad", "fair"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question with what was quoted. `finding` says where the answer was, in words."""

    case: CaseRow
    reason: str
    excerpts: tuple[Excerpt, ...]
    outcome: Tone
    finding: str
    found: Tone


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A question that one of the runs did better; `before` and `after` are the focus in each."""

    a: ShownQuestion
    b: ShownQuestion
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Section(Generic[T]):
    """Some of the questions; `left_out` are those beyond the cap."""

    key: str
    title: str
    about: str
    entries: tuple[T, ...]
    left_out: int

    @property
    def total(self) -> int:
        """How many questions belong here, shown or not."""
        return len(self.entries) + self.left_out


def write_report(folder: Path) -> Path:
    """Write a run's report into its folder. Raises `FileNotFoundError` for an unfinished run."""
    found, cases = figures.read(folder)
    in_groups = {name for part in found["groups"].values() for name in part["measures"]}
    page = _render(
        "run.html.j2",
        title=f"{found['dataset']['name']}: a run",
        figures=found,
        measures=found["measures"],
        by_part=glossary.group(found["measures"]),
        settings=flatten(found["system"]),
        columns=[name for name in glossary.GROUP_COLUMNS if name in in_groups],
        at=find_operating_point(cases),
        sections=divide(cases, read_run(folder).replies),
    )
    target = folder / REPORT
    target.write_text(page, encoding="utf-8")
    return target


def write_comparison(comparison: Mapping[str, Any], a: Path, b: Path, target: Path) -> Path:
    """Write the report of what changed from run `a` to run `b`, both folders, into `target`.

    Raises `FileNotFoundError` where a run is unfinished or the target's folder is missing.
    """
    measures, focus = comparison["measures"], comparison["focus"]
    sides = read_side(a), read_side(b)
    differences = compare_questions(focus, *sides)
    known = f"{comparison['dataset']['name']}-"  # the page names the data set already
    ours, theirs = (flatten(comparison[side]["system"]) for side in ("a", "b"))
    settings = [
        (name, ours.get(name, ABSENT), theirs.get(name, ABSENT)) for name in {**ours, **theirs}
    ]
    page = _render(
        "comparison.html.j2",
        title=f"{comparison['dataset']['name']}: two runs compared",
        comparison=comparison,
        labels={s.upper(): comparison[s]["label"].removeprefix(known) for s in ("a", "b")},
        measures=measures,
        by_part=glossary.group(measures),
        verdicts={name: glossary.judge_difference(name, one) for name, one in measures.items()},
        settings=sorted(settings, key=lambda row: row[1] == row[2]),  # those that differ first
        compared=differences,
        sections=divide_changes(focus, differences, *sides),
    )
    target.write_text(page, encoding="utf-8")
    return target


def find_operating_point(cases: Sequence[CaseRow]) -> tuple[float, float] | None:
    """How much was answered of what was judged, and how much of it wrongly; None for nothing."""
    judged = [case for case in cases if case["answerable"] is not None]
    answered = [case for case in judged if case["answered"]]
    if not answered:
        return None
    wrong = sum(not case["correct"] for case in answered)
    return len(answered) / len(judged), wrong / len(answered)


def divide(cases: Sequence[CaseRow], replies: Sequence[Reply]) -> list[Section[ShownQuestion]]:
    """The sections of a run's report; the last holds the questions that are in no other."""
    pairs = list(zip(cases, replies, strict=True))
    sure = sorted(pairs, key=lambda pair: -pair[0]["confidence"])
    missed = [pair for pair in sure if _is_missed(pair[0])]
    refused = [
        (case, reply)
        for case, reply in reversed(sure)
        if case["answerable"] is True and not case["answered"]
    ]
    answered = [
        (case, reply) for case, reply in sure if case["answerable"] is False and case["answered"]
    ]
    faulty = {case["id"] for case, _ in missed + refused + answered}
    return [
        _section(
            "missed",
            "Answers missed",
            "Answerable, but none of the first three quotes holds an answer. "
            "The most confident first.",
            starmap(_show, missed),
        ),
        _section(
            "refused",
            "Wrongly refused",
            "Answerable, but called unanswered. The least confident first.",
            starmap(_show, refused),
        ),
        _section(
            "answered",
            "Wrongly answered",
            "Unanswerable, but answered. The most confident first.",
            starmap(_show, answered),
        ),
        _section(
            "others",
            "All the others",
            "In the data set’s order.",
            (_show(*pair) for pair in pairs if pair[0]["id"] not in faulty),
        ),
    ]


def _is_missed(case: CaseRow) -> bool:
    """Whether the first three quotes, or articles where no answers are known, miss the answer."""
    values = case["values"]
    found = values.get("quotes/answer@3", values.get("articles/Success@3"))
    return found == 0 and case["answerable"] is not False


def read_side(folder: Path) -> Side:
    """A run's cases and replies by question, with the quotes that a report shows."""
    cases, replies = figures.read(folder)[1], read_run(folder).replies
    return {
        case["id"]: (case, replace(reply, quotes=reply.quotes[:SHOWN]))
        for case, reply in zip(cases, replies, strict=True)
    }


def compare_questions(focus: str, a: Side, b: Side) -> dict[str, float]:
    """B − A of a measure for each question that both runs have it for, in B's order."""
    return {
        asked: b[asked][0]["values"][focus] - a[asked][0]["values"][focus]
        for asked in b
        if asked in a and focus in a[asked][0]["values"] and focus in b[asked][0]["values"]
    }


def divide_changes(
    focus: str, differences: Mapping[str, float], a: Side, b: Side
) -> tuple[Section[ShownChange], Section[ShownChange]]:
    """The questions that B lost, then those that it won, the most changed first."""
    falling = sorted(differences, key=lambda asked: -abs(differences[asked]))

    def show(asked: str) -> ShownChange:
        values = [side[asked][0]["values"][focus] for side in (a, b)]
        return ShownChange(_show(*a[asked]), _show(*b[asked]), *values)

    lost = [show(asked) for asked in falling if differences[asked] < 0]
    won = [show(asked) for asked in falling if differences[asked] > 0]
    return (
        _section("lost", "Lost", "B is worse than A here. The most lost first.", lost),
        _section("won", "Won", "B is better than A here. The most won first.", won),
    )


def flatten(system: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Every setting with its value, both as text; `ranking · depth` for one inside another."""
    flat: dict[str, str] = {}
    for name, value in system.items():
        path = prefix + name.replace("_", " ")
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{path} · ")
        else:
            flat[path] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return flat


def _section(key: str, title: str, about: str, entries: Iterable[T]) -> Section[T]:
    members = tuple(entries)
    return Section(key, title, about, members[:CAP], max(0, len(members) - CAP))


def _show(case: CaseRow, reply: Reply) -> ShownQuestion:
    if case["id"] != reply.question:
        raise ValueError(f"expected the reply to {case['id']}, got the one to {reply.question}")
    place = _find_place(case)
    judged = case["answerable"] is not None
    well = case["answerable"] == case["answered"]
    return ShownQuestion(
        case=case,
        reason=(reply.reason or "").replace("_", " "),
        excerpts=excerpt(reply.quotes, case),
        outcome="fair" if not judged else "good" if well else "bad",
        finding=_describe_finding(case, place),
        found="bad" if place is None else "good" if place == 1 else "fair",
    )


def _find_place(case: CaseRow) -> int | None:
    """The place of the first right quote, or of the first relevant article without answers."""
    if case["answers"]:
        return next((place for place, right in enumerate(case["right"], 1) if right), None)
    rank = case["values"].get("articles/RR", 0.0)
    return round(1 / rank) if rank else None


def _describe_finding(case: CaseRow, place: int | None) -> str:
    if case["answerable"] is False:
        return ""
    if case["answers"]:
        quoted = len(case["right"])
        nowhere = f"answer in none of the first {quoted}" if quoted else "nothing quoted"
        return f"answer in quote {place}" if place else nowhere
    if not case["relevant"]:
        return ""
    return f"relevant article in place {place}" if place else "no relevant article"


def _render(template: str, **context: object) -> str:
    """Fill a template; raises for a name that is missing."""
    style, script = (
        (TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "questions.js")
    )
    return (
        _environment()
        .get_template(template)
        .render(
            **context,
            style=Markup(style),  # noqa: S704 - our own
            script=Markup(script),  # noqa: S704 - our own
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(glossary.FILTERS)
    made.globals.update(parts=glossary.PARTS, lower_is_better=glossary.LOWER_IS_BETTER)
    return made
