import codecs

import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.decode import decode

WORDS = "Qırımlı café “quoted” – Київ"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_decide(encoding: str) -> None:
    assert decode(WORDS.encode(encoding)) == WORDS


def test_big_endian_utf16_with_its_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + WORDS.encode("utf-16-be")) == WORDS


def test_utf16_without_a_mark_is_seen_by_its_zero_bytes() -> None:
    assert decode("Plain English words.".encode("utf-16-le")) == "Plain English words."


def test_windows_1252_is_detected() -> None:
    page = "The owner of the café said “no” to the naïve plan of the council’s new head. " * 5
    assert decode(page.encode("cp1252")) == page


def test_valid_utf8_wins_over_a_wrong_declaration() -> None:
    page = '<html><meta charset="iso-8859-1"><p>café – Київ</p></html>'
    assert decode(page.encode()) == page


def test_a_declared_encoding_is_used_where_the_bytes_are_no_utf8() -> None:
    page = '<html><meta charset="windows-1251"><p>Київ і Харків</p></html>'
    assert decode(page.encode("cp1251")) == page


def test_declared_utf8_that_is_windows_1252_is_still_read() -> None:
    page = '<meta charset="utf-8"><p>The café’s owner said “no” to the naïve résumé of Zoë.</p>' * 9
    assert "café’s owner said “no”" in decode(page.encode("cp1252"))


def test_a_cut_utf8_file_loses_only_its_last_character() -> None:
    assert decode(("слова " * 20 + "кінець").encode()[:-1]) == "слова " * 20 + "кінец\ufffd"


def test_line_ends_become_lf_and_a_stray_nul_goes() -> None:
    assert decode(b"one\r\ntwo\rthree\x00") == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"%PDF-1.7 words", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"word \x00\x01\x02" * 50, "control characters"),
        (bytes(range(256)) * 8, "control characters"),
    ],
)
def test_what_is_no_text_is_refused_with_its_kind(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        decode(raw)
