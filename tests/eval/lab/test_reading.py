"""How reading is measured: overlap, tallies and round trips with known answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.eval.cli import commands
from onrecord.eval.lab.reading import (
    KINDS,
    GoldArticle,
    Overlap,
    overlap,
    read_again,
    render_page,
    score,
    survival,
    tally,
)
from tests.index.readers.test_html import BODY, page

ARTICLE = GoldArticle("Old bridge closed after cracks are found", "\n\n".join(BODY), "2024-12-05")


def test_shingles_of_four_words_count_as_often_as_they_occur() -> None:
    assert overlap("one two three four five", "one two, three: four five!") == Overlap(2, 2, 2)
    assert overlap("one two three four five", "One two") == Overlap(0, 1, 2)
    assert overlap("a b c d", "a b c d a b c d") == Overlap(1, 5, 1)


def test_f1_is_that_of_the_mean_precision_and_the_mean_recall() -> None:
    found = score([Overlap(1, 2, 1), Overlap(1, 1, 4)])
    assert (found["precision"], found["recall"]) == (0.75, 0.625)
    assert found["f1"] == pytest.approx(2 * 0.75 * 0.625 / 1.375)


def test_a_page_of_which_nothing_was_read_counts_for_the_recall_only() -> None:
    found = score([Overlap(4, 4, 4), overlap("one two three four", "")])
    assert (found["precision"], found["recall"]) == (1.0, 0.5)


def test_a_rendered_page_keeps_its_words_and_loses_its_markup() -> None:
    html = page(top="<h1>Bridge closed</h1><script>var x = 1;</script>", foot="<p>Contact us</p>")
    for rendered in render_page(html).values():
        assert all(paragraph in rendered for paragraph in ("Bridge closed", *BODY, "Contact us"))
        assert "var x" not in rendered
        assert "<" not in rendered


def test_a_month_is_no_claim_of_a_day() -> None:
    days = [("2024-12-05", "2024-12-05"), ("2024-12-05", "2024-12"), ("2024-12-05", "2024-12-06"),
            ("2024-12-05", None)]  # fmt: skip
    assert tally(days) == {"right": 1, "wrong": 1, "none": 2}


def test_an_article_comes_back_from_every_kind_of_page() -> None:
    for kind, (title, date, text, body) in read_again(ARTICLE).items():
        assert (title, date, text) == (True, True, True), kind
        assert body.shared == body.wanted == body.read
    assert list(read_again(ARTICLE)) == list(KINDS)


def test_what_survives_is_a_share_of_the_articles() -> None:
    lost = GoldArticle("x", "Subscribe", "2024-12-05")
    found = survival([read_again(article)["text"] for article in (ARTICLE, lost)])
    assert (found["title"], found["date"], found["text"]) == (0.5, 0.5, 0.5)


def test_a_folder_without_the_data_sets_is_wrong_use(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["reading", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "none of the data sets" in result.output
