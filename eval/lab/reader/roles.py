"""Questions about people and what they do, made by rule from news.

"Ann Lee, director of the Civic Lab, said …" answers "Who is Ann Lee?"; a sentence that only names
her, or her name in a credit, does not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.index.passages import split_sentences
from onrecord.index.types import Span

_PERSON = r"(?P<name>(?!The |As |In |And |But )[A-Z][\w’'-]+(?: [A-Z]\.)?(?: [A-Z][\w’'-]+){1,2})"
_ROLE = (
    r"(?P<role>(?:[a-z-]+ ){0,4}"
    r"(?:director|head|chief|president|chair(?:wo)?man|chair|minister|secretary|manager|officer|"
    r"leader|founder|co-founder|professor|lecturer|researcher|scientist|analyst|economist|editor|"
    r"author|writer|journalist|reporter|lawyer|attorney|judge|spokes(?:wo)?man|spokesperson|mayor|"
    r"governor|senator|engineer|designer|developer|strategist|specialist|consultant|adviser|"
    r"advisor|administrator|commissioner|coordinator|executive|owner|coach|captain|teacher|doctor|"
    r"physician|nurse|artist|actor|actress|singer|architect|librarian|biologist|physicist|historian))"
)
_APPOSED = re.compile(
    _PERSON
    + r", (?:who is )?(?:(?:the |an? |its |our |their )?"
    + _ROLE
    + r"|(?P<other>an? [a-z][a-z -]{3,40}))(?P<of>[^,.;:()]{0,80})[,.]"
)
_BEFORE = re.compile(
    r"(?<![\w-])(?P<role>(?:[Dd]irector|[Pp]resident|[Pp]rofessor|[Ss]ecretary|[Cc]hairman|[Mm]ayor|"
    r"[Gg]overnor|[Ss]enator|[Mm]inister|[Ee]ditor|[Ss]pokes(?:wo)?man|[Aa]nalyst|[Ff]ounder))"
    r"(?P<of> of [^,.;:()]{3,50},)? " + _PERSON
)
_IS = re.compile(
    _PERSON + r" (?:is|was) (?:the |an? |our )?" + _ROLE + r"(?P<of>[^,.;:()]{0,80})[,.]"
)
_SPOKE = r"(?:said|says|told|added|explained|argued|wrote|noted|asked|insisted|warned|joined)"
_NAMED = re.compile(_PERSON + rf",? {_SPOKE}\b|\b{_SPOKE} " + _PERSON.replace("name", "after"))
_ORGANISATION = re.compile(r"(?:of|at|for|with) (?:the )?[A-Z]")
_CREDITS = ("Photo: {}", "By {}", "Photograph: {}/AP", "{} for the Associated Press", "Image by {}")
ASKED = 3  # questions about each person
NEIGHBOURS = 2  # sentences on each side that come along


def ask_roles(
    articles: Iterable[dict[str, Any]], chance: random.Random
) -> Iterator[dict[str, Any]]:
    """Rows as in `reader-pairs`: for each person whose role is said, answered and near misses."""
    for article in articles:
        text, sentences = article["text"], split_sentences(article["text"])
        said: dict[str, tuple[int, Span, bool]] = {}
        vague: set[str] = set()
        named: dict[str, list[int]] = {}
        for at, sentence in enumerate(sentences):
            words = text[sentence.start : sentence.end]
            for pattern in (_APPOSED, _BEFORE, _IS):
                for found in pattern.finditer(words):
                    part = "role" if found["role"] else "other"
                    role = Span(*(sentence.start + end for end in found.span(part)))
                    of = bool(_ORGANISATION.search(found["of"] or ""))
                    said.setdefault(found["name"], (at, role, of))
                    if part == "other":
                        vague.add(found["name"])
            for found in _NAMED.finditer(words):
                named.setdefault(found["name"] or found["after"], []).append(at)
        for name, (at, role, of) in said.items():
            if name in vague and name not in named:
                continue  # perhaps no person
            surname = name.split()[-1]
            mere = [
                other
                for other, sentence in enumerate(sentences)
                if abs(other - at) > NEIGHBOURS and surname in text[sentence.start : sentence.end]
            ]
            for _ in range(ASKED):
                ask = _question(name, of, chance)
                yield _row(article, ask, sentences, at, chance, role)
                if mere:
                    yield _row(article, ask, sentences, chance.choice(mere), chance)
        others = [name for name in named if name not in said]
        for name in chance.sample(others, min(2, len(others))):
            yield _row(article, _question(name, False, chance), sentences, named[name][0], chance)
        if others and sentences:
            name = chance.choice(others)
            yield _credited(article, name, sentences, chance)


def _question(name: str, of: bool, chance: random.Random) -> str:
    plain = [f"Who is {name}?", f"who is {name}", f"What is {name}'s job?", f"What does {name} do?"]
    which = [f"Which organisation does {name} lead?", f"Where does {name} work?"]
    return chance.choice([*plain, f"Who is {name}?", *(which if of else [])])


def _row(
    article: dict[str, Any],
    question: str,
    sentences: list[Span],
    at: int,
    chance: random.Random,
    role: Span | None = None,
) -> dict[str, Any]:
    """The sentences around one, which answers if it says the role."""
    first = max(0, at - chance.randint(0, NEIGHBOURS))
    last = min(len(sentences), at + 1 + chance.randint(0, NEIGHBOURS))
    start, end = sentences[first].start, sentences[last - 1].end
    marked = [] if role is None else [(role.start - start, role.end - start)]
    return {
        "q": question,
        "title": article["title"],
        "passage": article["text"][start:end],
        "label": int(role is not None),
        "evidence": marked,
        "spans": marked,
        "source": "roles",
    }


def _credited(
    article: dict[str, Any], name: str, sentences: list[Span], chance: random.Random
) -> dict[str, Any]:
    """A name in a credit under sentences that do not mention it."""
    at = chance.randrange(len(sentences))
    row = _row(article, f"Who is {name}?", sentences, at, chance)
    credit = chance.choice(_CREDITS).format(name)
    return row | {
        "passage": chance.choice([f"{credit}\n{row['passage']}", f"{row['passage']}\n{credit}"])
    }
