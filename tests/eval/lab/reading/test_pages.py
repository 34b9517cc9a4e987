"""Rendering, tallies and round trips on pages with known answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.eval.cli import commands
from onrecord.eval.lab.reading.bodies import laid_out, lines
from onrecord.eval.lab.reading.dates import Tally, tally
from onrecord.eval.lab.reading.gold import GoldArticle
from onrecord.eval.lab.reading.roundtrip import KINDS, measure_roundtrips
from onrecord.index.readers import ParsedArticle, read_page
from tests.index.readers.test_html import BODY, page

ARTICLE = GoldArticle("Old bridge closed after cracks are found", "\n\n".join(BODY), "2024-12-05")


def test_a_rendered_page_keeps_its_words_and_loses_its_markup() -> None:
    html = page(top="<h1>Bridge closed</h1><script>var x = 1;</script>", foot="<p>Contact us</p>")
    for rendered in (laid_out(html), lines(html)):
        assert all(paragraph in rendered for paragraph in ("Bridge closed", *BODY, "Contact us"))
        assert "var x" not in rendered
        assert "<" not in rendered


def test_a_month_is_no_claim_of_a_day() -> None:
    days = [("2024-12-05", "2024-12-05"), ("2024-12-05", "2024-12"), ("2024-12-05", "2024-12-06"),
            ("2024-12-05", None)]  # fmt: skip
    assert tally(days) == Tally(right=1, wrong=1, none=2)


@pytest.mark.parametrize("kind", KINDS)
def test_an_article_comes_back_from_every_kind_of_page(kind: str) -> None:
    name, write = KINDS[kind]
    (reading,) = read_page(write(ARTICLE).encode(), name)
    assert isinstance(reading, ParsedArticle)
    assert (reading.title, reading.published.date) == (ARTICLE.title, ARTICLE.date)
    assert reading.text.split() == ARTICLE.text.split()


def test_what_survives_is_a_share_of_the_articles() -> None:
    lost = GoldArticle("x", "Subscribe", "2024-12-05")
    survived = measure_roundtrips([ARTICLE, lost], 1)["text"]
    assert (survived.title, survived.date, survived.text) == (0.5, 0.5, 0.5)


def test_a_folder_without_the_data_sets_is_wrong_use(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["reading", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "none of the data sets" in result.output
