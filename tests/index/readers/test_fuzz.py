"""Whatever is in a file: it is read, or refused with a reason, and what is read can be kept."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, Rejection, read_page
from onrecord.index.readers.decode import tidy
from tests.index.readers.made import (
    BODY,
    HTML,
    TITLE,
    make_excel,
    make_mail,
    make_opendocument,
    make_pdf,
    make_rtf,
    make_warc,
    make_word,
    make_zip,
)
from tests.nightly import NIGHTLY

ENDINGS = ["a.txt", "a.html", "a.md", "a.json", "a.jsonl", "a.xml", "a", "a.bin"]
PIECES = [
    "<p>", "</p>", "<div><div>", "</div>", "<table><tr><td>", "<script>", "</script>", "<!--",
    "-->",
    "<time datetime='2024-02-30'>", "<time>", "<h1>", "</h1>", "<a href='javascript:x'>", "<br/>",
    '<meta property="article:published_time" content="', '">', "<![CDATA[", "]]>", "<svg><title>",
    '<script type="application/ld+json">', '{"@type":"NewsArticle","articleBody":', "&#0;",
    "&#xd800;",
    "&amp;lt;p&amp;gt;", "<html><body>", "<!DOCTYPE html>", '<?xml version="1.0"?><rss><item>',
    "---\ntitle: x\n---\n", "# Heading\n", "```\n", '{"text": "', '"}', "[[[[", "{}", "\n\n",
    "\r\n",
    "By Ann Lee", "Published 31 February 2024", "12/13/2024", "2024-12-05T10:00:00Z", "Updated:",
    "© 2024 The Harbour Times. All rights reserved.", "Subscribe", "Most popular", "Read more",
    "Quote at most 300 characters with a link.", "The old bridge over the river was closed today. ",
    "\x00", "\u202e", "\u200f", "\ufeff", "\u00ad", "e\u0301" * 9, "\ud800", "𝔉", "漢字", "ไทย",
    "\t",
    "a" * 300, "a, " * 50, "(" * 40, " " * 60, "1" * 30, "|" * 20,
]  # fmt: skip
PAGES = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40).map("".join)
SOUND = {  # a file of every kind that is more than its text
    "a.pdf": make_pdf([[TITLE, "", *BODY]]),
    "a.docx": make_word([TITLE, *BODY], [["Town", "Cars"], ["Brody", "2,911"]]),
    "a.odt": make_opendocument([TITLE, *BODY]),
    "a.rtf": make_rtf([TITLE, *BODY]),
    "a.xlsx": make_excel([["title", "text"], [TITLE, " ".join(BODY)]]),
    "a.csv": f"title,text\n{TITLE},{BODY[0]}\n".encode(),
    "a.eml": make_mail(HTML, "html").as_bytes(),
    "a.zip": make_zip({"a.html": HTML.encode(), "b.eml": make_mail(BODY[0]).as_bytes()}),
    "a.warc.gz": make_warc({"https://a.example/": ("200 OK", "text/html", HTML.encode())}),
    "a.txt": f"1 of 1 DOCUMENTS\n\nPost\n\nMay 3, 2024\n\nLENGTH: 9\n\n{BODY[0]}\n".encode(),
}
RUNS = settings(
    max_examples=2_000 if NIGHTLY else 120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def check(raw: bytes, name: str) -> list[ParsedArticle]:
    """What is read of a page, after a look at whether all of it can be kept."""
    try:
        found = read_page(raw, name)
    except UnreadablePage:
        return []
    assert found
    readings = [one for one in found if isinstance(one, ParsedArticle)]
    assert all(one.reason for one in found if isinstance(one, Rejection))
    for reading in readings:
        assert reading.text.strip()
        assert reading.title
        assert "\n" not in reading.title
        kept = [reading.text, reading.title, reading.outlet or "", *reading.authors]
        assert all(tidy(text) == text for text in kept)
        assert reading.published.date is None or reading.published.evidence is not None
        json.dumps([kept, [[e.rule, e.snippet] for es in reading.evidence.values() for e in es]])
        "".join(kept).encode()
    return readings


@RUNS
@given(raw=st.binary(max_size=400), name=st.sampled_from(ENDINGS))
@example(raw=b"\xff\xfe<\x00p\x00>\x00", name="a.html")
@example(raw=b"\x2b\x41\x44\x77-", name="a.txt")
def test_any_bytes_are_read_or_refused(raw: bytes, name: str) -> None:
    check(raw, name)


@RUNS
@given(page=PAGES, name=st.sampled_from(ENDINGS))
@example(page='<?xml version="1.0"?><rss><item><title>&#xd800;</title>', name="a.xml")
def test_any_mix_of_markup_and_words_is_read_or_refused(page: str, name: str) -> None:
    check(page.encode("utf-8", "surrogatepass"), name)


@RUNS
@given(page=PAGES, name=st.sampled_from(ENDINGS[:2]), code=st.sampled_from(["utf-16", "cp1251"]))
def test_other_encodings_are_read_or_refused(page: str, name: str, code: str) -> None:
    check(page.encode(code, "replace"), name)


@RUNS
@given(
    record=st.dictionaries(
        st.sampled_from(["title", "text", "date", "author", "url", "html", "id", "metadata"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | PAGES,
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_any_record_is_read_or_refused(record: dict[str, object]) -> None:
    check(json.dumps(record).encode(), "a.json")


@RUNS
@given(page=PAGES)
def test_every_line_of_a_text_is_a_piece_of_its_page(page: str) -> None:
    raw = page.encode("utf-8", "replace")
    for reading in check(raw, "a.txt"):
        text = tidy(raw.decode())
        if not text.lstrip().startswith(("<", "{", "[", "-")) and "<" not in text:
            assert all(line.strip() in text for line in reading.text.split("\n"))


@RUNS
@given(
    name=st.sampled_from([*SOUND]),
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    more=st.binary(max_size=20),
)
def test_a_damaged_file_of_any_kind_is_read_or_refused(
    name: str, cut: float, flips: list[tuple[float, int]], more: bytes
) -> None:
    raw = bytearray(SOUND[name])
    for place, value in flips:
        raw[int(place * len(raw))] = value
    check(bytes(raw[: int((1 - cut / 2) * len(raw))]) + more, name)


def test_a_sound_file_of_every_kind_is_read() -> None:
    assert all(check(raw, name) for name, raw in SOUND.items())
