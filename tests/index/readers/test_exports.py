"""Exports of press databases: every article of LexisNexis, Factiva and ProQuest."""

from __future__ import annotations

import pytest

from onrecord.index.readers import ParsedArticle, Rejection, read_page
from tests.index.readers.made import BODY, TITLE, make_rtf, make_word

NEXIS = f"""1 of 2 DOCUMENTS

Copyright 2024 Harbour Post Media
All Rights Reserved
Harbour Post (Brody)

December 5, 2024 Thursday
Correction Appended

{TITLE}

BYLINE: Ann Lee

SECTION: CITY; Pg. 4

LENGTH: 60 words

{BODY[0]}

{BODY[1]}

CORRECTION: An earlier version gave another number of pillars.

LOAD-DATE: December 6, 2024

LANGUAGE: ENGLISH


2 of 2 DOCUMENTS

Valley Courier

January 14, 2025 Tuesday

Museum reopens

LENGTH: 20 words

{BODY[2]}

LOAD-DATE: January 15, 2025
"""
UNI = f"""Page 1 of 1

{TITLE}

Harbour Post

December 5, 2024 Thursday

Copyright 2024 Harbour Post Media All Rights Reserved

Length: 60 words

Byline: Ann Lee

Body

{BODY[0]}

{BODY[1]}

Load-Date: December 6, 2024

End of Document
"""
FACTIVA = f"""HD  {TITLE}
BY  Ann Lee
WC  60 words
PD  5 December 2024
SN  Harbour Post
LP
{BODY[0]}

TD
{BODY[1]}

Document HARPO00020241205ekc500001

{TITLE}

By Ann Lee
60 words
5 December 2024
14:30
Harbour Post
HARPO
4
English
Copyright 2024. Harbour Post.

{BODY[0]}

{BODY[1]}

Document HARPO00020241205ekc500002
"""
PROQUEST = f"""____________________________________________________________

Title: {TITLE}

Author: Lee, Ann

Publication title: Harbour Post; Brody

Publication date: Dec 5, 2024

ProQuest document ID: 3140000001

Document URL: https://www.proquest.example/3140000001

Full text: {BODY[0]}

{BODY[1]}

Subject: Bridges

____________________________________________________________

Title: Nothing but a title

Publication title: Harbour Post
"""


def read(raw: bytes, name: str = "a.txt") -> list[ParsedArticle]:
    return [one for one in read_page(raw, name) if isinstance(one, ParsedArticle)]


@pytest.mark.parametrize("export", [NEXIS, UNI, FACTIVA, PROQUEST])
def test_the_first_article_of_an_export_has_all_its_fields(export: str) -> None:
    article = read(export.encode())[0]
    assert (article.title, article.outlet) == (TITLE, "Harbour Post")
    assert article.published.date == "2024-12-05"
    assert "Ann" in " ".join(article.authors)
    assert article.text.split("\n")[:2] == list(BODY[:2])
    assert not any(word in article.text for word in ("LOAD", "Load", "Copyright", "Subject", "TD"))


def test_no_article_of_an_export_is_lost() -> None:
    first, second = read(NEXIS.encode())
    assert "another number of pillars" in first.text
    assert (second.title, second.outlet, second.text) == (
        "Museum reopens",
        "Valley Courier",
        BODY[2],
    )
    assert [one.title for one in read(FACTIVA.encode())] == [TITLE, TITLE]


def test_what_has_no_text_is_named() -> None:
    found = read_page(PROQUEST.encode(), "a.txt")
    assert [one.locator for one in found if isinstance(one, Rejection)] == ["document 2"]


def test_an_export_in_rtf_or_word_is_read_as_in_plain_text() -> None:
    lines = [line for line in NEXIS.split("\n") if line]
    for raw in (make_rtf(lines), make_word(lines)):
        assert [one.outlet for one in read(raw)] == ["Harbour Post", "Valley Courier"]


def test_a_text_that_speaks_of_documents_is_no_export() -> None:
    text = f"{TITLE}\n\n{BODY[0]}\n\nHe signed 1 of 2 DOCUMENTS on Monday.\n\n{BODY[1]}"
    (article,) = read(text.encode())
    assert "1 of 2 DOCUMENTS" in article.text
