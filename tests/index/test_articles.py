"""An article has one id on every machine and after every edit."""

from __future__ import annotations

import pytest

from onrecord.index.ingest import identify
from onrecord.index.readers import ParsedArticle


def reading(record_id: str | None = None, url: str | None = None) -> ParsedArticle:
    return ParsedArticle(record_id=record_id, url=url, title="Title", text="Some text.")


def test_the_records_own_id_comes_first() -> None:
    assert identify(reading("doc-7.A_b", "https://example.org/a"), "news/a.txt") == "doc-7.A_b"


@pytest.mark.parametrize("own", ["", "a b", "ä", "x" * 65, "a/b", "a\n"])
def test_an_id_that_is_no_id_gives_way_to_the_url(own: str) -> None:
    assert identify(reading(own, "https://example.org/a"), "news/a.txt") == "b5b10dd0429e69ac"


def test_an_id_of_64_characters_is_kept() -> None:
    assert identify(reading("x" * 64), None) == "x" * 64


def test_without_id_and_url_the_path_names_it() -> None:
    assert identify(reading(), "news/a.txt") == "c489925b254e307c"


def test_without_a_path_the_text_names_it() -> None:
    assert identify(reading(), None) == "13b4c5aecd1b6d74"
