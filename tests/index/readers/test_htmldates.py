import pytest

from onrecord.index.readers.html import read_html
from tests.index.readers.test_html import BODY, page, stated


def dated(head: str = "", top: str = "", foot: str = "") -> tuple[str | None, str | None]:
    published = read_html(page(head, f"<h1>Bridge closed</h1>{top}", foot)).published
    return published.date, published.evidence.rule if published.evidence else None


@pytest.mark.parametrize(
    ("head", "top", "date", "rule"),
    [
        ('<meta property="article:published_time" content="2024-12-05T10:00:00Z">', "",
         "2024-12-05", "meta article:published_time"),
        ("", '<time itemprop="datePublished" datetime="2024-12-05">5 Dec</time>',
         "2024-12-05", "time element"),
        ("", "<div>Published: December 5, 2024 at 8:10 am</div>", "2024-12-05", "published line"),
        ("", "<div>By Ann Lee, December 5, 2024</div>", "2024-12-05", "byline"),
        ("", "<div>5 December 2024</div>", "2024-12-05", "date line"),
        ('<link rel="canonical" href="https://a.org/2024/12/05/bridge">', "",
         "2024-12-05", "address"),
        ('<link rel="canonical" href="https://a.org/2024/12/bridge">', "", "2024-12", "address"),
    ],
)  # fmt: skip
def test_the_page_states_its_date(head: str, top: str, date: str, rule: str) -> None:
    assert dated(head, top) == (date, rule)


def test_linked_data_wins_over_a_line_and_the_loser_is_kept() -> None:
    reading = read_html(page(stated(), "<h1>Bridge closed</h1><div>7 December 2024</div>"))
    assert reading.published.date == "2024-12-05"
    assert "7 December 2024" in [loser.snippet for loser in reading.evidence["published"]]


def test_an_instant_in_utc_yields_to_the_day_that_the_page_prints() -> None:
    head = stated(datePublished="2024-12-06T03:28:35Z", dateModified=None)
    assert dated(head, "<div>Published Dec. 5, 2024, 10:28 p.m. ET</div>") == (
        "2024-12-05",
        "published line",
    )


@pytest.mark.parametrize(
    ("head", "top", "foot"),
    [
        ("", "", "<p>Copyright © 2024 The Harbour Times</p>"),
        ('<meta property="article:modified_time" content="2024-12-06">', "", ""),
        ("", "<div>Updated: December 6, 2024</div>", ""),
        ("", "", "<div><h3>Most read</h3><p>May 3, 2024</p><p>Ferry sinks</p></div>"),
        ("", "<figure><figcaption>Kyiv, May 1, 2022. (Getty Images)</figcaption></figure>", ""),
    ],
)
def test_what_is_no_publication_date_leaves_the_page_undated(
    head: str, top: str, foot: str
) -> None:
    assert dated(head, top, foot) == (None, None)


def test_a_date_of_an_event_in_the_text_is_not_taken() -> None:
    events = [BODY[0], "The bridge was opened on March 3, 1931.", *BODY[1:]]
    assert read_html(page(body=events)).published.date is None
