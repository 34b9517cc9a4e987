import json

import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, Rejection, read_page
from onrecord.index.readers.records import read_record
from onrecord.index.types import Evidence, Published

TEXT = "The bridge was closed on Monday.\n\nIt opens again in May."


def read(record: object, name: str = "a.json") -> ParsedArticle:
    (reading,) = read_page(json.dumps(record).encode(), name)
    assert isinstance(reading, ParsedArticle)
    return reading


def test_a_beir_record_keeps_its_id_and_its_nested_date() -> None:
    reading = read(
        {"_id": "d01", "title": "Bridge closed", "text": TEXT,
         "metadata": {"date": "2022-05-15", "source": "cnn.com", "authors": ["Ann Lee"]}}
    )  # fmt: skip
    assert reading.record_id == "d01"
    assert reading.text == TEXT
    assert reading.published == Published("2022-05-15", "day", Evidence("field date", "2022-05-15"))
    assert (reading.outlet, reading.authors, reading.language) == ("cnn.com", ("Ann Lee",), "en")


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        ({"headline": "Bridge"}, "title", "Bridge"),
        ({"name": "Bridge"}, "title", "Bridge"),
        ({"publisher": {"name": "The Post"}}, "outlet", "The Post"),
        ({"site_name": "The Post"}, "outlet", "The Post"),
        ({"byline": "By Ann Lee and Bo Ek, Senior Editor"}, "authors", ("Ann Lee", "Bo Ek")),
        ({"author": [{"name": "Ann Lee"}, {"name": "Bo Ek"}]}, "authors", ("Ann Lee", "Bo Ek")),
        ({"creator": "Lee, Ann"}, "authors", ("Lee, Ann",)),
        ({"canonical_url": "https://a.org/x"}, "url", "https://a.org/x"),
        ({"url": "javascript:alert(1)"}, "url", None),
        ({"inLanguage": "en-GB"}, "language", "en"),
        ({"id": 17}, "record_id", "17"),
    ],
)
def test_well_known_names_are_mapped(record: dict[str, object], field: str, value: object) -> None:
    assert getattr(read({"articleBody": TEXT, **record}), field) == value


@pytest.mark.parametrize("name", ["datePublished", "published_at", "pubDate", "publication_date"])
def test_names_of_the_publication_date_are_known(name: str) -> None:
    published = read({"text": TEXT, name: "Dec. 4, 2024"}).published
    assert (published.date, published.precision) == ("2024-12-04", "day")


def test_an_unreadable_date_is_kept_as_evidence_only() -> None:
    reading = read({"text": TEXT, "date": "yesterday"})
    assert reading.published.date is None
    assert reading.evidence["published"] == (Evidence("field date", "yesterday"),)


def test_a_body_of_html_becomes_its_blocks() -> None:
    reading = read({"title": "a", "content": "<p>One &amp; two are\n here.</p><p>Three   now.</p>"})
    assert reading.text == "One & two are here.\nThree now."


def test_a_record_without_a_title_takes_its_first_words() -> None:
    reading = read({"text": TEXT})
    assert reading.title == "The bridge was closed on Monday."
    assert reading.evidence["title"][0].rule == "first words"


def test_lone_surrogates_and_carriage_returns_never_reach_the_text() -> None:
    (reading,) = read_page(b'{"text": "one two\\ud800 three\\r\\nfour\\u0000"}', "a.json")
    assert isinstance(reading, ParsedArticle)
    assert reading.text == "one two\ufffd three\nfour"


def test_a_list_under_articles_is_read_and_its_bad_entries_are_named() -> None:
    page = {"articles": [{"text": TEXT}, {"text": "word"}, 7, {"title": "no text"}]}
    good, *bad = read_page(json.dumps(page).encode(), "a.json")
    assert isinstance(good, ParsedArticle)
    assert [one.locator for one in bad if isinstance(one, Rejection)] == [
        "item 2", "item 3", "item 4",
    ]  # fmt: skip
    assert isinstance(bad[0], Rejection)
    assert bad[0].reason == "too short: 1 word, expected at least 2"


def test_broken_lines_cost_only_themselves() -> None:
    lines = [
        json.dumps({"text": TEXT}), '{"text": "cut', "", '{"text": NaN}', "[" * 100_000,
        '{"text": "one two three", "text": "four five six"}', '{"n": ' + "9" * 5_000 + "}",
    ]  # fmt: skip
    read = read_page("\n".join(lines).encode(), "a.jsonl")
    assert [one.text[:4] if isinstance(one, ParsedArticle) else one.locator for one in read] == [
        "The ", "line 2", "line 4", "line 5", "four", "line 7",
    ]  # fmt: skip
    reasons = [one.reason for one in read if isinstance(one, Rejection)]
    assert reasons[0].startswith("broken JSON: Unterminated string")
    assert reasons[2] == "broken JSON: nested too deeply"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"title": "a", "x": ' + b"[" * 100_000, "nested too deeply"),
        (b"[]", "empty list"),
        (b'{"title": "only"}', "no article text"),
        (b'{"title": "a", "text": "cut', "broken JSON"),
        (b"3", "expected a JSON object, got int"),
    ],
)
def test_a_bad_document_is_refused_with_the_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        read_page(raw, "a.json")


@pytest.mark.parametrize("instant", [1733392800, 1733392800123, 1733392800.5, "1733392800"])
def test_an_instant_since_1970_is_its_day_in_utc(instant: object) -> None:
    assert read({"text": TEXT, "timestamp": instant}).published.date == "2024-12-05"


def test_a_record_that_holds_a_whole_page_is_read_as_one() -> None:
    from tests.index.readers.test_html import BODY, page, stated

    html = page(stated(), "<h1>Bridge closed</h1>", "<p>Contact us</p>")
    reading = read({"url": "https://a.org/x", "source": "The Post", "html": html})
    assert reading.text.split("\n") == BODY
    assert (reading.url, reading.outlet) == ("https://a.org/x", "The Post")
    assert (reading.title, reading.published.date) == (
        "Bridge closed after cracks are found", "2024-12-05",
    )  # fmt: skip


def test_a_file_of_lines_without_a_record_is_refused() -> None:
    with pytest.raises(UnreadablePage, match="no line holds a record"):
        read_page(b"\xef\xbb\xbf", "a.jsonl")


def test_a_record_of_a_saved_page_has_no_day_of_publication() -> None:
    saved = {"title": "A", "text": "The bridge is closed.", "created_at": "2025-01-10"}
    assert read_record(saved).published.date == "2025-01-10"
    assert read_record({**saved, "published_at": None}).published.date is None


@pytest.mark.parametrize(
    "written",
    [{"$date": "2024-12-05T10:00:00Z"}, {"$date": {"$numberLong": "1733378400000"}}, 1733378400,
     "/Date(1733378400000+0200)/", ["2024-12-05"]],
)  # fmt: skip
def test_days_as_programs_export_them(written: object) -> None:
    record = {"title": "A", "text": "The bridge is closed.", "published": written}
    assert read_record(record).published.date == "2024-12-05"


def test_entities_are_the_characters_that_they_stand_for() -> None:
    record = {
        "title": "Mayor&#8217;s plan",
        "text": "AT&amp;amp;T said &mdash; at last &mdash; yes.",
    }
    read = read_record(record)
    assert (read.title, read.text) == ("Mayor’s plan", "AT&T said — at last — yes.")


def test_text_that_another_field_wraps_is_read() -> None:
    read = read_record(
        {"title": {"rendered": "A"}, "content": {"rendered": "<p>It is closed.</p>"}}
    )
    assert (read.title, read.text) == ("A", "It is closed.")
