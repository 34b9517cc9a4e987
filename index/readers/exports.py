"""Read exports of press databases: several articles in one text, each with labelled fields.

LexisNexis writes `1 of 2 DOCUMENTS` above each article and labels such as `BYLINE:` (or, newer,
`End of Document` below each), Factiva `Document` and a number below each, with or without
two-letter labels, and ProQuest a line of underscores between them, with `Publication title:` and
`Full text:`. A part of which no text can be read is a rejection that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.parsed import ParsedArticle, Rejection
from onrecord.index.readers.records import read_record
from onrecord.index.times.dates import read_date

Fields = dict[str, object]
HEAD_CHARS = 20_000
_BLANK = " \t\f\r\u00a0"
_NEXIS = re.compile(r"^[ \t]*\d+ of \d+ DOCUMENTS?[ \t]*$", re.M)
_NEXIS_END = re.compile(r"^[ \t]*End of Document[ \t]*$", re.M)
_NEXIS_LABEL = re.compile(
    r"^(BYLINE|SECTION|LENGTH|DATELINE|HIGHLIGHT|BODY|LOAD-DATE|LANGUAGE|GRAPHIC|PUBLICATION-TYPE|"
    r"JOURNAL-CODE|SUBJECT|COMPANY|ORGANIZATION|TICKER|INDUSTRY|PERSON|CITY|STATE|COUNTRY|GEOGRAPHIC|"
    r"NOTES?|SERIES|COLUMN|TYPE|CORRECTION-DATE|CORRECTION|URL|DISTRIBUTION|CLASSIFICATION)"
    r"(?::[ \t]*|(?=$))",
    re.I,
)
_NEXIS_BODY = frozenset({"length", "dateline", "highlight", "body", "correction"})
_RIGHTS = re.compile(r"^(?:copyright\b|©|all rights reserved|\(c\)|page \d+ of \d+)", re.I)
_FACTIVA_END = re.compile(r"^[ \t]*Document [A-Za-z]{2,8}0*\d{6,}[A-Za-z0-9]*[ \t]*$", re.M)
_FACTIVA_CODE = re.compile(
    r"^(HD|BY|WC|PD|ET|SN|SC|PG|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|PUB|AN|ART|CR|VOL|ED|SE|CLM|IPC|IPD)"
    r"(?:[ \t]+|$)"
)
_WORDS = re.compile(r"^\d[\d,.]* (?:words|Wörter|mots|palabras|слів)$", re.I)
_CLOCK = re.compile(r"^\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?$", re.I)
_PROQUEST = re.compile(r"^_{20,}[ \t]*$", re.M)
_PROQUEST_LABEL = re.compile(
    r"^(Title|Author|Publication title|Publication date|Publication year|Full text|Abstract|"
    r"Links?|Document URL|ProQuest document ID|Copyright|Last updated|Database|Volume|Issue|"
    r"Pages?|Section|"
    r"Publisher|Place of publication|Country of publication|Publication subject|ISSN|Source type|"
    r"Language of publication|Document type|Subject|Location|People|Company / organization|"
    r"Identifier / keyword|First page|Number of pages|Dateline)[ \t]*:[ \t]*",
    re.I,
)


def is_export(text: str) -> bool:
    """Whether a text is an export that can be divided."""
    head = text[:HEAD_CHARS]
    nexis = _NEXIS.match(head.lstrip("\ufeff \n\t\f")) or (
        _NEXIS_END.search(text) and re.search(r"^Load-Date:", text, re.M | re.I)
    )
    proquest = re.search(r"^(?:ProQuest document ID|Publication title):", head, re.M) and (
        re.search(r"^Full text:", text, re.M)
    )
    return bool(nexis or proquest or _FACTIVA_END.search(text))


def read_export(text: str) -> Iterator[ParsedArticle | Rejection]:
    """Read each article of an export."""
    if _FACTIVA_END.search(text):
        parts, read = _FACTIVA_END.split(text), _read_factiva
    elif re.search(r"^(?:ProQuest document ID|Publication title):", text, re.M):
        parts, read = _PROQUEST.split(text), _read_proquest
    else:
        parts = (_NEXIS if _NEXIS.search(text) else _NEXIS_END).split(text)
        read = _read_nexis
    for number, part in enumerate((one for one in parts if one.strip()), 1):
        fields = read(part)
        if not fields:  # a list of what was searched for, a table of contents
            continue
        try:
            yield read_record(fields)
        except UnreadablePage as reason:
            yield Rejection(f"document {number}", str(reason))


def _read_nexis(part: str) -> Fields:
    head: list[str] = []
    labelled: dict[str, list[str]] = {}
    label = ""
    for line in part.split("\n"):
        line = line.strip(_BLANK)
        if found := _NEXIS_LABEL.match(line):
            label = found[1].lower()
            labelled.setdefault(label, []).append(line[found.end() :])
        elif label in _NEXIS_BODY and _RIGHTS.match(line):
            label = "rights"
        elif label:
            labelled.setdefault(label, []).append(line)
        elif line and not _RIGHTS.match(line):
            head.append(line)
    at = next((at for at, line in enumerate(head) if read_date(line)), len(head))
    before, after = head[:at], [line for line in head[at + 1 :] if "appended" not in line.lower()]
    body = [labelled["length"][1:]] if "length" in labelled else []
    body += [labelled.get(name, []) for name in ("highlight", "body", "correction")]
    if not before or not any(map(any, body)):
        return {}
    return {
        "title": " ".join(after) if after else before[0],
        "outlet": re.sub(r"\s*\([^()]*\)$", "", before[-1]),
        "date": head[at] if at < len(head) else "",
        "author": " ".join(labelled.get("byline", [])),
        "text": "\n".join(_paragraphs(lines) for lines in body if any(lines)),
    }


def _read_factiva(part: str) -> Fields:
    codes = _read_labels(part, _FACTIVA_CODE)
    if "HD" in codes and "PD" in codes:
        joined = {name: _paragraphs(found) for name, found in codes.items()}
        return {
            "id": joined.get("AN", "").removeprefix("Document ").strip(),
            "title": joined["HD"],
            "author": joined.get("BY", ""),
            "date": joined["PD"],
            "outlet": joined.get("SN", ""),
            "text": "\n".join(joined[name] for name in ("LP", "TD") if name in joined),
        }
    lines = [line for one in part.split("\n") if (line := one.strip(_BLANK))]
    at = next((at for at, line in enumerate(lines) if _WORDS.match(line)), None)
    if at is None:
        return {}
    after = [line for line in lines[at + 1 :] if not _CLOCK.match(line)]
    day = next((n for n, line in enumerate(after[:4]) if read_date(line)), 0)
    rights = next((n for n, line in enumerate(after[:12]) if _RIGHTS.match(line)), day + 1)
    byline = next((n for n, line in enumerate(lines[:at]) if n and line.startswith("By ")), at)
    return {
        "title": " ".join(lines[:byline]),
        "author": " ".join(lines[byline:at]),
        "date": after[day] if after else "",
        "outlet": after[day + 1] if len(after) > day + 1 else "",
        "text": "\n".join(after[rights + 1 :]),
    }


def _read_proquest(part: str) -> Fields:
    labelled = _read_labels(part, _PROQUEST_LABEL)
    joined = {name.lower(): _paragraphs(found) for name, found in labelled.items()}
    if "title" not in joined:
        return {}
    return {
        "id": joined.get("proquest document id", ""),
        "title": joined["title"],
        "author": joined.get("author", "").replace(";", ","),
        "date": joined.get("publication date", ""),
        "outlet": re.sub(r"\s*[;,(].*$", "", joined.get("publication title", "")),
        "url": joined.get("document url", ""),
        "text": joined.get("full text", "") or joined.get("abstract", ""),
    }


def _read_labels(part: str, label: re.Pattern[str]) -> dict[str, list[str]]:
    """The lines below each label, without what stands above the first."""
    labelled: dict[str, list[str]] = {}
    name = ""
    for line in (one.strip(_BLANK) for one in part.split("\n")):
        if found := label.match(line):
            name = found[1]
            labelled.setdefault(name, []).append(line[found.end() :])
        elif name:
            labelled[name].append(line)
    return labelled


def _paragraphs(lines: list[str]) -> str:
    """Lines as paragraphs: a blank line ends one, and a line's end within is a space."""
    text = "\n".join(lines).strip()
    return "\n".join(" ".join(part.split("\n")) for part in re.split(r"\n\s*\n", text) if part)
