"""Make a follow-up question stand alone, from the questions asked before it.

Deterministic: the time or name in "And in 2023?" or "What about Crimea?" takes the place of the
one in the question before, or is added to it; a question that leans on a pronoun, or says too
little, is asked together with it. Any other stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.service.exchanges import exchange

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
