"""Put a follow-up's time or name into the place of the earlier question's.

"And in 2023?" after "How many were drafted in 2022?" asks how many were drafted in 2023. Where the
earlier question has no such part, or several that could be meant, nothing is exchanged.
"""

from __future__ import annotations

import re

from onrecord.index.times import MONTH_NAME

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
_NAME = r"(?:the\s)?[A-Z][\w’'-]*(?:\s(?:of\s|the\s|de\s)?[A-Z][\w’'-]*){0,3}"
_GIVEN_NAME = re.compile(rf"(?:(?P<before>{_PLACE})\s)?(?P<name>{_NAME})")
_HELD_NAME = re.compile(rf"(?<=\s)(?:(?P<before>{_PLACE})\s)?(?P<name>{_NAME})(?!\w)")


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
