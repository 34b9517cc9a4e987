"""Reports of the lab: figures as JSON, and the tables made of them between marks in a document.

The marks let a test hold the document to the figures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
QUALITY = DOCS / "quality.md"


def table(heads: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    lines = (f"| {' | '.join(map(str, row))} |" for row in rows)
    return "\n".join([f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *lines])


def shown(value: float | None) -> str:
    """Three digits after the point, as papers write them; a dash where there is nothing."""
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def write_report(
    found: object, file: Path, tables: Mapping[str, str], page: Path = QUALITY
) -> list[Path]:
    """Write figures to a JSON file, and each table between its marks in a page; returns both."""
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    for name, lines in tables.items():
        text = fill(text, name, lines)
    page.write_text(text, encoding="utf-8")
    return [file, page]


def fill(text: str, name: str, table: str) -> str:
    """The text with a table between its marks. Raises `ValueError` where they are missing."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.S)
    if found is None:
        raise ValueError(f"expected the mark <!-- {name} --> in the text")
    return f"{text[: found.start(1)]}{table}\n{text[found.end(1) :]}"
