"""Read authors' names from bylines and author fields, without `By`, times, dates and job titles."""

from __future__ import annotations

import re

from onrecord.index.readers.phrases import BYLINE
from onrecord.index.times.dates import find_dates

MAX_AUTHORS = 30
MAX_BYLINE = 1_000  # characters of a field that are read
MAX_NAME = 80  # characters; longer is a sentence, not a name

_BY = re.compile(
    r"^\s*(?:(?:written|posted|published|reported|story|words|text|updated|contributed|analysis|"
    r"opinion|review|commentary|edited|compiled)\s+)?by\b:?\s+"
    r"|^\s*(?:authors?|reporters?|writers?)\s*:\s*|^\s*(?-i:By)(?=(?-i:[A-Z]))",
    re.I,
)
_CUT = re.compile(  # what cannot belong to a name
    r"\s*(?:[@(|]|\s[-–—/]\s|\s(?:on|in|at|for)\s*$|\s(?:in|for)\s(?=(?-i:[A-Z]))|\d|"
    r"\s(?:on\s)?(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b(?=\W|$)|"
    r"\s(?:(?:last\s)?updated|published|posted|last)\b|"
    r"\s(?:january|february|march|april|june|july|august|september|october|november|december)\b|"
    r",?\s(?:the\sassociated\spress|reuters|cnn|afp|bbc)\b|\s(?-i:[A-Z]\w+\sNews)$).*$",
    re.I,
)
_TITLE = re.compile(  # `Meg James Staff Writer`, `Steve Peoples, AP National Political Writer`
    r"(?<=\w)\s+(?:(?:staff|senior|chief|national|political|business|sports|science|foreign|special|"
    r"contributing|deputy|associate|executive|managing|assistant|freelance|ap|bureau)\s+)*"
    r"(?:writers?|editors?|reporters?|correspondents?|columnists?|contributors?|producers?|"
    r"photographers?|journalists?|analysts?|intern)\b.*$",
    re.I,
)
_MAILED = re.compile(r"^\S+@\S+ \(([^()]+)\)$")  # RSS: `desk@paper.example (Ann Lee)`
_DATED_BY = re.compile(r".{0,80}\d.{0,40}?\bby:?\s+(?=\w)", re.I)  # a date, then the byline
_SPLIT = re.compile(r"\s*[;|•·]\s*|\s*,\s*(?:and\s+)?|\s+(?:and|&)\s+")
ROLE = re.compile(
    r"\b(?:editors?|reporters?|correspondents?|journalists?|writers?|columnists?|contributors?|"
    r"producers?|photographers?|analysts?|chief|staff|deputy|senior|intern|fellow|professor|"
    r"director|host|anchor|bureau|freelance)\b",
    re.I,
)
_REST = re.compile(
    r"\b\d+\s*min(?:ute)?s?\s+read\b|\b\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?(?:\s*(?:[A-Z]{2,4}))?|"
    r"\b(?:published|updated|posted|last modified)\b.*$|https?://\S+|\S+@\S+",
    re.I,
)
_NOT_A_NAME = re.compile(
    r"[\d<>{}\[\]@#%=]|^(?:admin|null|none|unknown|n/a|~)$|\.com\b|"
    r"^(?:(?:last )?updated|published|posted|information)\b|\bby\b|"
    r"\b(?:taboola|outbrain|revcontent|dianomi|mgid|zergnet|disqus|addthis|sharethis|adsense|"
    r"sponsor(?:ed)?|advertisement|newsletter|wordpress|powered)\b",
    re.I,
)


def read_authors(written: object) -> tuple[str, ...]:
    """Read the names in an author field: a string, an object with a name, or a list of those."""
    parts = written if isinstance(written, (list, tuple)) else [written]
    listed = len(parts) > 1
    names: list[str] = []
    for part in parts[:MAX_AUTHORS]:
        if isinstance(part, dict):
            part = part.get("name") or part.get("@name")
        if isinstance(part, (list, tuple)) and part:
            part = part[0]
        if isinstance(part, str):
            part = part[:MAX_BYLINE]
            names.extend([strip_by(part)] if listed else split_names(part))
    return tuple(dict.fromkeys(name for name in names if is_name(name)))


def split_names(written: str) -> list[str]:
    """Split `By A, B and C, Senior Editor February 2, 2025` into A, B and C."""
    line = _MAILED.sub(r"\1", " ".join(written.split()))
    dated = _DATED_BY.match(line)
    line = line[dated.end() :] if dated else line
    found = next(find_dates(line), None)
    if found is not None:
        line = line[: found.start].strip(" ,|-–—·•")
    line = _REST.sub("", strip_by(line)).strip(" ,|-–—·•")
    if re.fullmatch(r"[\w'’-]+, [\w'’-]+", line):  # `Surname, Name` is one person
        return [line]
    first, *others = _SPLIT.split(line)
    parts = [first, *(other for other in others if not ROLE.search(other))]
    names = map(_strip_title, parts)
    return [name for name in names if name and not ROLE.search(name)]


def _strip_title(part: str) -> str:
    """Drop what follows a name: a job, a handle, a place, a time."""
    for _ in range(2):  # cutting may leave an `on` or a place at the end
        part = _CUT.sub("", part.strip(" ,|-–—·•"))
    return _TITLE.sub("", part).strip(" ,|-–—·•")


def strip_by(written: str) -> str:
    """Drop the `By` or `Author:` in front of a name."""
    line = " ".join(written.split())
    return BYLINE.sub("", _BY.sub("", line, count=1), count=1).strip(" ,")


def is_name(name: str) -> bool:
    """Whether this can be a name: short, with letters, without an address or a number."""
    return (
        0 < len(name) <= MAX_NAME
        and any(letter.isalpha() for letter in name)
        and len(name.split()) <= 8
        and not _NOT_A_NAME.search(name)
    )
