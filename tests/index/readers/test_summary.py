import json

import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.html import MAX_TAGS, read_html
from tests.index.readers.test_html import BODY

SUMMARY = "The old bridge over the river is closed; it opens again in May."


def shell(head: str, body: str = "<div id='app'></div>") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>Bridge</title>{head}</head><body>{body}</body></html>"
    )


def linked(**fields: object) -> str:
    article = {"@type": "NewsArticle", "headline": "Bridge closed", **fields}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def described(kind: str) -> str:
    summary = f'<meta name="description" content="{SUMMARY}">'
    return f'<meta property="og:type" content="{kind}">{summary}'


def test_a_page_built_in_the_browser_is_read_by_its_stated_body() -> None:
    reading = read_html(shell(linked(articleBody="\n\n".join(BODY), datePublished="2024-12-05")))
    assert reading.text.split("\n") == BODY
    assert (reading.title, reading.published.date) == ("Bridge closed", "2024-12-05")


def test_a_page_behind_a_paywall_is_read_by_its_summary() -> None:
    assert read_html(shell(described("article"))).text == SUMMARY


def test_what_is_shown_wins_over_what_is_stated() -> None:
    shown = "".join(f"<p>{text}</p>" for text in BODY)
    page = shell(linked(description=SUMMARY), f"<article>{shown}</article>")
    assert read_html(page).text.split("\n") == BODY


def test_a_front_page_is_no_article_for_its_description() -> None:
    with pytest.raises(UnreadablePage, match="no article text"):
        read_html(shell(described("website")))


def test_too_many_tags_are_refused_with_both_numbers() -> None:
    with pytest.raises(UnreadablePage, match=r"200,00\d tags of HTML, expected at most 200,000"):
        read_html("<br>" * (MAX_TAGS + 2))
