import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, Rejection, read_file, read_page
from onrecord.index.readers.decode import decode
from onrecord.index.readers.pagetree import NEVER_SHOWN, page_blocks, parse

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.sampled_from(["a.txt", "a.html", "a.md", "a.json", "a.jsonl", "a", ""])
PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>",
         "<div>", "<!--", "-->", "---\n", "\n\n", "title: x\n", "{", '"text": "', "}",
         "[", "]", "\u2028", "\u202e", "\x00", "\x85", "© 2024 ", "By Ann Lee ", "May 3, 2024 ",
         "…",
         "A sentence which says that the bridge is closed for the winter.", "# Head\n", "a", "|"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def read(raw: bytes, name: str) -> list[ParsedArticle | Rejection]:
    try:
        return read_page(raw, name)
    except UnreadablePage:
        return []


def check(read: list[ParsedArticle | Rejection]) -> None:
    for one in read:
        if isinstance(one, ParsedArticle):
            one.text.encode()
            one.title.encode()
            assert one.text.strip()
            assert "\r" not in one.text


@QUICK
@given(raw=st.binary(max_size=300), name=NAMES)
def test_no_bytes_raise_anything_but_a_reason(raw: bytes, name: str) -> None:
    check(read(raw, name))


@QUICK
@given(text=st.one_of(PIECES, st.text(max_size=200)), name=NAMES)
def test_no_text_raises_anything_but_a_reason(text: str, name: str) -> None:
    check(read(text.encode("utf-8", "surrogatepass"), name))


@QUICK
@given(text=PIECES)
def test_every_block_of_a_text_stands_in_its_page(text: str) -> None:
    for one in read(text.encode(), "a.txt"):
        assert isinstance(one, ParsedArticle | Rejection)
        if (
            isinstance(one, ParsedArticle)
            and "<" not in text
            and "{" not in text
            and "[" not in text
        ):
            page = decode(text.encode())
            assert all(block in page for block in one.text.split("\n"))


@QUICK
@given(text=PIECES)
def test_every_block_of_an_html_page_is_a_block_of_the_page(text: str) -> None:
    markup = f"<html><body>{text}</body></html>"
    for one in read(markup.encode(), "a.html"):
        assert isinstance(one, ParsedArticle)
        blocks = {block.text for block in page_blocks(parse(decode(markup.encode())), NEVER_SHOWN)}
        assert set(one.text.split("\n")) <= blocks


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the file is empty"),
        (b"word", "1 word"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"a" * 11, "too large: 11 bytes, expected at most 10"),
    ],
)
def test_a_page_that_is_none_gives_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        read_page(raw, "a.txt", max_bytes=10)


def test_one_page_reads_the_same_under_any_encoding() -> None:
    page = "Bridge closed – again\n\nThe café’s owner said “no”. The bridge was closed on Monday."
    texts = set()
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        (reading,) = read_page(page.encode(encoding), "a.txt")
        assert isinstance(reading, ParsedArticle)
        texts.add(reading.text)
    assert texts == {"The café’s owner said “no”. The bridge was closed on Monday."}


def test_a_file_of_lines_is_streamed_beyond_the_limit_of_a_page(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    lines = ['{"text": "one two three"}', '{"text": "' + "word " * 20 + '"}', '{"text"']
    path.write_text("\n".join(lines), encoding="utf-8")
    read = list(read_file(path, max_bytes=60))
    assert [one.text if isinstance(one, ParsedArticle) else one for one in read] == [
        "one two three",
        Rejection("line 2", "too large: over 60 bytes"),
        Rejection("line 3", "broken JSON: Expecting ':' delimiter at column 8"),
    ]


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"word " * 100)
    with pytest.raises(UnreadablePage, match="too large: 500 bytes"):
        list(read_file(path, max_bytes=60))


def test_importing_the_readers_loads_no_slow_library() -> None:
    slow = "{'lxml', 'trafilatura', 'htmldate', 'dateparser', 'py3langid', 'yaml', 'numpy'}"
    code = f"import sys, onrecord.index.readers; print(sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
