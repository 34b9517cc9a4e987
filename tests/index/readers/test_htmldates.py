import pytest

from onrecord.index.readers.html import read_html
from onrecord.index.readers.parsed import ParsedArticle
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


PARAGRAPHS = "".join(f"<p>{text}</p>" for text in BODY)


def read(head: str = "", top: str = "", foot: str = "") -> ParsedArticle:
    return read_html(page(head, f"<h1>Bridge closed</h1>{top}", foot))


@pytest.mark.parametrize(
    ("head", "top", "date", "rule"),
    [
        ("", "<time datetime='2024-12-05T09:00'>3 hours ago</time>", "2024-12-05",
         "time near the headline"),
        ("", "<p>The council is sorry.<span class='date'>5 December 2024</span></p>", "2024-12-05",
         "time near the headline"),
        ("", "<div>News24 5 Dec 2024, 22:11 GMT+10</div>", "2024-12-05", "dated line"),
        ("", "<div>Written: 2024-12-05 15:03:30 / Updated: 2024-12-07</div>", "2024-12-05",
         "published line"),
        ("", "<div>December 5, 2024 / 12:25 PM / Updated 8 hours ago</div>", "2024-12-05",
         "date line"),
        ("", "<div>Original Research<span>5 December 2024</span></div>", "2024-12-05", None),
        ("", "<div>20 septembrie 2024</div>", "2024-09-20", "date line"),
        ('<script>var s = {"publishedDate":"2024-12-05T20:37:27Z"}</script>', "", "2024-12-05",
         "page data"),
        ('<script type="application/ld+json">{"@type": "WebPage", "datePublished": "2024-12-05"}'
         "</script>", "", "2024-12-05", "JSON-LD page"),
        ('<link rel="canonical" href="https://a.org/2024/12/5/bridge">', "", "2024-12-05",
         "address"),
        ('<link rel="canonical" href="https://a.org/bridge-20241205">', "", "2024-12-05",
         "address"),
    ],
)  # fmt: skip
def test_a_page_states_its_day(head: str, top: str, date: str, rule: str | None) -> None:
    published = read(head, top).published
    assert published.date == date
    assert published.evidence is not None
    assert rule in (None, published.evidence.rule)


@pytest.mark.parametrize(
    ("head", "top", "foot"),
    [
        ("", "<time class='updated' datetime='2024-12-06'>x</time>", ""),
        ("", "", "<div><time datetime='2024-12-06'>6 Dec</time><p>Ferry sinks</p></div>"),
        ('<script>[{"publishedDate":"2024-12-05"},{"publishedDate":"2024-12-06"}]</script>',
         "", ""),
        ('<meta property="og:image" content="https://a.org/2024/12/05/bridge.jpg">', "", ""),
    ],
)  # fmt: skip
def test_days_of_other_things_are_no_publication(head: str, top: str, foot: str) -> None:
    assert read(head, top, foot).published.date is None


def test_markup_that_contradicts_itself_goes_to_the_earliest_day() -> None:
    head = stated(datePublished="2024-12-09", dateModified=None)
    tag = '<meta property="article:published_time" content="2024-12-05">'
    assert read(head + tag).published.date == "2024-12-05"


def test_an_address_of_an_earlier_day_is_the_first_edition() -> None:
    head = stated(datePublished="2019-06-17T18:28:00+0200", dateModified=None)
    link = '<link rel="canonical" href="https://a.org/2017/7/12/montauk">'
    reading = read(head + link)
    assert reading.published.date == "2017-07-12"
    assert [one.rule for one in reading.evidence["published"]][:2] == [
        "address", "JSON-LD datePublished",
    ]  # fmt: skip


def test_a_date_line_below_the_lead_picture_counts_and_a_timelines_do_not() -> None:
    caption = "<p>The old bridge over the river as it stood on the day of the inspection.</p>"
    line = "<p>December 5, 2024</p>"
    head = "<!DOCTYPE html><html><body><article><h1>Bridge closed</h1>"
    one = read_html(f"{head}{caption}{line}{PARAGRAPHS}</article></body></html>")
    assert one.published.date == "2024-12-05"
    other = "<p>December 9, 2024</p>"
    two = read_html(f"{head}{caption}{line}{PARAGRAPHS}{other}{PARAGRAPHS}</article></body></html>")
    assert two.published.date is None


def test_an_undated_article_keeps_the_latest_day_that_it_names_as_evidence() -> None:
    named = "The council met on 3 May 2023. It had met before, on 1 March 2021."
    reading = read_html(page(body=[*BODY, named]))
    assert reading.published.date is None
    (bound,) = reading.evidence["published"]
    assert (bound.rule, bound.snippet) == (
        "day named in the text", "The council met on 3 May 2023.",
    )  # fmt: skip


def test_the_only_day_of_a_page_counts_wherever_it_stands_but_beside_other_stories() -> None:
    far = '<section><time datetime="2024-12-05T09:09">Thursday</time></section>'
    made = page().replace("<main>", f"<main>{far}{'<p>.</p>' * 30}")
    assert read_html(made).published.date == "2024-12-05"
    other = made.replace("</main>", '<time datetime="2024-12-09"></time></main>')
    assert read_html(other).published.date is None
    assert read_html(made.replace("section>", "aside>")).published.date is None
