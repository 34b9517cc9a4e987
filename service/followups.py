"""Make a follow-up question stand alone, from the questions asked before it.

Deterministic: the time or name in "And in 2023?" or "What about Crimea?" replaces the one in the
earlier question. If that has no such part, or several that could be meant, it is added instead. A
question that leans on a pronoun, or says too little, is asked together with the earlier one. Any
other stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.index.times import MONTH_NAME

_ELLIPSIS = re.compile(
    r"^(?:(?:and|but|so|or|ok|okay)\b,?\s*)?(?:what|how)\s+about\s+(?P<about>.+?)[?.!\s]*$"
    r"|^(?:and|but|or)\b,?\s*(?P<and>(?:(?:in|on|for|since|during|by|at|from|with|after|before)\s+)?"
    r"(?:\S+\s+){0,4}?\S+?)[?.!\s]*$",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?:he|she|they|him|her|them|his|hers|their|theirs|it|its|this|that|these|those|there)\b",
    re.I,
)
# "Is it true that …", "that" as a conjunction and "there are" point to nothing said before.
_EXPLETIVE = re.compile(
    r"\b(?:is|was)\s+(?:it|there)\b|\bit\s+is\b|\bthere\s+(?:is|are|was|were|been)\b"
    r"|\b(?:are|were|have)\s+there\b|\w+\s+that\s+\w+|\b(?:this|that|these|those)\s+\w+",
    re.I,
)
_NAME = re.compile(r"(?<!^)(?<![.?!]\s)\b[A-Z][\w’'-]+")
_VAGUE = re.compile(
    r"^(?:and\s+)?(?:why|how|when|where|who|which one|how many|how much|since when|by when|how come"
    r"|(?:who|what|where|when|how) else|what (?:happened )?(?:then|next|after that|afterwards)"
    r"|(?:tell me|say)?\s*more(?: details)?(?: please)?|go on"
    r"|(?:in|from|since|by|at|on|for) (?:what|which) \w+)[?.!\s]*$",
    re.I,
)
_OPENS_QUESTION = re.compile(
    r"^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had"
    r"|can|could|will|would|should)\b",
    re.I,
)


def stand_alone(question: str, history: Sequence[str]) -> str:
    """The question with what it takes from the last of `history`, oldest first."""
    before = next((asked.strip() for asked in reversed(history) if asked.strip()), None)
    if before is None:
        return question
    if len(history) > 1:
        before = stand_alone(before, history[:-1])
    ellipsis = _ELLIPSIS.match(question.strip())
    if ellipsis:
        return _put((ellipsis["about"] or ellipsis["and"]).strip(), before)
    if _VAGUE.match(question.strip()) or _leans(question):
        return f"{before} {question.strip()}"
    return question


def _put(addition: str, before: str) -> str:
    """The earlier question, asked of something else."""
    if _OPENS_QUESTION.match(addition):
        return f"{before} {addition[0].upper()}{addition[1:]}?"
    exchanged = exchange(addition, before)
    return exchanged or f"{before.rstrip('?!. ')}, {addition}?"


def _leans(question: str) -> bool:
    """Whether a pronoun has nothing in the question itself that it could stand for."""
    bare = _EXPLETIVE.sub(" ", question)
    pronoun = _PRONOUN.search(bare)
    return pronoun is not None and not _NAME.search(bare[: pronoun.start()])


_MONTH = rf"\b{MONTH_NAME}"
_YEAR = r"\b(?:1[5-9]|20)\d\d\b"
_DAY = r"\b\d{1,2}(?:st|nd|rd|th)?\b"
_POINT = rf"(?:(?:{_DAY}\s)?{_MONTH}(?:\s{_DAY},?)?(?:\s{_YEAR})?|{_YEAR})"
_RELATIVE = (
    r"(?:\b(?:last|this|next|the\s(?:last|past|next|coming))\s(?:day|week|weekend|month|quarter"
    r"|year|decade|(?:mon|tues|wednes|thurs|fri|satur|sun)day|spring|summer|autumn|winter)\b"
    r"|\b(?:yesterday|today|tonight|tomorrow|now)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)"
)
_TIME = re.compile(
    rf"(?P<before>\b(?:in|on|from|between|since|during|by|until|till|before|after|for)\s(?:the\s)?)?"
    rf"(?P<when>(?P<span>{_POINT}\s?(?:-|–|to|until|till|and)\s?{_POINT})|{_POINT}|{_RELATIVE})",
    re.I,
)
_A_YEAR_ON = re.compile(
    r"(?:the\s)?(?:(?P<next>(?:next|following)\syear|year\safter|year\slater)"
    r"|(?P<previous>(?:previous)\syear|year\s(?:before|earlier)))",
    re.I,
)
_PLACE = r"in|at|near|from|to|for|with|by|of|on"
_NAMES = r"(?:the\s)?[A-Z][\w’'-]*(?:\s(?:of\s|the\s|de\s)?[A-Z][\w’'-]*){0,3}"
_GIVEN_NAME = re.compile(rf"(?:(?P<before>{_PLACE})\s)?(?P<name>{_NAMES})")
_HELD_NAME = re.compile(rf"(?<=\s)(?:(?P<before>{_PLACE})\s)?(?P<name>{_NAMES})(?!\w)")


def exchange(addition: str, before: str) -> str | None:
    """The earlier question asked of another time or name; None where nothing can be exchanged."""
    return _exchange_time(addition, before) or _exchange_name(addition, before)


def _exchange_time(addition: str, before: str) -> str | None:
    said = list(_TIME.finditer(before))
    if len(said) != 1:
        return None
    old = said[0]
    given = _TIME.fullmatch(addition)
    when = given["when"] if given else _a_year_on(addition, old["when"])
    if when is None:
        return None
    if given and not re.search(_YEAR, when) and not re.match(_RELATIVE, when, re.I):
        year = re.findall(_YEAR, old["when"])
        when = f"{when} {year[0]}" if len(year) == 1 else when
    preposition = _choose_preposition(given, old, when)
    return before[: old.start()] + preposition + when + before[old.end() :]


def _choose_preposition(given: re.Match[str] | None, old: re.Match[str], when: str) -> str:
    """The follow-up's, where it has one that fits, else the earlier question's, else `in`.

    "Articles from 2024" keep their "from": it says when they were published.
    """
    was_point = old["before"] is not None and old["span"] is None
    if was_point and (old["before"] or "").lower() == "from ":
        return "" if re.match(_RELATIVE, when, re.I) else "from "
    if given and given["before"]:
        return given["before"]
    if re.match(_RELATIVE, when, re.I):
        return ""
    return old["before"] if was_point and old["before"] else "in " if old["span"] else ""


def _a_year_on(addition: str, when: str) -> str | None:
    """The year after or before the one that was asked about."""
    wanted, years = _A_YEAR_ON.fullmatch(addition), re.findall(_YEAR, when)
    if wanted is None or len(years) != 1:
        return None
    return str(int(years[0]) + (1 if wanted["next"] else -1))


def _exchange_name(addition: str, before: str) -> str | None:
    given = _GIVEN_NAME.fullmatch(addition)
    if given is None or _TIME.fullmatch(addition):
        return None
    held = [name for name in _HELD_NAME.finditer(before) if not _TIME.fullmatch(name["name"])]
    if given["before"]:
        held = [name for name in held if name["before"] == given["before"]]
    elif len(held) > 1:
        held = [name for name in held if name["before"] in ("in", "at", "near")]
    if len(held) != 1:
        return None
    return before[: held[0].start("name")] + given["name"] + before[held[0].end("name") :]
