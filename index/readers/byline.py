"""Read the publication date and the authors from the lines around a plain-text article.

The date is taken, in this order, from: the header line that a saving tool wrote
(`date 2025-02-23`); a line that says published or posted; the byline; a line between headline and
article that is a date and nothing else (or one among the article's first blocks, if it is the only
one); a line that is a name and a date; a short line there that holds one date; a line just below
the article that says published, or is the author's with a date. Lines that say updated are kept as
evidence but never win. The article's text, captions, copyright lines and feeds are not used.
Authors are taken from the byline, a line `Author: …`, the name before a date, the subject of a
biography, and a line that is a name with a job or next to a date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.index.readers.authors import ROLE, is_name, split_names
from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import is_stamp
from onrecord.index.times.dates import FoundDate, find_dates, is_plausible
from onrecord.index.times.names import PUBLISHED, UPDATED
from onrecord.index.types import Evidence, Precision, Published

RULES = (
    "header line", "published line", "byline", "date line", "signature", "dated line",
    "closing line", "updated line",
)  # fmt: skip
DAY_RULE = "day named in the text"
MAX_NOTED = 100_000  # how much of a text is searched
MAX_SNIPPET = 300
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
OPENING = 3  # blocks of the article that may hold the date line, below a picture's caption
MAX_DATED_WORDS = 12
AFTER = 6  # blocks after the article that may hold its author and `Published` lines

_AUTHOR_LINE = re.compile(r"^(?:(?:authors?|reporters?)\s*:\s*\S|by\s*:?\s+\S)", re.I)
_PUBLISHED = re.compile(rf"\b(?:{'|'.join(PUBLISHED.split())})\b|^written\s*:", re.I)
_UPDATED = re.compile(rf"\b(?:{'|'.join(UPDATED.split())}|mis à jour)\b", re.I)
_SUBJECT = re.compile(
    r"^((?:[^\W\d_][\w.’'-]*\s){2,4})(?:is|was|has|covers|writes|reports|joined)\b"
)
# These are capitalised like names but are none: sections, outlets, buttons, days.
_THINGS = re.compile(
    r"\b(?:news|stories|story|sports?|business|politics|world|opinion|share|follow|e-?mail|bio|video|"
    r"live|future|home|more|read|contact|about|menu|weather|local|health|tech|times|today|press|"
    r"published|updated|posted|last|(?:mon|tues|wednes|thurs|fri|satur|sun)day|information|the)\b",
    re.I,
)
_PERSON = re.compile(r"[^\W\d_a-z][\w.’'-]+(?:\s[^\W\d_a-z][\w.’'-]*){1,3}")


@dataclass(frozen=True, slots=True)
class DateClaim:
    """A date that the page states in one place."""

    date: str
    precision: Precision
    evidence: Evidence

    @property
    def rule(self) -> str:
        """The rule that read it."""
        return self.evidence.rule


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """The headline's index and the article's half-open range among a page's blocks.

    `day_first` says how the page's language writes days, as `find_dates` takes it.
    """

    headline: int
    start: int
    end: int
    day_first: bool = False


def read_published(
    header: list[DateClaim], blocks: Sequence[Block], place: BlockPlace
) -> tuple[Published, list[Evidence]]:
    """Read the publication date; the second value is all evidence, the winner first."""
    claims, updates = find_claims(header, blocks, place)
    evidence = [claim.evidence for claim in claims] + updates
    if not claims:
        return Published(), evidence
    return Published(claims[0].date, claims[0].precision, evidence[0]), evidence


def find_claims(
    header: list[DateClaim], blocks: Sequence[Block], place: BlockPlace
) -> tuple[list[DateClaim], list[Evidence]]:
    """Find the dates stated by the lines around an article, the best first, and the updates."""
    found = list(header)
    for index in _around(blocks, place):
        claim = _claim(blocks[index], index, place)
        if claim is not None:
            found.append(claim)
    found += _in_opening(blocks, place) + _in_closing(blocks, place)
    found = [claim for claim in found if is_plausible(claim.date)]
    found.sort(key=lambda claim: RULES.index(claim.rule))
    updates = [claim.evidence for claim in found if claim.rule == "updated line"]
    return [claim for claim in found if claim.rule != "updated line"], updates


def read_byline_authors(
    blocks: Sequence[Block], place: BlockPlace
) -> tuple[tuple[str, ...], list[Evidence]]:
    """Read the authors' names; the second value is all evidence, the winner first."""
    claims: list[tuple[int, tuple[str, ...], Evidence]] = []
    for index in _around(blocks, place):
        block, text, after = blocks[index], blocks[index].text, index >= place.end
        if len(text) > 600:
            continue
        if block.label == "byline" and not after:
            claims.append((0, _names(text), Evidence("byline", text)))
        elif after and _AUTHOR_LINE.match(text) and block.words <= 30:
            claims.append((1, _names(text), Evidence("author line", text)))
        elif after and block.label == "biography" and (subject := _SUBJECT.match(text)):
            claims.append((3, _names(subject[1]), Evidence("biography", subject[0])))
        elif not after and (signed := _signature(text)) is not None:
            claims.append((2, (signed,), Evidence("signature", text)))
        elif place.headline < index < place.start and _stands_as_name(blocks, index):
            claims.append((4, _names(text), Evidence("name line", text)))
    claims = sorted((claim for claim in claims if claim[1]), key=lambda claim: claim[0])
    return (claims[0][1] if claims else ()), [claim[2] for claim in claims]


def _around(blocks: Sequence[Block], place: BlockPlace) -> list[int]:
    """List the indices of the blocks just above and below the article, which may describe it."""
    before = range(max(0, place.headline - 1), min(place.start, place.headline + 15))
    after = range(place.end, min(len(blocks), place.end + AFTER))
    return [index for index in (*before, *after) if index != place.headline]


def _in_opening(blocks: Sequence[Block], place: BlockPlace) -> list[DateClaim]:
    """Find the date line among the article's first blocks; several are a timeline, not a claim."""
    dated = [
        index
        for index in range(place.start, place.end)
        if blocks[index].words <= MAX_DATED_WORDS
        and not blocks[index].ends_sentence
        and any(find_dates(blocks[index].text[:200]))
    ]
    if len(dated) != 1 or dated[0] >= place.start + OPENING:
        return []
    claim = _claim(blocks[dated[0]], dated[0], place)
    return [claim] if claim else []


def _in_closing(blocks: Sequence[Block], place: BlockPlace) -> list[DateClaim]:
    """Find an author's line with a date inside the article: `Author: X, 3 May`."""
    for index in range(place.start + 1, place.end):
        if _AUTHOR_LINE.match(blocks[index].text[:40]):
            claim = _claim(blocks[index], place.end, place)
            if claim and claim.rule == "closing line":
                return [claim]
    return []


def _claim(block: Block, index: int, place: BlockPlace) -> DateClaim | None:
    text = block.text
    if len(text) > 300 or block.label == "caption":
        return None
    dates = list(find_dates(text, place.day_first))
    if not dates:
        return None
    found, rule = dates[0], _line_rule(block, dates, index >= place.end)
    published = _PUBLISHED.search(text)
    if rule in ("published line", "closing line") and published:
        found = next((date for date in dates if date.start > published.start()), found)
    return DateClaim(found.date, found.precision, Evidence(rule, text)) if rule else None


def _line_rule(block: Block, dates: list[FoundDate], after: bool) -> str | None:
    """Name the rule by which a line's date counts; None where it does not count."""
    text, updated = block.text, _UPDATED.search(block.text)
    if _PUBLISHED.search(text) and (block.label in ("stamp", "byline") or block.words <= 16):
        return "closing line" if after else "published line"
    if updated and updated.start() < dates[0].start:
        return "updated line"
    if after:
        return "closing line" if _AUTHOR_LINE.match(text) and block.words <= 16 else None
    if block.label == "byline":
        return "byline"
    if is_stamp(text):
        return "date line"
    if _signature(text):
        return "signature"
    short = block.words <= MAX_DATED_WORDS and len(dates) == 1 and not block.ends_sentence
    return "dated line" if short and block.label is None and dates[0].precision == "day" else None


def _signature(text: str) -> str | None:
    """Return the name in a line such as `Jane Doe - Nov. 18th 2019 8:54 am PT`."""
    found = next(find_dates(text), None)
    if found is None or len(text) > 120:
        return None
    name = text[: found.start].strip(" ,|-–—·•:")
    return name if is_person(name) else None


def _stands_as_name(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line below the headline is a name with a job, or is next to a date or a job."""
    text = blocks[index].text
    if blocks[index].label is not None or len(text) > 80:
        return False
    name, _, job = text.partition(",")
    if not is_person(name.strip()):
        return False
    if job:
        return bool(ROLE.search(job))
    beside = [blocks[other] for other in (index - 1, index + 1) if 0 <= other < len(blocks)]
    return any(
        other.label == "stamp" or (other.words <= 6 and ROLE.search(other.text)) for other in beside
    )


def is_person(name: str) -> bool:
    """Whether a line is the name of a person and nothing else, by its capitals."""
    capitals = all(part[0].isupper() for part in name.split())
    known = ROLE.search(name) or _THINGS.search(name)
    return capitals and bool(_PERSON.fullmatch(name)) and not known


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in split_names(text) if is_name(name)))


def note_days(text: str) -> list[Evidence]:
    """The latest day that a text names, in its sentence; nothing where it names none."""
    text = text[:MAX_NOTED]
    days = [found for found in find_dates(text) if found.precision == "day"]
    if not days:
        return []
    latest = max(days, key=lambda found: found.date)
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, latest.start)), default=0)
    stop = _SENTENCE_END.search(text, latest.end)
    sentence = text[max(start, latest.end - MAX_SNIPPET) : stop.start() + 1 if stop else None]
    return [Evidence(DAY_RULE, sentence.strip()[:MAX_SNIPPET])]
