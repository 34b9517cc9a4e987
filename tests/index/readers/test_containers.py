"""ZIP folders, web archives, mail and tables: every article inside, and their limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.identity import updated_at
from onrecord.index.readers import ParsedArticle, Rejection, containers, read_page
from tests.index.readers.made import (
    BODY,
    HTML,
    PLAIN,
    TITLE,
    make_excel,
    make_mail,
    make_warc,
    make_word,
    make_zip,
)

ROWS = [
    ["id", "Headline", "date", "source", "text"],
    ["7", TITLE, "2024-12-05", "Harbour Post", " ".join(BODY)],
    ["8", "Empty", "2024-12-06", "Harbour Post", ""],
]


def articles(found: list[ParsedArticle | Rejection]) -> list[ParsedArticle]:
    return [one for one in found if isinstance(one, ParsedArticle)]


def reasons(found: list[ParsedArticle | Rejection]) -> list[str]:
    return [f"{one.locator}: {one.reason}" for one in found if isinstance(one, Rejection)]


def test_a_folder_of_all_kinds_gives_all_articles_and_names_what_it_refuses() -> None:
    found = read_page(
        make_zip(
            {
                "news/a.html": HTML.encode(),
                "news/b.docx": make_word([TITLE, *BODY]),
                "news/c.eml": make_mail("\n\n".join(BODY)).as_bytes(),
                "news/d.zip": make_zip({"e.txt": PLAIN.encode()}),
                "news/photo.png": b"\x89PNG....",
                "README": b"What is in here",
                "__MACOSX/._a.html": b"no page",
            }
        ),
        "news.zip",
    )
    assert [one.title for one in articles(found)] == [TITLE] * 4
    assert reasons(found) == ["news/photo.png: not text: a PNG image"]


def test_a_folder_in_a_folder_in_a_folder_is_too_deep() -> None:
    raw = HTML.encode()
    for depth in range(5):
        raw = make_zip({f"{depth}.zip" if depth else "a.html": raw})
    found = read_page(raw, "a.zip")
    assert articles(found) == []
    assert "nested too deeply" in reasons(found)[0]


def test_a_file_that_is_packed_too_far_is_refused() -> None:
    found = read_page(make_zip({"a.txt": b"a " * 5_000_000, "b.html": HTML.encode()}), "a.zip")
    assert len(articles(found)) == 1
    assert "too large" in reasons(found)[0]


def test_a_folder_of_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = make_zip({"a.html": HTML.encode(), "b.html": HTML.encode()})
    monkeypatch.setattr(containers, "MAX_UNPACKED", len(HTML))
    with pytest.raises(UnreadablePage, match="unpacked"):
        read_page(raw, "a.zip")
    monkeypatch.undo()
    monkeypatch.setattr(containers, "MAX_FILES", 1)
    with pytest.raises(UnreadablePage, match="too many files"):
        read_page(raw, "a.zip")


def test_a_page_that_a_browser_saved_knows_where_and_when_but_is_of_another_day() -> None:
    page = f"<html><h1>The bridge is closed</h1><p>{'</p><p>'.join(BODY)}</p></html>".encode(
        "cp1251"
    )
    head = (
        "Snapshot-Content-Location: https://a.org/bridge\n"
        "Date: Sat, 28 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\n"
        "Content-Type: text/html; charset=windows-1251\nContent-Transfer-Encoding: 8bit\n\n"
    )
    (read,) = read_page(head.encode() + page, "bridge.mhtml")
    assert isinstance(read, ParsedArticle)
    assert (read.url, read.published.date) == ("https://a.org/bridge", None)
    assert BODY[0] in read.text
    assert updated_at(read) == datetime(2026, 11, 28, 9, tzinfo=UTC)


def test_pages_of_a_web_archive_have_their_address_and_not_the_day_of_their_capture() -> None:
    page = HTML.replace("<p>5 December 2024</p>", "")
    found = read_page(
        make_warc(
            {
                "https://a.example/1": ("200 OK", "text/html; charset=utf-8", HTML.encode()),
                "https://a.example/2": ("200 OK", "text/html", page.encode()),
                "https://a.example/3": ("404 Not Found", "text/html", HTML.encode()),
                "https://a.example/4": ("200 OK", "image/png", b"\x89PNG"),
                "https://a.example/5": ("200 OK", "text/html", b"<html></html>"),
            }
        ),
        "crawl.warc.gz",
    )
    read = articles(found)
    assert [one.url for one in read] == ["https://a.example/1", "https://a.example/2"]
    assert [one.published.date for one in read] == ["2024-12-05", None]
    assert read[1].evidence["published"][-1].snippet == "2025-01-10T10:00:00Z"
    assert [one.split(": ")[0] for one in reasons(found)] == ["https://a.example/5"]


def test_a_mail_has_the_day_and_the_sender_of_its_headers() -> None:
    body = "\n\n".join(BODY) + "\n\n> Quoted speech of somebody else.\n\n-- \nAnn Lee\nThe Paper"
    (mail,) = articles(read_page(make_mail(body).as_bytes(), "a.eml"))
    assert (mail.title, mail.published.date, mail.authors) == (TITLE, "2024-12-05", ("Ann Lee",))
    assert mail.text.split("\n") == list(BODY)


def test_a_newsletter_is_of_an_outlet_and_its_html_is_read() -> None:
    raw = make_mail(HTML, "html", List_Unsubscribe="<mailto:no@paper.example>").as_bytes()
    (mail,) = articles(read_page(raw, "a.eml"))
    assert (mail.outlet, mail.authors) == ("Ann Lee", ())
    assert BODY[1] in mail.text
    assert "<p>" not in mail.text


def test_what_is_attached_to_a_mail_is_read_or_named() -> None:
    mail = make_mail("\n\n".join(BODY))
    mail.add_attachment(
        make_word(["Second", *BODY]), maintype="application", subtype="msword", filename="b.docx"
    )
    mail.add_attachment(b"\x00\x01", maintype="application", subtype="x-blob", filename="c.bin")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="d.png")
    mail.add_attachment(make_mail("\n\n".join(BODY), Subject="Third"))
    found = read_page(mail.as_bytes(), "a.eml")
    assert [one.title for one in articles(found)] == [TITLE, "Second", "Third"]
    assert [one.split(": ")[0] for one in reasons(found)] == ["c.bin"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_row_of_a_table_is_an_article(delimiter: str) -> None:
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in ROWS]
    found = read_page("\n".join(lines).encode(), "export.csv")
    (article,) = articles(found)
    assert (article.record_id, article.title, article.outlet) == ("7", TITLE, "Harbour Post")
    assert article.published.date == "2024-12-05"
    assert [one.split(":")[0] for one in reasons(found)] == ["row 3"]


def test_a_workbook_is_read_as_a_table() -> None:
    found = read_page(make_excel(ROWS), "export.xlsx")
    assert [one.text for one in articles(found)] == [" ".join(BODY)]
    assert [one.split(":")[0] for one in reasons(found)] == ["row 3"]


def test_a_table_without_texts_is_refused() -> None:
    with pytest.raises(UnreadablePage, match="a table without articles"):
        read_page(b"town,cars\nBrody,2911\n", "traffic.csv")


def test_every_mail_of_a_mailbox_is_read() -> None:
    mails = [make_mail("\n\n".join(BODY), Subject=f"Mail {n}").as_bytes() for n in (1, 2)]
    box = b"".join(b"From ann@paper.example Thu Dec  5 2024\n" + mail + b"\n" for mail in mails)
    assert [one.title for one in articles(read_page(box, "all.mbox"))] == ["Mail 1", "Mail 2"]


def test_a_forwarded_mail_is_the_other_ones_and_an_answer_is_not() -> None:
    earlier = "From: Bob Ray <bob@paper.example>\nDate: Wed, 4 Dec 2024 10:00\nSubject: Notes\n\n"
    text = "\n\n".join(BODY)
    forwarded = f"See below.\n\n---------- Forwarded message ---------\n{earlier}{text}"
    (mail,) = articles(read_page(make_mail(forwarded, Subject="Fwd: Notes").as_bytes(), "a.eml"))
    assert (mail.title, mail.authors) == ("Notes", ("Bob Ray",))
    assert mail.published.date == "2024-12-04"
    assert mail.text.split("\n") == list(BODY)
    answer = f"{text}\n\n{earlier}What does the board say about the pillars of the bridge?"
    (mail,) = articles(read_page(make_mail(answer, Subject="Re: Notes").as_bytes(), "a.eml"))
    assert (mail.title, mail.authors, mail.published.date) == ("Notes", ("Ann Lee",), "2024-12-05")
    assert mail.text.split("\n") == list(BODY)
