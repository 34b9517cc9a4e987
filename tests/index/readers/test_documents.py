"""PDF, Word, OpenDocument and RTF: their text, title, day and author, and what is refused."""

from __future__ import annotations

import sys

import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, documents, read_page
from onrecord.index.readers.documents import join_pages
from tests.index.readers.made import (
    BODY,
    PLAIN,
    TITLE,
    make_opendocument,
    make_pdf,
    make_rtf,
    make_word,
)

LINES = ("By Ann Lee", "5 December 2024", *BODY)


def read(raw: bytes, name: str = "a") -> ParsedArticle:
    (article,) = read_page(raw, name)
    assert isinstance(article, ParsedArticle)
    return article


@pytest.mark.parametrize(
    "raw",
    [
        make_word([TITLE, *LINES]),
        make_opendocument([TITLE, *LINES]),
        make_rtf([TITLE, *LINES]),
        make_pdf([[TITLE, "", LINES[0], "", LINES[1], "", BODY[0], "", BODY[1], "", BODY[2]]]),
    ],
    ids=["word", "opendocument", "rtf", "pdf"],
)
def test_a_document_is_read_with_its_title_day_and_author(raw: bytes) -> None:
    article = read(raw)
    assert article.title == TITLE
    assert article.published.date == "2024-12-05"
    assert article.authors == ("Ann Lee",)
    assert [line for line in article.text.split("\n") if line in BODY] == list(BODY)
    assert TITLE not in article.text


def test_characters_of_rtf_are_those_of_its_code_page() -> None:
    assert (
        "“We lose the dinner trade,” he said — again."
        in read(make_rtf([*BODY, "“We lose the dinner trade,” he said — again."])).text
    )


def test_rows_of_a_table_in_word_are_lines_with_tabs() -> None:
    text = read(make_word([TITLE, *BODY], [["Town", "Cars"], ["Brody", "2,911"]])).text
    assert text.endswith("Town\tCars\nBrody\t2,911")


def test_heads_and_numbers_of_pages_are_left_out_and_broken_lines_joined() -> None:
    heads = ["HARBOUR POST", "Thursday, December 5, 2024    Page {}", ""]
    first = [TITLE, "", "By Ann Lee", "", "The old bridge over the riv-", "er was closed to all"]
    pages = [
        [*(head.format(4) for head in heads), *first, "traffic on Monday, the city council said."],
        [*(head.format(5) for head in heads), *BODY[1:], "", "5"],
        [*(head.format(6) for head in heads), "Nobody was hurt, the council said on Monday."],
    ]
    article = read(("\f".join("\n".join(page) for page in pages)).encode(), "a.txt")
    assert article.title == TITLE
    assert article.published.date == "2024-12-05"
    assert BODY[0] in article.text
    assert "Nobody was hurt" in article.text
    assert not {"HARBOUR POST", "Page", "\n5"} & {*article.text.split("\n")}
    assert "Page" not in article.text
    assert "HARBOUR" not in article.text


def pages_of(article: ParsedArticle) -> list[str]:
    """The text of each page, by the offsets that are known of them."""
    ends = (*article.pages[1:], len(article.text))
    return [article.text[a:b].strip() for a, b in zip(article.pages, ends, strict=True)]


LEAVES = [
    ["HARBOUR POST", "", TITLE, "", BODY[0], "The town was told of it by the har-"],
    ["HARBOUR POST", "", "bour master, who had", "seen the cracks himself.", "", "2"],
    [],
    ["HARBOUR POST", "", *BODY[1:], "", "4"],
]


@pytest.mark.parametrize("kind", ["pdf", "txt"])
def test_each_page_of_a_document_is_known_by_its_number(kind: str) -> None:
    text = "\f".join("\n".join(page) for page in LEAVES).encode()
    article = read(make_pdf(LEAVES) if kind == "pdf" else text, f"a.{kind}")
    first, second, third, fourth = pages_of(article)
    assert first.endswith("The town was told of it by the har")
    assert (second, third) == ("bour master, who had seen the cracks himself.", "")
    assert fourth.startswith(BODY[1])
    assert article.pages[2] == article.pages[3]


def test_a_hyphen_within_a_line_or_before_a_name_stays() -> None:
    assert join_pages(["a well-known man\nof Brest-\nLitovsk", ""]) == (
        "a well-known man of Brest- Litovsk"
    )


def test_a_sentence_goes_on_in_the_next_column_or_page() -> None:
    assert join_pages(
        ["The bridge was closed by the\n\ncity, and a fer-", "ry sails.\n\nNext."]
    ) == ("The bridge was closed by the city, and a ferry sails.\n\nNext.")


def test_a_pdf_of_pictures_says_so() -> None:
    with pytest.raises(UnreadablePage, match="its pages are pictures"):
        read_page(make_pdf([[]]), "scan.pdf")


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_SECONDS", -1)
    with pytest.raises(UnreadablePage, match="too slow: 1 pages"):
        read_page(make_pdf([[TITLE, *BODY]] * 3), "a.pdf")


@pytest.mark.parametrize("raw", [b"%PDF-1.7 nothing", b"{\\rtf", make_word([TITLE])[:900]])
def test_a_damaged_document_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(UnreadablePage, match=r"cannot be read|pictures|no article"):
        read_page(raw, "a")


@pytest.mark.parametrize(
    ("module", "raw"),
    [
        ("pdfminer", make_pdf([[PLAIN]])),
        ("docx", make_word([TITLE, *BODY])),
        ("striprtf", make_rtf([TITLE, *BODY])),
    ],
)
def test_without_the_extra_a_document_is_refused_with_the_command_that_installs_it(
    module: str, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnreadablePage, match=r"pip install 'onrecord\[documents\]'"):
        read_page(raw, "a")
