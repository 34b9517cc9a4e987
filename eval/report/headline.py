"""What comes first in a report: the run in a few plain sentences, from the measures that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onrecord.eval.report.glossary import judge_difference
from onrecord.eval.report.wording import say_count, say_percent, say_time

Measures = Mapping[str, Mapping[str, Any]]

# What is told of a set whose answers are known, and of one where only articles are.
_FOUND = (
    (
        ("quotes/answer@1", "The answer stands in the first quote"),
        ("quotes/answer@3", "in one of the first three"),
    ),
    (
        ("articles/Success@1", "The first article is a relevant one"),
        ("articles/Success@3", "one of the first three is"),
    ),
)


def sum_up(figures: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The sentences that say what the run is worth, and those that say what can be relied on."""
    measures, latency = figures["measures"], figures["latency"]
    first = [_say_found(measures), _say_abstention(measures)]
    second = [_say_verbatim(measures), _say_date(measures), _say_latency(latency)]
    return [line for line in first if line], [line for line in second if line]


def sum_up_difference(comparison: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The sentences that say what changed, and those that say how sure that is."""
    measures = comparison["measures"]
    said = [_say_found_in_both(measures), _say_abstention_in_both(measures)]
    return [line for line in said if line], _say_certainty(measures)


def _say_found(measures: Measures) -> str:
    for (one, said_one), (three, said_three) in _FOUND:
        first, third = measures.get(one), measures.get(three)
        if first:
            asked = _questions(first, "answerable question")
            said = f"{said_one} for {say_percent(first['value'])} of {asked}"
            return said + (f", {said_three} for {say_percent(third['value'])}." if third else ".")
    return ""


def _say_found_in_both(measures: Measures) -> str:
    for (one, said_one), (three, said_three) in _FOUND:
        first, third = measures.get(one), measures.get(three)
        if first:
            said = (
                f"{said_one} for {say_percent(first['a'])} of {_questions(first)} in A "
                f"and {say_percent(first['b'])} in B"
            )
            more = f"; {said_three} for {_say_both(third)}." if third else "."
            return said + more
    return ""


def _say_abstention(measures: Measures) -> str:
    refused, answered = measures.get("abstention/refused"), measures.get("abstention/answered")
    parts = []
    if refused:
        verb = "is" if refused["questions"] == 1 else "are"
        kind = _questions(refused, "unanswerable one")
        parts.append(f"{say_percent(refused['value'])} of the {kind} {verb} refused")
    if answered:
        kind = "the answerable ones" if refused else _questions(answered, "answerable question")
        parts.append(f"{say_percent(answered['value'])} of {kind} answered")
    return ", and ".join(parts) + (("." if refused else " at this threshold.") if parts else "")


def _say_verbatim(measures: Measures) -> str:
    verbatim = measures.get("quotes/verbatim")
    if verbatim is None:
        return ""
    if verbatim["value"] == 1:
        return "Every quote is its article’s text, character for character."
    return f"Only {say_percent(verbatim['value'])} of the quotes are their article’s text."


def _say_date(measures: Measures) -> str:
    dated = measures.get("quotes/date")
    if dated is None:
        return ""
    if dated["value"] == 1:
        return "Every article has its right date."
    return f"{say_percent(dated['value'])} of the quotes have their article’s right date."


def _say_latency(latency: Mapping[str, Mapping[str, float]]) -> str:
    took = latency.get("total")
    if not took:
        return ""
    half, most = say_time(took["p50"]), say_time(took["p95"])
    return f"Half of the answers took at most {half}, 95 % at most {most}."


def _say_abstention_in_both(measures: Measures) -> str:
    parts = [
        f"{say_percent(measure['a'])} of {_questions(measure, kind)} are {said} in A "
        f"and {say_percent(measure['b'])} in B"
        for name, kind, said in (
            ("abstention/refused", "unanswerable question", "refused"),
            ("abstention/answered", "answerable question", "answered"),
        )
        if (measure := measures.get(name))
    ]
    return "; ".join(parts) + ("." if parts else "")


def _say_both(measure: Mapping[str, Any]) -> str:
    return f"{say_percent(measure['a'])} and {say_percent(measure['b'])}"


def _say_certainty(measures: Measures) -> list[str]:
    verdicts = [judge_difference(name, measure) for name, measure in measures.items()]
    if not any(measure["difference"] for measure in measures.values()):
        return ["A and B are the same in every measure."]
    better, worse = verdicts.count("better"), verdicts.count("worse")
    told = (
        f"Of {say_count(len(verdicts), 'measure')}, B is better in {better} and worse in {worse}; "
        f"in the other {len(verdicts) - better - worse} the 95 % interval of the difference "
        "holds 0, so chance may explain it."
    )
    return [told, "Of many measures, about one in twenty would leave 0 out by chance alone."]


def _questions(measure: Mapping[str, Any], kind: str = "question") -> str:
    return say_count(measure["questions"], kind)
