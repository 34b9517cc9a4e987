"""Make a follow-up question stand alone, from the questions asked before it.

Deterministic: the time or name in "And in 2023?" or "What about Crimea?" replaces the one in the
earlier question. If that has no such part, or several that could be meant, it is added instead. A
question that leans on a pronoun, or says too little, is asked together with the earlier one: "How
old is he?" with the last one that may be about a person. Any other stays as it is, also one that
names a topic and then asks about it: "What about the flood in Kherson — was anyone killed?"
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.index.times.names import MONTH, WEEKDAY
from onrecord.index.times.periods import DAY, YEAR

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
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"
_OPENS = rf"(?:(?:who|whom|whose|what|which|when|where|why|how)\b|{_AUXILIARY})"
_OPENS_QUESTION = re.compile(_OPENS, re.I)
_OPENS_TOPIC = re.compile(
    r"(?:(?:and|but|so|or|ok|okay)\b,?\s*)?(?:(?:what|how)\s+about\s+|what\s+of\s+|(?=(?:the|an?)\s))",
    re.I,
)
# What stands between a topic and the question about it: a mark, or nothing before "how much did".
_OPENS_CLAUSE = re.compile(
    rf"(?:[—–:;,.…?!]|\s-+\s)\s*(?:and\s+)?(?={_OPENS}|any(?:one|body)\b)"
    rf"|\s(?=(?:when|where|why|how(?:\s\w+)?)\s{_AUXILIARY})",
    re.I,
)
_OWN_TOPIC = re.compile(r"(?:^|\s)[A-Z]|^(?:[Tt]he|[Aa]n?)\s+\w+\s+\w")
_SAYS_LITTLE = re.compile(
    rf"(?:(?:{_OPENS}|about|any|been?|each|either|else|fewer|he|her|here|him|it|less|many|more|much"
    r"|not|now|same|she|so|that|the|them|then|there|they|this)\W+)*|.*\b(?:too|also|as\swell)\W*",
    re.I,
)
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
# A role, or a question for somebody; rather too much than too little.
_SOMEONE = re.compile(
    r"\b(?:who|whom|whose|head|chief|judge|king|queen|\w+(?:[eo]r|ist|man|dent))\b", re.I
)
_YEAR = rf"\b{YEAR}\b"
_POINT = rf"(?:(?:\b{DAY}\s(?:of\s)?)?\b{MONTH}(?:\s{DAY}\b,?)?(?:\s{_YEAR})?|{_YEAR})"
_RELATIVE = (
    r"(?:\b(?:last|this|next|the\s(?:last|past|next|coming))\s(?:day|week|weekend|month|quarter"
    rf"|year|decade|{WEEKDAY}|spring|summer|autumn|winter)\b"
    rf"|\b(?:yesterday|today|tonight|tomorrow|now|{WEEKDAY})\b)"
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


def stand_alone(question: str, history: Sequence[str]) -> str:
    """The question with what it takes from the last of `history`, oldest first."""
    alone: list[str] = []
    for asked in filter(None, map(str.strip, history)):
        alone.insert(0, _complete(asked, alone))
    return _complete(question, alone)


def _complete(question: str, before: Sequence[str]) -> str:
    """The question with what it takes from `before`, which stand alone, the last first."""
    asked = question.strip()
    if not before or _has_own_topic(asked):
        return question
    ellipsis = _ELLIPSIS.match(asked)
    if ellipsis:
        return _put((ellipsis["about"] or ellipsis["and"]).strip(), before[0])
    if not _VAGUE.match(asked) and not _leans(asked):
        return question
    persons = filter(_may_name_person, before if _PERSON.search(asked) else ())
    return f"{next(persons, before[0])} {asked}"


def _has_own_topic(question: str) -> bool:
    """Whether it names a topic and then asks about that, and not about what was asked before."""
    opening = _OPENS_TOPIC.match(question)
    split = _OPENS_CLAUSE.search(question, opening.end()) if opening else None
    if opening is None or split is None:
        return False
    topic, clause = question[opening.end() : split.start()].strip(), question[split.end() :]
    if _TIME.fullmatch(topic) or _leans(topic) or not _OWN_TOPIC.search(topic):
        return False
    return not _VAGUE.match(clause) and not _SAYS_LITTLE.fullmatch(f"{clause} ")


def _may_name_person(question: str) -> bool:
    """Whether it asks for somebody, or holds a name that no preposition of place precedes."""
    names = (name for name in _HELD_NAME.finditer(question) if not _TIME.fullmatch(name["name"]))
    placed = ("in", "at", "near", "from", "to")
    return bool(_SOMEONE.search(question)) or any(name["before"] not in placed for name in names)


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
