"""References to take away: RIS, BibTeX, CSL-JSON, Markdown and plain text.

Each is of an article, or of a quote of it, and says nothing that the article does not state.
Sources: RIS format specifications; BibTeX's `btxdoc`; CSL-JSON schema 1.0.2.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from onrecord.index.types import UNKNOWN_LANGUAGE, Article, Quote
from onrecord.service.citations import cite, say_source

Style = Literal["ris", "bibtex", "csl", "markdown", "text"]
# What TeX would take for a command.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
        "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
_IN_LINKS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "()<> "})
_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|"})


class Reference(NamedTuple):
    """An article, or a quote of it, and where it can be read."""

    article: Article
    quote: Quote | None
    address: str | None

    @property
    def note(self) -> str | None:
        """The quoted words, on one line."""
        return None if self.quote is None else f"“{' '.join(self.quote.text.split())}”"

    @property
    def page(self) -> int | None:
        """The page on which the quote's evidence begins."""
        return None if self.quote is None else self.quote.page


def _write_ris(one: Reference) -> str:
    """Lines of a tag of two letters and a value."""
    article, (year, month, day) = one.article, _parts(one.article)
    language = None if article.language == UNKNOWN_LANGUAGE else article.language
    lines: list[tuple[str, object]] = [
        ("TY", "NEWS"),
        ("ID", article.id),
        ("TI", article.title),
        *(("AU", name) for name in article.authors),
        ("T2", article.outlet),
        ("PY", year),
        ("DA", year and f"{year}/{month or ''}/{day or ''}/"),
        ("SP", one.page),
        ("LA", language),
        ("UR", one.address),
        ("N1", one.note),
    ]
    written = (f"{tag}  - {' '.join(str(value).split())}" for tag, value in lines if value)
    return "\r\n".join([*written, "ER  - ", ""])


def _write_bibtex(one: Reference) -> str:
    """An `@article`, or `@misc` where the outlet is not known; TeX's own characters are escaped."""
    article, (year, month, day) = one.article, _parts(one.article)
    fields = {
        "title": f"{{{_tex(article.title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in article.authors),
        "journal": _tex(article.outlet or ""),
        "year": year,
        "month": month and str(int(month)),
        "day": day and str(int(day)),
        "pages": one.page and str(one.page),
        "url": one.address and one.address.replace("{", "%7B").replace("}", "%7D"),
        "note": one.note and _tex(one.note),
    }
    kind = "article" if article.outlet else "misc"
    lines = (f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{article.id},\n{''.join(lines)}}}\n"


def _write_csl(one: Reference) -> str:
    """A list of one item, as citation processors and reference managers read it."""
    article = one.article
    language = None if article.language == UNKNOWN_LANGUAGE else article.language
    date = [[int(part) for part in _parts(article) if part]]
    item: dict[str, Any] = {
        "id": article.id,
        "type": "article-newspaper",
        "title": article.title,
        "author": [{"literal": name} for name in article.authors],
        "container-title": article.outlet,
        "issued": {"date-parts": date} if date[0] else None,
        "page": one.page and str(one.page),
        "language": language,
        "URL": one.address,
        "note": one.note,
    }
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=1) + "\n"


def _write_markdown(one: Reference) -> str:
    """The quote as a block of its own, and below it the source, linked."""
    source = " ".join(say_source(one.article).split()).translate(_MARKDOWN)
    page = f", p. {one.page}" if one.page else ""
    if one.address:
        source = f"[{source}]({one.address.translate(_IN_LINKS)})"
    if one.quote is None:
        return f"{source}\n"
    quoted = (f"> {line.translate(_MARKDOWN)}\n>\n" for line in one.quote.text.split("\n") if line)
    return f"{''.join(quoted)}> — {source}{page}\n"


def _write_text(one: Reference) -> str:
    """The citation as the page copies it, and the address on a line of its own."""
    written = cite(one.quote) if one.quote else say_source(one.article)
    return "\n".join(filter(None, (written, one.address))) + "\n"


_TEXT: dict[str, object] = {"type": "string"}
_ITEMS: dict[str, object] = {"type": "array", "items": {"type": "object"}}
# The media type, the ending of files and the JSON schema of each, and what writes it.
STYLES: dict[Style, tuple[str, str, dict[str, object], Callable[[Reference], str]]] = {
    "ris": ("application/x-research-info-systems", "ris", _TEXT, _write_ris),
    "bibtex": ("application/x-bibtex", "bib", _TEXT, _write_bibtex),
    "csl": ("application/vnd.citationstyles.csl+json", "json", _ITEMS, _write_csl),
    "markdown": ("text/markdown", "md", _TEXT, _write_markdown),
    "text": ("text/plain", "txt", _TEXT, _write_text),
}


def _parts(article: Article) -> tuple[str, str, str]:
    """Year, month and day of publication, each empty where it is not known."""
    year, month, day = [*(article.published.date or "").split("-"), "", ""][:3]
    return year, month, day


def _tex(text: str) -> str:
    return " ".join(text.split()).translate(_TEX)
