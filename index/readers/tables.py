"""Read tables of articles: CSV and Excel, an article a row.

The first row names the fields, as those of records (`records`). A table without a column of text is
none of articles and is refused. Excel needs the extra `documents`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.decode import decode
from onrecord.index.readers.documents import check_size, require
from onrecord.index.readers.parsed import MAX_TEXT, ParsedArticle, Rejection, refuse_damaged
from onrecord.index.readers.records import TEXT, read_record, values

DELIMITERS = ",;\t|"
PEEK_CHARS = 20_000
MAX_ROWS = 1_000_000


def read_csv(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read a table in text; the delimiter is the one that the first row has most often."""
    text = decode(raw)
    first = text[:PEEK_CHARS].split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(MAX_TEXT)
    with refuse_damaged("a table"):
        yield from _read_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def read_excel(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read the first sheet of a workbook. Raises `UnreadablePage` where it is damaged."""
    openpyxl = require("openpyxl", "an Excel workbook")
    with refuse_damaged("a workbook"):
        book = openpyxl.load_workbook(io.BytesIO(check_size(raw)), read_only=True, data_only=True)
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True, max_row=MAX_ROWS)
        ]
    yield from _read_rows(rows)


def _read_rows(rows: Iterable[list[str]]) -> Iterator[ParsedArticle | Rejection]:
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row)))
    _, heads = next(numbered, (0, []))
    fields: Mapping[str, object] = {head.strip(): head for head in heads}
    if next(values(fields, TEXT), None) is None:
        names = ", ".join(TEXT[:4])
        raise UnreadablePage(f"a table without articles: none of {names} in its first row")
    for number, row in numbered:
        try:
            yield read_record(dict(zip(fields, row, strict=False)))
        except UnreadablePage as reason:
            yield Rejection(f"row {number}", str(reason))
