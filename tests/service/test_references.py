"""References to take away, as the programs that people use for them read them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from onrecord.index.types import Article, Published, Quote, Span
from onrecord.service.references import STYLES, Reference, Style

ADDRESS = "https://post.example/ships_(1)?a={b}&c=50%25#top"
SHIPS = Article(
    "a1.x_y-z",
    "50 % of {ships} & $2 #1_boats ~ \\ up",
    "One ship.\nTwo *ships*.",
    outlet="Post & Harbour",
    authors=("Ann Lee", "The {Desk}"),
    language="en",
    published=Published("2024-12-05", "day"),
    pages=(0, 10),
)
QUOTE = Quote.cut(SHIPS, Span(0, 22), highlights=(Span(10, 22),))
WHOLE = Reference(SHIPS, None, ADDRESS)
QUOTED = Reference(SHIPS, QUOTE, ADDRESS)
BARE = Reference(Article("b", "Untold", "Nothing more."), None, None)


def write(style: Style, one: Reference) -> str:
    return STYLES[style][3](one)


def read_bibtex(written: str) -> dict[str, Any]:
    """The fields of an entry, as a program shows them."""
    library = bibtexparser.parse_string(written, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (entry,) = library.entries
    fields = {name: str(field.value) for name, field in entry.fields_dict.items()}
    return {"kind": entry.entry_type, "key": entry.key, **fields}


def test_ris_is_read_as_it_was_meant() -> None:
    (entry,) = rispy.loads(write("ris", QUOTED))
    assert entry["type_of_reference"] == "NEWS"
    assert entry["id"] == SHIPS.id
    assert entry["title"] == SHIPS.title
    assert entry["authors"] == ["Ann Lee", "The {Desk}"]
    assert (entry["secondary_title"], entry["year"]) == ("Post & Harbour", "2024")
    assert (entry["date"], entry["start_page"]) == ("2024/12/05/", "2")
    assert (entry["language"], entry["urls"]) == ("en", [ADDRESS])
    assert entry["notes"] == ["“One ship. Two *ships*.”"]


def test_bibtex_is_read_as_it_was_meant() -> None:
    entry = read_bibtex(write("bibtex", QUOTED))
    assert (entry["kind"], entry["key"]) == ("article", SHIPS.id)
    assert entry["title"].strip("{}") == SHIPS.title
    assert entry["journal"] == "Post & Harbour"
    assert (entry["year"], entry["month"], entry["day"]) == ("2024", "12", "5")
    assert entry["pages"] == "2"
    assert entry["note"] == "“One ship. Two *ships*.”"
    assert "author = {{Ann Lee} and {The \\{Desk\\}}}" in write("bibtex", QUOTED)
    assert "url = {https://post.example/ships_(1)?a=%7Bb%7D&c=50%25#top}" in write("bibtex", WHOLE)


def test_csl_json_has_the_names_of_its_schema() -> None:
    (item,) = json.loads(write("csl", QUOTED))
    assert item == {
        "id": SHIPS.id,
        "type": "article-newspaper",
        "title": SHIPS.title,
        "author": [{"literal": "Ann Lee"}, {"literal": "The {Desk}"}],
        "container-title": "Post & Harbour",
        "issued": {"date-parts": [[2024, 12, 5]]},
        "page": "2",
        "language": "en",
        "URL": ADDRESS,
        "note": "“One ship. Two *ships*.”",
    }


def test_markdown_shows_what_the_article_says_and_no_marks_of_its_own() -> None:
    article = replace(SHIPS, title="Ships_and [boats]", pages=())
    quote = Quote.cut(article, Span(0, 22))
    source = "[Post & Harbour, “Ships\\_and \\[boats\\]”, 5 December 2024]"
    address = "(https://post.example/ships_%281%29?a={b}&c=50%25#top)"
    assert write("markdown", Reference(article, quote, ADDRESS)) == (
        f"> One ship.\n>\n> Two \\*ships\\*.\n>\n> — {source}{address}\n"
    )
    assert write("markdown", Reference(article, None, ADDRESS)) == f"{source}{address}\n"


def test_text_is_the_citation_and_the_address() -> None:
    assert write("text", QUOTED) == (
        "“One ship.\nTwo *ships*.” — Post & Harbour, “50 % of {ships} & $2 #1_boats ~ \\ up”, "
        f"5 December 2024, p. 2\n{ADDRESS}\n"
    )


def test_what_an_article_does_not_state_is_in_no_reference() -> None:
    (entry,) = rispy.loads(write("ris", BARE))
    assert {name for name, value in entry.items() if value} == {"type_of_reference", "id", "title"}
    assert read_bibtex(write("bibtex", BARE)).keys() == {"kind", "key", "title"}
    assert read_bibtex(write("bibtex", BARE))["kind"] == "misc"
    (item,) = json.loads(write("csl", BARE))
    assert item == {"id": "b", "type": "article-newspaper", "title": "Untold"}
    assert write("markdown", BARE) == "“Untold”, undated\n"


@pytest.mark.parametrize(
    ("published", "ris", "csl"),
    [
        (Published("2024", "year"), "2024///", [[2024]]),
        (Published("2024-05", "month"), "2024/05//", [[2024, 5]]),
    ],
)
def test_a_partial_date_stays_partial(published: Published, ris: str, csl: list[Any]) -> None:
    one = Reference(replace(SHIPS, published=published), None, None)
    assert rispy.loads(write("ris", one))[0]["date"] == ris
    assert json.loads(write("csl", one))[0]["issued"] == {"date-parts": csl}


def test_line_breaks_of_a_title_end_no_line_of_ris() -> None:
    one = Reference(replace(SHIPS, title="Ships\r\nER  - \nTY  - BOOK"), None, None)
    (entry,) = rispy.loads(write("ris", one))
    assert entry["title"] == "Ships ER - TY - BOOK"
